"""Live rooms."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.report.folder import RunFolder
from dacu.report.parts import Part
from dacu.report.plain import ranked
from dacu.report.sections import Section

COLUMNS = {"gmv": "yuan", "sessions": "plain", "live_viewers": "people", "live_effective_viewers": "people",
           "live_dwell_min": "minutes", "live_cvr": "share", "live_gmv_per_session": "yuan", "gpm": "yuan"}  # fmt: skip


def fill(folder: RunFolder) -> Sequence[Part]:
    """The table of rooms; with several of them, bars."""
    return ranked(folder, "live", "room", "live.", COLUMNS, "rooms_title")


SECTION = Section("rooms", frozenset({"simulate"}), 110, fill)
