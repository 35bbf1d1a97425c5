"""What money returns: the fitted curves with the plan before and after, and sliders that move budgets along them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from dacu.language.paths import join_path
from dacu.plan.budgets import paid_lines
from dacu.readable import short_path
from dacu.report.folder import RunFolder
from dacu.report.outcomes import objective, objective_unit
from dacu.report.parts import Chart, Gallery, Part, Said, Sentences, Slider, Sliders, said, same, short, title_of
from dacu.report.sections import Section


@dataclass(frozen=True)
class Tried:
    """A line in a phase: its curve as points that were fitted, and its money before and after."""

    line: str
    phase: str
    spends: tuple[float, ...]
    responses: tuple[float, ...]
    before: float
    after: float

    @property
    def name(self) -> Said:
        """`千川商品 · 爆发`."""
        return same(" · ".join(part for part in (short_path(self.line), self.phase) if part))

    def at(self, spend: float) -> list[float] | None:
        """The point of the curve at a spend; none beyond what was tried."""
        if not self.spends[0] <= spend <= self.spends[-1]:
            return None
        return [spend, float(np.interp(spend, self.spends, self.responses))]


def fill(folder: RunFolder) -> Sequence[Part]:
    """A small chart a line, then the sliders. None where no curve was fitted."""
    tried = list(_tried(folder))
    if not tried:
        return ()
    kpi, unit = objective(folder), objective_unit(folder)
    charts = [
        Chart("curves", short(line), {"unit": unit, "curves": [_curve(one) for one in cells]})
        for line, cells in groupby(tried, lambda one: one.line)
    ]
    explained = Sentences([said("curves_explained", kpi=title_of(kpi)), said("curve_estimate")])
    return (explained, Gallery(charts), *_sliders(folder, tried, kpi, unit))


def _tried(folder: RunFolder) -> Iterator[Tried]:
    money = {(cell["line"], cell["phase"]): (cell["spend_before"], cell["spend_after"])
             for cell in folder.records("allocation") if "phase" in cell}  # fmt: skip
    points = folder.records("curves")
    for cell, found in groupby(points, lambda point: (point["line"], point["phase"])):
        spends, responses = zip(*((point["spend_tried"], point["response"]) for point in found), strict=True)
        if len(spends) > 1 and cell in money:
            yield Tried(*cell, spends, responses, *money[cell])


def _curve(one: Tried) -> dict[str, object]:
    return {"name": same(one.phase or "–"), "points": list(zip(one.spends, one.responses, strict=True)),
            "before": one.at(one.before), "after": one.at(one.after)}  # fmt: skip


def _sliders(folder: RunFolder, tried: Sequence[Tried], kpi: str, unit: str) -> Iterator[Part]:
    """Sliders for money by phase. None for a plan that is under way: its money is written by date, which no line tells.

    A setting takes the place of whatever form the line's money had, so all phases of a line are set together.
    """
    loaded = folder.scenario
    if loaded is None or loaded.scenario.optimise.from_ is not None:
        return
    lines = paid_lines(loaded)
    sliders = [
        Slider(
            one.name, one.line, f"{one.line}.budget.{join_path((one.phase,))}",
            [f"{one.line}.{form}" for form in lines[one.line].forms if form != "budget"],
            one.spends, one.responses, one.before, one.after,
        )
        for one in tried
        if one.phase and one.line in lines
    ]  # fmt: skip
    if sliders:
        yield Sliders(sliders, unit, title_of(kpi))


SECTION = Section("responses", frozenset({"optimise"}), 40, fill)
