"""The shop's last big sale beside the plan's own: shown, never fitted, for a sale has no intercept of its own.

A sale is compared as a multiple of an ordinary day: a shop that has grown sells more in both, and a longer sale has
more days, so every figure but the best day is a mean of its days. The model's ordinary day is the one that the
offsets were solved on; over worlds it is that of the middle world, as each world's own is solved against the same
history.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Literal, NamedTuple

from dacu.calibrate.history import FAR, Figures, Settled
from dacu.clock.calendar import Event
from dacu.clock.hours import HOURS_A_DAY
from dacu.errors import Finding
from dacu.estimates import Estimate, estimate
from dacu.language.paths import join_path
from dacu.possible import AMOUNT
from dacu.results import Replication, Result
from dacu.scenario.history import WEEK, Column, HistoryBlock, LastEventBlock
from dacu.sim.stage import calendar_of, placed
from dacu.tables import FEN


class Counted(NamedTuple):
    """What a figure sums: a column of the table `places`, over which days, and the unit of the total."""

    column: Column
    days: Literal["all", "best", "after"]
    unit: str


FIGURES: Mapping[str, Counted] = {
    "gmv": Counted("gmv", "all", "yuan"),
    "peak_day_gmv": Counted("gmv", "best", "yuan"),
    "after_7d_gmv": Counted("gmv", "after", "yuan"),
    "orders": Counted("orders", "all", "count"),
    "spend": Counted("spend", "all", "yuan"),
}


NOTHING = 0.01  # yuan or orders: a model whose ordinary day sells less has no multiple of it


@dataclass(frozen=True)
class Beside:
    """One figure of the last sale beside the plan's; multiples are a day of it over an ordinary day.

    `event` is None where the plan has no sale on the platform; `model` and `multiple` also where the plan's days do not
    hold all of it, or the model's ordinary day is nothing.
    """

    platform: str
    event: str | None
    figure: str
    last: float
    last_multiple: float
    model: Estimate | None = None
    multiple: Estimate | None = None

    @property
    def unit(self) -> str:
        """Of the totals `last` and `model`."""
        return FIGURES[self.figure].unit

    @property
    def off(self) -> float | None:
        """How far the model's multiple is from the last one, a share of it."""
        if self.multiple is None or self.multiple.mean is None:
            return None
        return self.multiple.mean / self.last_multiple - 1

    @property
    def red(self) -> bool:
        """Too unlike the last sale to pass without a reason."""
        return self.off is not None and abs(self.off) > FAR

    def as_json(self) -> dict[str, Any]:
        """For tables and programs."""
        return {
            "platform": self.platform, "event": self.event, "figure": self.figure, "unit": self.unit,
            "last": self.last, **_bounds("model", self.model),
            "last_multiple": self.last_multiple, **_bounds("multiple", self.multiple),
            "off": self.off, "red": self.red,
        }  # fmt: skip


def beside_last_event(settled: Settled, result: Result) -> tuple[Beside, ...]:
    """Every figure told of a last sale, beside each sale of the plan on its platform."""
    rows: list[Beside] = []
    for platform, block in settled.loaded.scenario.history.items():
        told = tuple(_told(platform, block, block.last_event)) if block.last_event is not None else ()
        events = [event for event in calendar_of(settled.loaded).events if event.platform in (None, platform)]
        ordinary = _ordinary(settled.usual[platform])
        rows += told if not events else [_with_model(row, event, ordinary, result) for event in events for row in told]
    return tuple(rows)


def warnings_of(settled: Settled, rows: Sequence[Beside]) -> tuple[Finding, ...]:
    """Figures of a sale that is unlike the last one, at the line of the last one's."""
    return tuple(
        placed(settled.loaded, Finding(
            "last_event_off", path=join_path(("history", row.platform, "last_event", row.figure)),
            args={"event": row.event or "", "off": f"{100 * (row.off or 0):+.0f}%"},
        ))
        for row in rows
        if row.red
    )  # fmt: skip


def _ordinary(usual: Figures) -> Figures:
    """The model's ordinary day by column, yuan and orders."""
    return {"gmv": usual["gmv_day"], "orders": usual["visitors_day"] * usual["cvr"], "spend": usual["spend_day"]}


def _told(platform: str, block: HistoryBlock, last: LastEventBlock) -> Iterator[Beside]:
    """The last sale's figures, beside nothing yet."""
    for figure, counted in FIGURES.items():
        told, usual = getattr(last, figure), block.usual_before_last_event(counted.column)
        if told is not None and usual is not None:
            days = {"all": last.days, "best": 1, "after": WEEK}[counted.days]
            total = told / FEN if counted.unit == "yuan" else float(told)
            yield Beside(platform, None, figure, total, told / usual / days)


def _with_model(row: Beside, event: Event, ordinary: Figures, result: Result) -> Beside:
    """The row beside one sale of the plan."""
    counted, row = FIGURES[row.figure], replace(row, event=event.name)
    usual = ordinary[counted.column]
    first, end = int(event.start) // HOURS_A_DAY, ceil(event.end / HOURS_A_DAY)
    days = range(end, end + WEEK) if counted.days == "after" else range(first, end)
    by_run = [_by_day(run, row.platform, _column(counted, result)) for run in result.replications]
    if days.start < 0 or days.stop > len(by_run[0]) or usual < NOTHING:
        return row
    chosen = [[amounts[day] for day in days] for amounts in by_run]
    best = counted.days == "best"
    totals = [max(amounts) if best else sum(amounts) for amounts in chosen]
    multiples = [total / usual / (1 if best else len(days)) for total in totals]
    return replace(
        row,
        model=estimate(totals, row.unit, result.kind, AMOUNT),
        multiple=estimate(multiples, "times", result.kind, AMOUNT),
    )


def _column(counted: Counted, result: Result) -> str:
    """The count that GMV stands on: by chances, but for a shop that ran short; money spent is never a chance."""
    expected = result.kpis["gmv"].used == "expected" and counted.column != "spend"
    return f"{counted.column}_expected" if expected else counted.column


def _by_day(run: Replication, platform: str, column: str) -> list[float]:
    """A column of `places` on one platform, day by day."""
    table, path = run.tables["places"], join_path(("platforms", platform))
    amounts = zip(table.keys["platform"], table.numbers[column], strict=True)
    return [float(amount or 0) for where, amount in amounts if where == path]


def _bounds(name: str, found: Estimate | None) -> dict[str, float | None]:
    if found is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: found.mean, f"{name}_low": found.low, f"{name}_high": found.high}
