"""`dacu list`: what there is to choose from: scenarios, levers, KPIs, coefficients, and the schema for editors."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import typer

from dacu import store
from dacu_cli.completing import one_of
from dacu_cli.options import choice
from dacu_cli.page import Cell, Page, Section
from dacu_cli.view import View


class What(StrEnum):
    """What can be listed."""

    SCENARIOS = "scenarios"
    LEVERS = "levers"
    KPIS = "kpis"
    PARAMETERS = "parameters"
    SCHEMA = "schema"


WhatArgument = Annotated[
    What,
    typer.Argument(
        metavar="|".join(What), parser=choice("list", What), help="cli_arg_list", show_default=False,
        autocompletion=one_of(What),
    ),
]  # fmt: skip


def list_(view: View, what: WhatArgument) -> None:
    """Print one of the lists."""
    pages: dict[What, Callable[[View], Page]] = {
        What.SCENARIOS: _scenarios, What.LEVERS: _levers, What.KPIS: _kpis, What.PARAMETERS: _parameters,
        What.SCHEMA: _schema,
    }  # fmt: skip
    view.show(pages[what](view))


def _page(columns: tuple[str, ...], rows: list[list[Cell]], hidden: tuple[str, ...] = ()) -> Page:
    """A page of one table; `hidden` columns are for programs, not for the screen."""
    places = [place for place, column in enumerate(columns) if column not in hidden]
    read = Section("", tuple(columns[place] for place in places), [[row[place] for place in places] for row in rows])
    data = [dict(zip(columns, row, strict=True)) for row in rows]
    return Page(data, (read,), Section("", columns, rows))


def _scenarios(_view: View) -> Page:
    from dacu.language.compose import compose

    rows: list[list[Cell]] = []
    for reference in store.shipped_scenarios():
        composed = compose(reference)
        named = composed.tree.children.get("name")
        rows.append([reference, str(getattr(named, "text", "") or ""), ", ".join(composed.variants_available)])
    return _page(("reference", "name", "variants"), rows)


def _levers(view: View) -> Page:
    from dacu.levers.base import kinds

    columns = ("family", "type", "zh", "en", "name")
    rows: list[list[Cell]] = [
        [kind.family, kind.type, kind.zh, kind.en, kind.zh if view.lang == "zh" else kind.en]
        for kind in kinds().values()
    ]
    return _page(columns, rows, hidden=("zh", "en"))


def _kpis(view: View) -> Page:
    from dacu.kpis import KPIS

    rows: list[list[Cell]] = [
        [kpi.id, kpi.zh if view.lang == "zh" else kpi.en, kpi.unit,
         (kpi.about_zh if view.lang == "zh" else kpi.about_en) or _formula(kpi.above, kpi.below)]
        for kpi in KPIS
    ]  # fmt: skip
    return _page(("id", "name", "unit", "about"), rows)


def _formula(above: str, below: str) -> str:
    return f"{above} ÷ {below}" if below else above


def _parameters(_view: View) -> Page:
    from dacu.behaviour.parameters import table

    rows: list[list[Cell]] = [
        [one.path, one.value, one.unit, f"{one.low:g} – {one.high:g}", one.grade, one.source] for one in table()
    ]
    return _page(("path", "value", "unit", "range", "grade", "source"), rows, hidden=("source",))


def _schema(view: View) -> Page:
    from dacu.language.schema import labels, schema
    from dacu.scenario.model import scenario_model

    document: dict[str, Any] = schema(scenario_model())
    columns = ("path", "name", "unit", "default", "range", "about")
    rows: list[list[Cell]] = [
        [path, label.zh if view.lang == "zh" else label.en, label.unit, label.default, label.range, label.about]
        for path, label in labels(scenario_model()).items()
    ]
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    return Page(document, whole=Section("", columns, rows), text=text)
