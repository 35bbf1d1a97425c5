"""Creators."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.report.folder import RunFolder
from dacu.report.parts import Part
from dacu.report.plain import ranked
from dacu.report.sections import Section

COLUMNS = {"gmv": "yuan", "cost": "yuan", "roi": "ratio", "exposures": "count", "reach": "people", "clicks": "count"}


def fill(folder: RunFolder) -> Sequence[Part]:
    """GMV by creator as bars, and the table."""
    return ranked(folder, "kols", "kol", "kols.", COLUMNS, "creators_title")


SECTION = Section("creators", frozenset({"simulate"}), 120, fill)
