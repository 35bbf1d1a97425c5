"""`make acceptance`: every row with its figure, interval and verdict; docs/acceptance.md and docs/acceptance.json.

python tests/acceptance [--only A01,N13] [--skip A18] [--kept] [-r 8] [--workers 2] [--no-write]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from math import isinf

from bench import ROOT, Bench
from figures import Found
from table import ROWS, Row

LEAST = 8
for name in ("rows_a", "rows_n", "rows_ops", "rows_people", "rows_plan"):  # each registers its rows
    import_module(name)


def main(arguments: Sequence[str]) -> int:
    """Run, print, write. 1 if a row is outside its band."""
    options = _options(arguments)
    bench = Bench(options.replications, options.workers, tell=_say)
    wanted = [ROWS[name] for name in options.only.split(",")] if options.only else list(ROWS.values())
    left = [name for name in options.skip.split(",") if name] + [
        one.id for one in wanted if options.kept and not all(bench.has(plan) for plan in one.plans.values())
    ]
    wanted = [one for one in wanted if one.id not in left]
    started, found = time.monotonic(), {}
    for one in wanted:
        found[one.id] = answer(one, bench)
        _say(line(one, found[one.id]))
    inside = sum(one.verdict(found[one.id]) == "in" for one in wanted)
    _say(f"{inside} of {len(wanted)} rows inside their bands; {time.monotonic() - started:.0f} s")
    if not options.only and not options.no_write:
        docs = ROOT / "docs"
        (docs / "acceptance.json").write_text(as_json(wanted, found), encoding="utf-8")
        (docs / "acceptance.md").write_text(as_page(wanted, found, bench, left), encoding="utf-8")
    return 0 if inside == len(wanted) else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="acceptance")
    parser.add_argument("--only", default="", help="rows, by comma")
    parser.add_argument("--skip", default="", help="rows to leave out, by comma")
    parser.add_argument("--kept", action="store_true", help="only rows whose plans were simulated already")
    parser.add_argument("-r", "--replications", type=int, default=LEAST)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--no-write", action="store_true")
    return parser.parse_args(arguments)


def answer(one: Row, bench: Bench) -> Found:
    """The figure of a row."""
    return one.read({name: bench.run(plan) for name, plan in one.plans.items()})


def line(one: Row, found: Found) -> str:
    """A row for the terminal."""
    spread = "" if found.low is None else f" ({found.low:.4g} … {found.high:.4g})"
    parts = "; ".join(f"{name} {value:.4g}" for name, value in found.parts.items() if value is not None)
    value = "–" if found.value is None else f"{found.value:.4g}"
    beside = f"; {parts}" if parts else ""
    return f"{one.verdict(found):>4} {one.id:5} {one.figure}: {value}{spread}, band {one.band}{beside}"


def as_json(rows: Sequence[Row], found: dict[str, Found]) -> str:
    """One entry a row; an open end is null."""
    entries = [
        {"id": one.id, "value": found[one.id].value, "low": found[one.id].low, "high": found[one.id].high,
         "band": [None if isinf(end) else end for end in (one.low, one.high)],
         "ok": one.verdict(found[one.id]) == "in", "parts": dict(found[one.id].parts)}
        for one in rows
    ]  # fmt: skip
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"


def as_page(rows: Sequence[Row], found: dict[str, Found], bench: Bench, left: Sequence[str] = ()) -> str:
    """The table for people."""
    inside = sum(one.verdict(found[one.id]) == "in" for one in rows)
    head = [
        "# Acceptance table", "",
        f"{inside} of {len(rows)} rows inside their bands; {bench.replications} replications a plan, seed 1, 95%",
        "intervals over replications (sampling only). Made by `make acceptance`; do not edit.", "",
        "| row | figure | value | 95% interval | band | verdict | beside it | plans (agents) |",
        "|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    body = [_page_row(one, found[one.id]) for one in rows]
    misses = [f"- **{one.id}**: {one.about}" for one in rows if one.about and one.verdict(found[one.id]) != "in"]
    later = [f"- {', '.join(left)}"] if left else []
    told = {"Outside": misses, "Not run with this code yet, not counted": later}
    return "\n".join([*head, *body, "", *(line for name, lines in told.items() if lines
                                          for line in (f"## {name}", "", *lines, ""))])  # fmt: skip


def _page_row(one: Row, found: Found) -> str:
    value = "–" if found.value is None else f"{found.value:.4g}"
    spread = "–" if found.low is None else f"{found.low:.4g} … {found.high:.4g}"
    parts = "; ".join(f"{name.replace('_', ' ')} {part:.4g}" for name, part in found.parts.items() if part is not None)
    plans = "; ".join(f"{plan.name} ({plan.agents:,})" for plan in one.plans.values())
    return f"| {one.id} | {one.figure} | {value} | {spread} | {one.band} | {one.verdict(found)} | {parts} | {plans} |"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
