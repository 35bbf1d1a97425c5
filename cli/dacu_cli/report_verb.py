"""`dacu report`: one offline HTML file of folders, and the same beside a run's tables with --report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dacu.errors import Finding, InputError
from dacu_cli.options import Folders, ReportFile
from dacu_cli.page import Page, Section
from dacu_cli.view import View

REPORT = "report.html"


def report(view: View, folders: Folders, out: ReportFile = None) -> None:
    """Read the folders and write the file: into the folder, made anew, or where asked, if nothing is there."""
    from dacu.store import new_file, put_file

    if out is None and len(folders) > 1:
        raise InputError(Finding("cli_report_where", value="-o"))
    html = _html(view, folders)
    if out is None:
        out = str(Path(folders[0]) / REPORT)
        put_file(out, html)
    else:
        new_file(out, html)
    whole = Section("", ("file",), [[out]])
    view.show(Page({"report": out, "folders": list(folders)}, (), whole, (view.say("reported", path=out),)))


def write_report(view: View, folder: Path) -> None:
    """report.html into the folder of a run that has ended; where it lies is a remark beside the answer."""
    from dacu.store import put_file

    put_file(folder / REPORT, _html(view, [str(folder)]))
    view.remark(view.say("reported", path=folder / REPORT))


def _html(view: View, folders: Sequence[str]) -> str:
    from dacu.report.folder import run_folders
    from dacu.report.page import page

    return page(run_folders(folders), view.lang, follows=not view.lang_asked)
