"""What the run says in words: the answer, what to know of it, and what to doubt."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.report.folder import RunFolder
from dacu.report.parts import Part, Said, Sentences
from dacu.report.sections import Section

TONES = ("verdict", "plain", "warning")


def fill(folder: RunFolder) -> Sequence[Part]:
    """The sentences of the folder, by tone."""
    rows = folder.records("sentences")
    told = {tone: [Said(row["sentence_zh"], row["sentence_en"]) for row in rows if row["tone"] == tone]
            for tone in TONES}  # fmt: skip
    return [Sentences(lines, tone) for tone, lines in told.items() if lines]


SECTION = Section("verdict", frozenset({"simulate", "compare", "optimise", "study"}), 10, fill)
