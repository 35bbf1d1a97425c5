"""Who bought: segments."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.report.folder import RunFolder
from dacu.report.parts import Part
from dacu.report.plain import ranked
from dacu.report.sections import Section

COLUMNS = {"gmv": "yuan", "people": "people", "buyers": "people", "orders": "count", "gmv_per_person": "yuan"}


def fill(folder: RunFolder) -> Sequence[Part]:
    """GMV by segment as bars, and the table."""
    return ranked(folder, "segments", "segment", "people.personas.", COLUMNS, "people_title")


SECTION = Section("people", frozenset({"simulate"}), 100, fill)
