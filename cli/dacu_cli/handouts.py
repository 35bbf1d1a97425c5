"""What a run leaves besides its tables: the same tables for Excel, and the report."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from dacu_cli.exporting import ExportForm, export
from dacu_cli.report_verb import write_report
from dacu_cli.view import View

if TYPE_CHECKING:
    from dacu.store import Folder


@contextmanager
def handed_out(
    view: View, place: AbstractContextManager[Folder], export_as: ExportForm | None, report: bool
) -> Iterator[Folder]:
    """The folder of `place` to be filled; then its tables are exported, and once it is closed its report is written."""
    with place as folder:
        yield folder
        export(view, folder, export_as)
    if report:
        write_report(view, folder.path)
