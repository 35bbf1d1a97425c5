"""The reality check: the shop's own figures beside the model's ordinary day, before any forecast."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from dacu.readable import Quantity
from dacu.scenario.load import Loaded
from dacu_cli.page import Alarm, Cell, Section
from dacu_cli.view import View

if TYPE_CHECKING:
    from dacu.calibrate.history import Check, Settled
    from dacu.store import Folder


def from_history(view: View, plans: Sequence[Loaded], agents: int | None, workers: int) -> list[Settled]:
    """Each plan with its offsets solved against its history."""
    from dacu.calibrate.history import settle

    with view.status() as tell:
        if any(plan.scenario.history for plan in plans):
            tell(view.say("solving_history"))
        return [settle(plan, agents=agents, workers=workers) for plan in plans]


def anchor_of(settled: Sequence[Settled]) -> Callable[[Loaded], Loaded] | None:
    """What solves each world's offsets anew; nothing where no plan has a history."""
    from dacu.calibrate.history import anchored

    return anchored if any(one.checks for one in settled) else None


def history_sections(view: View, settled: Settled) -> list[Section]:
    """The check as a table; none without a history."""
    if not settled.checks:
        return []
    rows = [_row(view, check) for check in settled.checks]
    return [Section(view.say("history_title"), ("platform", "figure", "history", "model", "off", "fit"), rows)]


def _row(view: View, check: Check) -> list[Cell]:
    how = view.say(_how(check))
    return [
        check.platform, view.say(f"history_{check.figure}"), Quantity(check.history, check.unit),
        Quantity(check.model, check.unit), Quantity(check.off, "share", signed=True), Alarm(how) if check.red else how,
    ]  # fmt: skip


def _how(check: Check) -> str:
    if check.model is None:
        return "history_not_simulated"
    if check.red:
        return "history_red"
    return "history_fitted" if check.fitted else "history_follows"


def write_history(folder: Folder, settled: Iterable[Settled]) -> None:
    """history.csv: one row a plan, platform and figure."""
    from pandas import DataFrame

    rows = [{"scenario": one.loaded.name, **check.as_json()} for one in settled for check in one.checks]
    if rows:
        folder.write_table("history", DataFrame(rows).astype({"model": "float64", "off": "float64"}))
