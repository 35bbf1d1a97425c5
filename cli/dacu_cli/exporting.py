"""`--export parquet|xlsx`: the tables of a folder once more, for programs or for Excel."""

from __future__ import annotations

import io
from collections.abc import Mapping
from enum import StrEnum
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from dacu.errors import Finding, InputError
from dacu_cli.completing import one_of
from dacu_cli.options import choice
from dacu_cli.view import View

if TYPE_CHECKING:
    from pandas import DataFrame

    from dacu.store import Folder

WORKBOOK = "tables.xlsx"


class ExportForm(StrEnum):
    """What tables are exported as."""

    PARQUET = "parquet"
    XLSX = "xlsx"


NEEDS: Mapping[ExportForm, tuple[str, str]] = {
    ExportForm.PARQUET: ("pyarrow", "parquet"), ExportForm.XLSX: ("xlsxwriter", "excel"),
}  # fmt: skip
"""The module that writes a form, and the extra that brings it."""


def check_installed(option: str, value: str, module: str, extra: str) -> None:
    """Raise InputError with the line that installs `extra` where `module` is missing."""
    if find_spec(module) is None:
        raise InputError(Finding("cli_extra_missing", None, option, value, {"line": f'pip install "dacu[{extra}]"'}))


def _parse(text: str) -> ExportForm:
    """The form, refused before anything is computed where what writes it is missing."""
    form = choice("--export", ExportForm)(text)
    check_installed("--export", form, *NEEDS[form])
    return form


Export = Annotated[
    ExportForm | None,
    typer.Option(
        "--export", metavar="parquet|xlsx", parser=_parse, help="cli_opt_export", show_default=False,
        autocompletion=one_of(ExportForm),
    ),
]  # fmt: skip


def export(view: View, folder: Folder, form: ExportForm | None) -> None:
    """Write the folder's tables in another form beside its CSV files; nothing where none was asked for."""
    if form is ExportForm.PARQUET:
        for name, table in folder.tables.items():
            folder.write_bytes(f"{name}.parquet", _parquet(table))
    elif form is ExportForm.XLSX:
        from dacu.workbook import fits, workbook

        room = {name: table for name, table in folder.tables.items() if fits(table)}
        view.warn(Finding("cli_export_too_long", value=name) for name in folder.tables if name not in room)
        folder.write_bytes(WORKBOOK, workbook(room, view.lang, _about(folder)))


def _parquet(table: DataFrame) -> bytes:
    out = io.BytesIO()
    table.to_parquet(out, engine="pyarrow", index=False)
    return out.getvalue()


def _about(folder: Folder) -> dict[str, str]:
    """What the workbook says of itself: which scenarios, by which version, with which seed."""
    facts = folder.facts
    names = " | ".join(str(scenario["name"]) for scenario in facts.get("scenarios", ()))
    seed = f", seed {facts['seed']}" if "seed" in facts else ""
    return {"title": names or str(facts["verb"]), "comments": f"dacu {facts['dacu']} {facts['verb']}{seed}"}
