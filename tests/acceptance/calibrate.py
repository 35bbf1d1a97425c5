"""`make calibrate-reference`: one coefficient a figure, solved together at the reference scenarios, then frozen.

    python tests/acceptance/calibrate.py [--rounds 6] [--write]

Targets are those of the behaviour model's calibration list, moved inside the plain rows where the two disagree: a
plain account, an ordinary room and an ordinary next day are facts of plain shops; good settings are levers. Prints
values and residuals; `--write` puts the values into behaviour/parameters.yaml with grade C and the date.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import exp, log
from typing import NamedTuple

from bench import ROOT, Bench, Plan
from figures import (
    Found,
    Read,
    Runs,
    account_rate,
    cart_rate,
    kpi,
    mean,
    post_rate,
    realised,
    room_orders,
    room_stay,
)  # fmt: skip

from dacu.behaviour.parameters import read, root
from dacu.calibrate.secant import Knob, Round, solve

FILE = ROOT / "engine" / "dacu" / "behaviour" / "parameters.yaml"
SHOWN = ("feed_ads", "boost", "organic", "kol", "koc", "venue")  # channels whose click rates move together
DEFAULTS = read(root().children["behaviour"])
PLANS = {
    "shop": Plan("baseline_shop.yaml", ("calendar.days=14",), 20_000),
    "plain": Plan("plain_shop.yaml", ("calendar.days=14",), 40_000),
    "room": Plan(  # one agent a person: an ordinary room has few buyers
        "plain_shop.yaml", ("calendar.days=14", "calendar.warmup=2d", "people.size=20万"), 200_000
    ),
    "matrix": Plan("content_matrix.yaml", ("calendar.days=10",), 8_000),
    "host": Plan("live_top_host.yaml", ("calendar.days=7", "channels.live_ads.days=null",
                                        "channels.live_ads.daily_budget=3000"), 100_000),
    "guarded": Plan("promo_guarded.yaml+check_in"),
    "loyal": Plan("membership_live.yaml+nothing", ("calendar.days=121",), 5_000),
}  # fmt: skip


class Target(NamedTuple):
    """A figure, what it shall be, the coefficient that moves it, on which scale, and how much at first guess."""

    plan: str
    read: Callable[[Runs], float]
    wanted: float
    path: str
    scale: str  # "logit", "log" or "plain"
    knob: Knob


def _mean(read_one: Read) -> Callable[[Runs], float]:
    return lambda runs: mean(runs, read_one).value or 1e-9


def _pooled(read_all: Callable[[Runs], Found]) -> Callable[[Runs], float]:
    return lambda runs: read_all(runs).value or 1e-9


TARGETS: dict[str, Target] = {
    "click rate": Target("shop", _mean(kpi("ctr")), 0.034, "channels", "logit", Knob(0.95, 2)),
    "cart rate": Target("shop", _pooled(cart_rate), 0.09, "cart.rate", "logit", Knob(0.9, 3)),
    "orders of channel carts": Target("shop", _mean(kpi("channel_order_rate")), 0.40, "buy.later", "log", Knob(0.4, 3)),
    "interactions, plain account": Target(
        "plain", _mean(account_rate), 0.04, "content.interaction", "logit", Knob(1, 3)
    ),
    "interactions, good posts": Target(
        "matrix", _mean(post_rate), 0.12, "content.interaction_quality", "plain", Knob(0.4, 4)
    ),
    "stay, plain room (s)": Target("room", _mean(room_stay), 95, "live.dwell_minutes", "log", Knob(0.8, 3)),
    "stay, top host (min)": Target(
        "host", _mean(realised("live_dwell_min")), 28, "live.dwell_skill", "plain", Knob(0.7, 4)
    ),
    "orders a viewer, plain room": Target("room", _pooled(room_orders), 0.013, "live.hazard", "log", Knob(0.9, 3)),
    "orders a viewer, top host": Target(
        "host", _mean(realised("live_cvr")), 0.095, "live.skill", "plain", Knob(0.7, 4)
    ),
    "next-day return": Target("plain", _mean(kpi("retention_d1")), 0.105, "loyalty.habit", "log", Knob(0.8, 3)),
    "next-day return of who checks in": Target(
        "guarded", _mean(realised("check_in_retention_d1")), 0.47, "loyalty.habit_check_in", "plain", Knob(0.7, 2)
    ),
    "repurchase in 90 days": Target(
        "loyal", _mean(kpi("repurchase_90d")), 0.35, "loyalty.rate_mean", "log", Knob(0.5, 2)
    ),
}  # fmt: skip


def values(at: Mapping[str, float]) -> dict[str, float]:
    """Coefficients by path where the knobs stand, and the heat exponent that keeps what a good post wins."""
    found: dict[str, float] = {}
    for name, target in TARGETS.items():
        if target.path == "channels":
            for channel in SHOWN:
                rate = DEFAULTS.channels[channel].click_rate
                found[f"channels.{channel}.click_rate"] = _moved(rate, at[name], "logit")
        else:
            group, key = target.path.split(".")
            found[target.path] = _moved(getattr(getattr(DEFAULTS, group), key), at[name], target.scale)
    found["content.heat_power"] = _heat_power(found)
    return found


def _moved(value: float, by: float, scale: str) -> float:
    if scale == "plain":
        return value + by
    if scale == "log":
        return value * exp(by)
    odds = value / (1 - value) * exp(by)
    return odds / (1 + odds)


GOOD = 0.7  # quality at which a post's pool is ten times that of an ordinary one
LEAP = log(10.4)


def _heat_power(found: Mapping[str, float]) -> float:
    """η with which a post of quality .7 wins the pool it won before: (E ÷ e*)^η stays."""
    ordinary, slope = found["content.interaction"], found["content.interaction_quality"]
    return LEAP / log(_moved(ordinary, slope * (2 * GOOD - 1), "logit") / ordinary)


def main(arguments: Sequence[str]) -> int:
    """Solve and print."""
    parser = argparse.ArgumentParser(prog="calibrate-reference")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("-r", "--replications", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    bench = Bench(options.replications, options.workers)

    def attempt(at: Mapping[str, float]) -> Round[str, dict[str, float]]:
        sets = tuple(f"behaviour.{path}={_text(value)}" for path, value in values(at).items())
        runs = {name: bench.run(replace(plan, sets=(*plan.sets, *sets))) for name, plan in PLANS.items()}
        found = {name: target.read(runs[target.plan]) for name, target in TARGETS.items()}
        gaps = {name: log(target.wanted / max(found[name], 1e-9)) for name, target in TARGETS.items()}
        _tell(at, found)
        return Round(at, found, gaps)

    rounds = solve({name: target.knob for name, target in TARGETS.items()}, attempt, close=0.01, rounds=options.rounds)
    best = min(rounds, key=lambda one: one.worst)
    _say(f"best of {len(rounds)} rounds: largest residual {best.worst:.1%}")
    for path, value in values(best.at).items():
        _say(f"  {path}: {_text(value)}")
    if options.write:
        _write(values(best.at))
    return 0 if best.worst < 0.05 else 1


def _tell(at: Mapping[str, float], found: Mapping[str, float]) -> None:
    _say("round")
    for name, target in TARGETS.items():
        off = found[name] / target.wanted - 1
        figures = f"wanted {target.wanted:8.4g}  found {found[name]:8.4g}  off {off:+7.1%}"
        _say(f"  {name:32s} {figures}  knob {at[name]:+.3f}")


def _text(value: float) -> str:
    return f"{value:.4g}"


def _write(found: Mapping[str, float]) -> None:
    """The values into parameters.yaml, each marked with the day on which it was solved."""
    text, today = FILE.read_text(encoding="utf-8"), dt.date.today().isoformat()
    for path, value in found.items():
        group, key, *_ = path.split(".")  # of a channel the first of its row
        start = text.index(f"\n{group}:\n")
        line = re.compile(rf"^(  {key}:\s+\{{value: \[?)([^,]+),(.*)grade: \w, source: (.*)\}}$", re.MULTILINE)
        met = line.search(text, start)
        if met is None:
            raise ValueError(f"no line for {path}")
        source = re.sub(r"; calibrated [\d-]+", "", met[4].strip("'\""))
        new = f"{met[1]}{_text(value)},{met[3]}grade: C, source: '{source}; calibrated {today}'}}"
        text = text[: met.start()] + new + text[met.end() :]
    FILE.write_text(text, encoding="utf-8")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
