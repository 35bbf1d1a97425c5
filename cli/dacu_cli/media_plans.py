"""`dacu new PATH --from PLAN.xlsx`: the money of a media plan laid over a scenario that has everything else."""

from __future__ import annotations

import os

from dacu import store, units
from dacu.errors import Finding, InputError
from dacu.language.chain import Reader
from dacu.readable import Quantity
from dacu.scenario.load import Loaded, load
from dacu_cli import templates
from dacu_cli.exporting import check_installed
from dacu_cli.page import reading
from dacu_cli.view import View

SUFFIX = ".xlsx"


def is_workbook(name: str) -> bool:
    """Whether `--from` names a workbook rather than a shipped scenario."""
    return name.lower().endswith(SUFFIX)


def write(view: View, path: str, workbook: str, like: str) -> tuple[str, ...]:
    """Write the scenario at `path` (and beside it what it extends, where that is a shipped one); returns what to tell.

    `like` is a shipped scenario by name, or a file or folder of one's own. Raises InputError, and writes nothing, where
    a cell does not fit or the whole would not pass `check`.
    """
    from dacu import cells
    from dacu.plan import media_plan, plan_sheet

    check_installed("--from", workbook, "python_calamine", "excel")
    base, parent, shipped = _base(path, like)
    found = cells.read(store.read_bytes(workbook), workbook, plan_sheet.NAMES)
    sheet = plan_sheet.read(found, workbook, base.scenario.calendar.start)
    text = media_plan.scenario_text(sheet, base, parent)
    load(path, read_text=_reader(path, text, shipped))
    store.new_file(path, text)
    templates.bring(shipped, os.path.dirname(path))
    total = reading(Quantity(sum(row.money for row in sheet.rows) / units.FEN, "yuan"), view.lang)
    told = view.say("sheet_read", rows=len(sheet.rows), file=workbook, sheet=sheet.name, money=total, base=like)
    named = {row.line for row in sheet.rows}
    left = [name for name in base.scenario.paid if name not in named]
    return (told, view.say("lines_without_money", lines=", ".join(left))) if left else (told,)


def _base(path: str, like: str) -> tuple[Loaded, str, list[str]]:
    """What the plan is laid over, how `path` names it as its parent, and the shipped files that it brings."""
    if like in templates.names():
        shipped = templates.family(like, "--like")
        if os.path.normpath(path) == os.path.join(os.path.dirname(os.path.normpath(path)), f"{like}.yaml"):
            raise InputError(Finding("file_exists", value=path))
        return load(shipped[0], read_text=templates.read), os.path.relpath(shipped[0], store.SHIPPED), shipped
    file, _ = store.read_scenario(like)
    return load(like), os.path.relpath(file, os.path.dirname(path) or "."), []


def _reader(path: str, text: str, shipped: list[str]) -> Reader:
    """Reads the new file and what it brings before they are written."""
    folder = os.path.dirname(path)
    brought = {os.path.normpath(os.path.join(folder, os.path.relpath(name, store.SHIPPED))): name for name in shipped}

    def read(reference: str) -> tuple[str, str]:
        if reference == path:
            return path, text
        name = brought.get(os.path.normpath(reference))
        return store.read_scenario(reference) if name is None else (reference, store.shipped_text(name))

    return read
