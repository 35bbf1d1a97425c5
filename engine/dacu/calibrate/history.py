"""Starting from the shop's own figures: a handful of intercepts is solved against its history before any forecast.

One offset a figure (model: calibration of intercepts, one parameter per KPI), on ordinary days, by a secant in
logarithms that moves all offsets of all platforms at once: each mostly moves its own figure, and the rounds settle
what is left. The answer is kept under the hash of the plan of ordinary days, its targets and the
engine's sources, so the next verb finds it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dacu.behaviour.scalars import exp64, log64
from dacu.calibrate.secant import Knob, Round, solve
from dacu.calibrate.usual import DAYS, usual_days, with_leaves
from dacu.errors import Finding
from dacu.language.paths import join_path
from dacu.language.text import dump
from dacu.language.tree import Leaf, find
from dacu.results import Result
from dacu.scenario.history import HistoryBlock
from dacu.scenario.load import Loaded
from dacu.sim import runs
from dacu.sim.stage import placed
from dacu.store import code_digest, keep, kept

SEED = 20_110  # of the solve's own people and draws: a forecast is made on others
CLOSE = 0.01  # a fitted figure this near is met
FAR = 0.15  # a figure further off than this is shown in red

Figures = Mapping[str, float]  # by name of a history figure
Key = tuple[str, str]  # platform, figure


class Effort(NamedTuple):
    """What a solve may cost: agents and replications of a round, and rounds."""

    agents: int
    replications: int
    rounds: int


FULL = Effort(20_000, 2, 8)
A_WORLD = Effort(10_000, 1, 4)  # of many drawn worlds, whose own spread is far wider than what is left


class Lever(NamedTuple):
    """The offsets that a figure is fitted by, whether they are multiples, and how they move it."""

    offsets: tuple[str, ...]
    log: bool
    knob: Knob


LEVERS: Mapping[str, Lever] = {
    "visitors_day": Lever(("visits",), True, Knob(0.6, 4.6)),
    "cvr": Lever(("cart", "order"), False, Knob(1.3, 5.0)),
    "aov": Lever(("basket",), False, Knob(0.15, 6.0)),
    "preship_refund_rate": Lever(("preship",), True, Knob(1.0, 4.6)),
    "refund_rate": Lever(("refund",), True, Knob(0.9, 4.6)),
}
UNITS = {
    "gmv_day": "yuan", "visitors_day": "people", "cvr": "share", "aov": "yuan", "refund_rate": "share",
    "preship_refund_rate": "share", "spend_day": "yuan", "repurchase": "share",
}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """One figure of the history beside the model's own ordinary day. `model` is None where it was not simulated."""

    platform: str
    figure: str
    history: float
    model: float | None
    fitted: bool

    @property
    def unit(self) -> str:
        """Of both figures."""
        return UNITS[self.figure]

    @property
    def off(self) -> float | None:
        """How far the model is from history, a share of it."""
        return None if self.model is None or not self.history else self.model / self.history - 1

    @property
    def red(self) -> bool:
        """Too far off to believe a forecast."""
        return self.off is not None and abs(self.off) > FAR

    def as_json(self) -> dict[str, Any]:
        """For tables and programs."""
        return {
            "platform": self.platform, "figure": self.figure, "unit": self.unit, "history": self.history,
            "model": self.model, "off": self.off, "fitted": self.fitted, "red": self.red,
        }  # fmt: skip


@dataclass(frozen=True)
class Settled:
    """A scenario that starts from its history. `rounds` is 0 where the answer was known.

    `usual` is the model's ordinary day by platform of the history, under the names of its figures.
    """

    loaded: Loaded
    checks: tuple[Check, ...] = ()
    rounds: int = 0
    usual: Mapping[str, Figures] = field(default_factory=dict)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Figures that the model misses by more than a planner can live with."""
        return tuple(
            placed(self.loaded, Finding(
                "history_off", path=f"history.{check.platform}.{check.figure}",
                args={"off": f"{100 * (check.off or 0):+.0f}%"},
            ))
            for check in self.checks
            if check.red
        )  # fmt: skip


def settle(loaded: Loaded, *, agents: int | None = None, workers: int = 1, effort: Effort | None = None) -> Settled:
    """Solve the shop's offsets against `history`. Offsets that the scenario states itself stay as they are."""
    if not loaded.scenario.history:
        return Settled(loaded)
    usual = usual_days(loaded)
    wanted = {platform: _wanted(block) for platform, block in loaded.scenario.history.items()}
    free = [(platform, name) for platform in wanted for name in LEVERS if _free(loaded, platform, name, wanted)]
    effort = effort or FULL
    effort = effort._replace(agents=min(effort.agents, agents or loaded.scenario.people.agents or effort.agents))
    digest = _digest(usual, wanted, effort)
    known, rounds = kept(digest), 0
    if known is None:
        best, rounds = _solve(usual, wanted, free, effort, workers)
        solution, figures = dict(best.at), best.found
        keep(digest, json.dumps({"offsets": [[*key, value] for key, value in solution.items()], "figures": figures}))
    else:
        answer = json.loads(known)
        solution = {(platform, name): value for platform, name, value in answer["offsets"]}
        figures = answer["figures"]
    settled = with_leaves(loaded, _leaves(loaded, solution))
    return Settled(settled, tuple(_checks(loaded, wanted, figures, free)), rounds, figures)


