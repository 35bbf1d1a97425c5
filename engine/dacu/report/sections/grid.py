"""Two factors together: the mean outcome by the parts of the two that move it most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dacu.kpis import BY_ID
from dacu.report.folder import RunFolder
from dacu.report.outcomes import leading_factors, outcome_means
from dacu.report.parts import Grid, Part, Sentences, amount, said, setting_name, short, title_of
from dacu.report.sections import Section


def fill(folder: RunFolder) -> Sequence[Part]:
    """A grid for each outcome; none with fewer than two factors."""
    by_factor: dict[str, dict[int, dict[str, Any]]] = {}
    for row in folder.records("settings"):
        by_factor.setdefault(row["factor"], {})[row["point"]] = row
    if len(by_factor) < 2:
        return ()
    grids = list(_grids(folder, by_factor))
    return (Sentences([said("grid_explained")]), *grids) if grids else ()


def _grids(folder: RunFolder, by_factor: Mapping[str, Mapping[int, dict[str, Any]]]) -> Iterator[Grid]:
    for kpi, means in outcome_means(folder).items():
        down, across = leading_factors(folder, kpi)[:2]
        rows, columns = _names(by_factor[down]), _names(by_factor[across])
        found: dict[tuple[int, int], list[float]] = {}
        for point, mean in means.items():
            found.setdefault((by_factor[down][point]["part"], by_factor[across][point]["part"]), []).append(mean)
        cells = [
            [amount(sum(seen) / len(seen) if (seen := found.get((row, column))) else None, BY_ID[kpi].unit)
             for column in columns] for row in rows
        ]  # fmt: skip
        title = said("grid_of", kpi=title_of(kpi), down=short(down), across=short(across))
        if found:
            yield Grid(title, list(map(setting_name, rows.values())), list(map(setting_name, columns.values())), cells)


def _names(points: Mapping[int, dict[str, Any]]) -> dict[int, str]:
    """The parts of a factor that have a point, in their order, with their names."""
    return dict(sorted({int(row["part"]): str(row["part_name"]) for row in points.values()}.items()))


SECTION = Section("grid", frozenset({"study"}), 46, fill)
