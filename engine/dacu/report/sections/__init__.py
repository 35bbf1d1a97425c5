"""Sections of the report, one file each: a `SECTION` that names its verbs, its place, and what fills it from a folder.

A file put here is found; nothing else has to know it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from dacu.report.folder import RunFolder
from dacu.report.parts import Filled, Part, said


@dataclass(frozen=True)
class Section:
    """A section: `report_<id>_title` in words/report.toml is its heading; those of a verb stand by `place`.

    `fill` gives its parts; none where the folder has nothing of the kind.
    """

    id: str
    verbs: frozenset[str]
    place: int
    fill: Callable[[RunFolder], Sequence[Part]]


def sections() -> list[Section]:
    """Every section in this folder, in its place."""
    found: list[Section] = [import_module(f"{__name__}.{file.name}").SECTION for file in iter_modules(__path__)]
    return sorted(found, key=lambda section: section.place)


def filled(folder: RunFolder) -> Iterator[Filled]:
    """The sections that a folder fills. Raises InputError for a table whose rows no run writes, whatever its hash."""
    for section in sections():
        if folder.verb not in section.verbs:
            continue
        folder.asked.clear()
        try:
            parts = section.fill(folder)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise folder.damaged(", ".join(dict.fromkeys(folder.asked))) from error
        if parts:
            yield Filled(section.id, said(f"{section.id}_title"), parts)
