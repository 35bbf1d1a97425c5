"""Why no plan keeps the limits, and the least that must give way: what `optimise` shows in the place of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dacu.units import FEN
from dacu_cli.page import Cell, Page, Quantity, Section
from dacu_cli.view import View

if TYPE_CHECKING:
    from dacu.plan.diagnose import Diagnosis
    from dacu.plan.problem import Unit


def refused(view: View, head: dict[str, Any], why: Diagnosis) -> Page:
    """The diagnosis in words, with a table of the limits to relax; `head` says what was asked."""
    rows: list[list[Cell]] = [
        [change.limit.id, *(_quantity(x, change.limit.unit) for x in (change.limit.value, change.to))]
        for change in why.relaxation
    ]
    sentences = why.sentences(view.lang)
    data = {**head, "status": "infeasible", **why.as_json(), "sentences": list(sentences)}
    return Page(data, (Section(view.say("relaxation_title"), ("limit", "from", "to"), rows),), opening=sentences)


def _quantity(value: float, unit: Unit) -> Quantity:
    if unit == "fen":
        return Quantity(value / FEN, "yuan")
    return Quantity(value, "share" if unit == "share" else "plain")
