"""Has a ratio worsened? results.json beside baseline.json: ratios only, as times depend on the machine.

    python benchmarks/guard.py [--adopt]

Exit code 1 where one is worse by more than a quarter. With --adopt today's ratios become the baseline.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS, BASELINE = HERE / "results.json", HERE / "baseline.json"
TOLERANCE = 0.25

Ratios = Mapping[str, Mapping[str, Any]]
"""By name: its value, and which way is better, "lower" or "higher"."""


def ratios_of(results: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The ratios of all sections, named by section and ratio."""
    return {f"{section}: {name}": ratio for section, part in results.items() for name, ratio in part["ratios"].items()}


def worsening(before: Mapping[str, Any], after: Mapping[str, Any]) -> float:
    """How much worse a ratio is: 0.5 where it costs half as much again; negative where it is better."""
    costs = after["value"] / before["value"] if before["better"] == "lower" else before["value"] / after["value"]
    return float(costs - 1)


def complaints(baseline: Ratios, now: Ratios) -> list[str]:
    """A sentence for each ratio of the baseline that has worsened too far or is no longer measured."""
    found = []
    for name, before in baseline.items():
        if name not in now:
            found.append(f"{name}: no longer measured")
        elif (worse := worsening(before, now[name])) > TOLERANCE:
            found.append(f"{name}: {before['value']:.4g} before, {now[name]['value']:.4g} now, worse by {worse:.0%}")
    return found


def main() -> None:
    """Compare, or adopt."""
    now = ratios_of(json.loads(RESULTS.read_text()))
    if sys.argv[1:] == ["--adopt"]:
        BASELINE.write_text(json.dumps(now, indent=1, ensure_ascii=False) + "\n")
        return
    found = complaints(json.loads(BASELINE.read_text()), now)
    print("\n".join(found) or f"{len(now)} ratios, none worse than the baseline by more than {TOLERANCE:.0%}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
