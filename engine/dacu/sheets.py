"""Tables that leave dacu: texts that no spreadsheet takes for a formula, and what each column means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dacu import words
from dacu.kpis import BY_ID

if TYPE_CHECKING:
    from pandas import DataFrame

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""A cell that starts so may be run as a formula (OWASP, CSV Injection; with the full-width twins)."""
BOUNDS = ("_low", "_high")
"""Endings of the columns that hold the interval of the column before them: 95%, over worlds P10 to P90."""
YUAN = frozenset({
    "cost", "budget", "cogs", "list_value", "gmv_expected", "mean_price", "gmv_per_person", "yuan", "refunds_expected",
    "preship_expected",
    "one_p10", "one_p50", "one_p90", "fees", "contribution_before_ads", "counted", "target", "owed", "spend_before",
    "spend_after", "spend_tried",
})  # fmt: skip
"""Columns in yuan that are no KPI."""


def neutral(cell: object) -> object:
    """A text cell with a leading ' where a spreadsheet would run it, and without bare carriage returns, which would
    begin a new row there; anything else as it is.
    """
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def unguarded(text: str) -> str:
    """A text cell as it was before `neutral`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def titles(column: str) -> dict[str, str]:
    """A column's heading by language: a KPI's name, or that of words/columns.toml, with "low" or "high" for a bound."""
    for bound in BOUNDS:
        if column.endswith(bound):
            base = titles(column.removesuffix(bound))
            return {lang: f"{base[lang]} {words.say(lang, f'column{bound}')}" for lang in words.LANGUAGES}
    if column in BY_ID:
        return {"zh": BY_ID[column].zh, "en": BY_ID[column].en}
    known = f"column_{column}" in words.catalogue()
    return {lang: words.say(lang, f"column_{column}") if known else column for lang in words.LANGUAGES}


def unit(column: str) -> str:
    """The unit of a column of numbers: a KPI's, yuan, or none."""
    base = column.removesuffix("_low").removesuffix("_high")
    return BY_ID[base].unit if base in BY_ID else "yuan" if base in YUAN else ""


def described(name: str, table: DataFrame) -> dict[str, Any]:
    """A table as a resource of a data package (Frictionless Data, Tabular Data Resource)."""
    fields = [_field(str(column), table[column].dtype.kind) for column in table.columns]
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "schema": {"fields": fields},
    }


def _field(column: str, kind: str) -> dict[str, str]:
    names = titles(column)
    field = {
        "name": column,
        "type": {"i": "integer", "u": "integer", "f": "number", "b": "boolean"}.get(kind, "string"),
        "title": names["en"],
        "title_zh": names["zh"],
    }
    return field | ({"unit": unit(column)} if unit(column) else {})