def _wanted(block: HistoryBlock) -> dict[str, float]:
    """The figures that history tells or implies, in yuan and shares; the conversion that GMV asks for if not told."""
    told = {name: getattr(block, name) for name in UNITS if getattr(block, name) is not None}
    figures = {name: value / 100 if UNITS[name] == "yuan" else float(value) for name, value in told.items()}
    if "cvr" not in figures and figures.keys() >= {"gmv_day", "visitors_day", "aov"}:
        figures["cvr"] = figures["gmv_day"] / (figures["visitors_day"] * figures["aov"])
    if "aov" not in figures and figures.keys() >= {"gmv_day", "visitors_day", "cvr"}:
        figures["aov"] = figures["gmv_day"] / (figures["visitors_day"] * figures["cvr"])
    if "visitors_day" not in figures and figures.keys() >= {"gmv_day", "cvr", "aov"}:
        figures["visitors_day"] = figures["gmv_day"] / (figures["cvr"] * figures["aov"])
    return figures


def _free(loaded: Loaded, platform: str, figure: str, wanted: Mapping[str, Figures]) -> bool:
    """Whether a figure is told and no offset of it is; one solved before stands at the figure's own line."""
    if figure not in wanted[platform]:
        return False
    tree = loaded.composed.tree
    asked = find(tree, ("history", platform, figure))[1]
    places = [find(tree, ("platforms", platform, "offsets", name)) for name in LEVERS[figure].offsets]
    return all(mark == asked for _, mark, there in places if there)


def _digest(usual: Loaded, wanted: Mapping[str, Figures], effort: Effort) -> str:
    """What the answer depends on, the code that finds it included."""
    text = json.dumps([code_digest(), wanted, effort, SEED, DAYS], sort_keys=True)
    return hashlib.sha256((dump(usual.composed.tree, origins=False) + text).encode("utf-8")).hexdigest()


def _solve(
    usual: Loaded, wanted: Mapping[str, Figures], free: Sequence[Key], effort: Effort, workers: int
) -> tuple[Round[Key, dict[str, dict[str, float]]], int]:
    """The best round, and how many were tried: figures that cannot be met leave residuals, and are shown."""

    def attempt(at: Mapping[Key, float]) -> Round[Key, dict[str, dict[str, float]]]:
        plan = with_leaves(usual, _leaves(usual, at))
        result = runs.simulate(plan, seed=SEED, replications=effort.replications, agents=effort.agents, workers=workers)
        figures = ordinary_day(result, list(wanted))
        return Round(at, figures, {key: _gap(wanted[key[0]], figures[key[0]], key[1]) for key in free})

    knobs = {key: LEVERS[key[1]].knob for key in free}
    rounds = solve(knobs, attempt, close=CLOSE, rounds=effort.rounds)
    return min(rounds, key=lambda one: one.worst), len(rounds)


def _gap(wanted: Figures, model: Figures, figure: str) -> float:
    """ln(history ÷ model); refunds after shipment are what the first stage leaves."""
    target, value = wanted[figure], model[figure]
    if figure == "refund_rate":
        before = wanted.get("preship_refund_rate", model["preship_refund_rate"])
        target, value = target - before, value - model["preship_refund_rate"]
    return log64(max(target, 1e-4) / max(value, 1e-6))


def _leaves(loaded: Loaded, at: Mapping[Key, float]) -> dict[tuple[str, ...], Leaf]:
    """Offsets as leaves; each stands where the history figure stands that asked for it."""
    leaves: dict[tuple[str, ...], Leaf] = {}
    for (platform, figure), value in at.items():
        mark = find(loaded.composed.tree, ("history", platform, figure))[1]
        lever = LEVERS[figure]
        text = f"{exp64(value) if lever.log else value:.6g}"
        leaves |= {("platforms", platform, "offsets", name): Leaf(text, mark) for name in lever.offsets}
    return leaves


def ordinary_day(result: Result, platforms: Sequence[str]) -> dict[str, dict[str, float]]:
    """Means a day of a simulated plan by platform, under the names of the history."""
    table = result.tables["places"]
    days = table["day"].nunique()
    figures: dict[str, dict[str, float]] = {}
    for name in platforms:
        own = table[table["platform"] == join_path(("platforms", name))]
        total: dict[str, Any] = {column: sum(own[column].tolist()) for column in _SUMS}
        orders, gmv, visitors = (max(total[key], 1e-9) for key in ("orders_expected", "gmv_expected", "uv"))
        figures[name] = {
            "gmv_day": gmv / days, "visitors_day": visitors / days, "cvr": orders / visitors, "aov": gmv / orders,
            "refund_rate": total["refunds_expected"] / gmv, "preship_refund_rate": total["preship_expected"] / gmv,
            "spend_day": total["spend"] / days,
        }  # fmt: skip
    return figures


_SUMS = ("uv", "orders_expected", "gmv_expected", "refunds_expected", "preship_expected", "spend")


def _checks(
    loaded: Loaded, wanted: Mapping[str, Figures], figures: Mapping[str, Figures], free: Sequence[Key]
) -> Iterator[Check]:
    """Every figure that the history tells, in its order."""
    for platform, block in loaded.scenario.history.items():
        for figure in UNITS:
            if getattr(block, figure) is not None:
                fitted = (platform, figure) in free
                yield Check(platform, figure, wanted[platform][figure], figures[platform].get(figure), fitted)


def anchored(loaded: Loaded) -> Loaded:
    """A plan in a drawn world, its offsets solved again under that world's coefficients. Plans of one shop share it."""
    return settle(loaded, effort=A_WORLD).loaded
