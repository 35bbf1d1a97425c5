"""Why no plan keeps the limits, and the least that must give way: what `optimise` answers in the place of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dacu.readable import Quantity
from dacu.units import FEN
from dacu.words import LANGUAGES
from dacu_cli.folders import verdict_and_more, write_sentences
from dacu_cli.page import Cell, Page, Section
from dacu_cli.view import View

if TYPE_CHECKING:
    from dacu.plan.diagnose import Diagnosis
    from dacu.plan.problem import Limit
    from dacu.store import Folder

COLUMNS = ("what", "limit", "value", "to", "unit", "sentence_zh", "sentence_en")


def refused(view: View, head: dict[str, Any], why: Diagnosis, folder: Folder) -> Page:
    """The diagnosis in words, with a table of the limits to relax; `head` says what was asked."""
    rows: list[list[Cell]] = [
        [change.limit.id, *(_quantity(x, change.limit) for x in (change.limit.value, change.to))]
        for change in why.relaxation
    ]
    sentences = why.sentences(view.lang)
    data = {
        **head, "status": "infeasible", **why.as_json(), "sentences": list(sentences), "folder": str(folder.path),
    }  # fmt: skip
    table = Section(view.say("relaxation_title"), ("limit", "from", "to"), rows)
    return Page(data, (table,), opening=sentences, notes=(view.say("folder", path=folder.path),))


def write_diagnosis(folder: Folder, why: Diagnosis) -> None:
    """diagnosis.csv: one row a limit and what is the matter with it; and the diagnosis in words."""
    from pandas import DataFrame

    table = DataFrame(list(_rows(why)), columns=list(COLUMNS))
    folder.write_table("diagnosis", table.astype({"value": "float64", "to": "float64"}))
    write_sentences(folder, verdict_and_more(why.sentences))


def _rows(why: Diagnosis) -> Iterator[list[object]]:
    """What clashes, what must give way, how far each limit could be met alone, what the current plan breaks; `to` is
    the new value or where the plan stands, money in yuan.
    """
    for limit in why.conflict:
        yield ["conflict", limit.id, *_amounts(limit, None), limit.zh, limit.en]
    told = {"relaxation": why.relaxation, "reachable": why.reachable}
    for what, changes in told.items():
        for change in changes:
            yield [what, change.limit.id, *_amounts(change.limit, change.to), *map(change.sentence, LANGUAGES)]
    for breach in why.breaches:
        yield ["breach", breach.limit.id, *_amounts(breach.limit, breach.measured), *map(breach.sentence, LANGUAGES)]


def _amounts(limit: Limit, to: float | None) -> tuple[float, float | None, str]:
    """A limit's value and another one as a planner counts them, and their unit."""
    unit = _quantity(limit.value, limit).unit
    scale = FEN if limit.unit == "fen" else 1
    return limit.value / scale, None if to is None else to / scale, unit


def _quantity(value: float, limit: Limit) -> Quantity:
    if limit.unit == "fen":
        return Quantity(value / FEN, "yuan")
    return Quantity(value, "share" if limit.unit == "share" else "plain")
