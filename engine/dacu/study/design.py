"""Designs: the points of a study in the unit cube, and as settings of the scenario.

Rows that mean something only together make a block: a base sample of Sobol's method (A, B, every A with one column of
B), a trajectory of Morris's, a drawn row with every value of what is ours to choose. The first two stand or fall whole.
Sobol points: Saltelli et al. 2010, Computer Physics Communications 181, 259. Trajectories: Morris 1991, Technometrics
33, 161. Growing a Latin hypercube: Sallaberry, Helton and Hora 2008, Reliab. Eng. Syst. Saf. 93, 1047.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dacu.errors import Finding, InputError
from dacu.language.paths import join_path, names_in
from dacu.language.tree import find
from dacu.study.blocks import LARGEST, STRUCTURED, VARIANT, Method, Sheet
from dacu.study.conditions import Condition, condition
from dacu.study.factors import THERE, Choice, Factor, Field

Floats = NDArray[np.float64]

LEVELS = 4
"""Levels of Morris's grid; a step is two thirds of a range."""
SAME = "="
"""The name under which rows that repeat an earlier one are counted."""


class Setting(NamedTuple):
    """One setting as `--set` takes it; `variant` is the variant that a row plays."""

    path: str
    text: str


Point = tuple[Setting, ...]


@dataclass(frozen=True)
class Design:
    """The points, where each lies in the unit cube of the factors, and what was left out and why.

    `blocks` tells each point's block, `drawn` what was drawn before anything was crossed or left out: a row a sample
    (of Morris a row a step). Of a list, `names` are the rows' own and there is no cube; else they are the factors'.
    """

    points: tuple[Point, ...]
    unit: Floats
    names: tuple[str, ...]
    method: Method
    blocks: NDArray[np.int64]
    drawn: Floats
    dropped: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.points)


def design(sheet: Sheet, field: Field) -> Design:
    """All points of a study. Raises InputError where there are too many, or none that keeps the conditions."""
    study = sheet.study
    if study.method == "list":
        points = tuple(_listed(row) for row in study.rows.values())
        return Design(points, np.empty((len(points), 0)), tuple(study.rows), "list", np.arange(len(points)),
                      np.empty((0, 0)), {})  # fmt: skip
    _check_size(sheet, _count(field, study.samples or 1))
    nothing = np.empty((0, _width(field)))
    found = _laid_out(sheet, field, _drawn(field, nothing, study.samples or 1), 0)
    if not found.points:
        raise InputError(Finding("study_nothing_left", find(sheet.tree, ("conditions",))[1], "conditions"))
    return found


def extend(sheet: Sheet, field: Field, before: Design, more: int) -> Design:
    """`before` and so many samples more of the same sequence; the rows of `before` come first, unchanged.

    Raises InputError where the method cannot grow, or not by this number.
    """
    samples = len(before.drawn)
    total = samples + more
    if before.method not in ("sobol", "lhs"):
        raise InputError(Finding("extend_method", None, "--extend", str(more), {"method": before.method}))
    if before.method == "sobol" and total & (total - 1):
        fit = next(one for one in (1 << (total.bit_length() - 1), 1 << total.bit_length()) if one > samples) - samples
        raise InputError(Finding("extend_power_of_two", None, "--extend", str(more), {"now": str(samples)}, str(fit)))
    if before.method == "lhs" and total % samples:
        fit = max(1, round(more / samples)) * samples
        raise InputError(Finding("extend_multiple", None, "--extend", str(more), {"now": str(samples)}, str(fit)))
    _check_size(sheet, _count(field, total))
    added = _laid_out(sheet, field, _drawn(field, before.drawn, more), samples)
    return replace(
        before, points=before.points + added.points, unit=np.concatenate([before.unit, added.unit]),
        blocks=np.concatenate([before.blocks, added.blocks]), drawn=np.concatenate([before.drawn, added.drawn]),
        dropped={name: count + added.dropped[name] for name, count in before.dropped.items()},
    )  # fmt: skip


def point_of(factors: Sequence[Factor], texts: Iterable[str | None]) -> Point:
    """Settings of a row; of a thing that is missing, nothing below is set."""
    settings: list[Setting] = []
    gone: list[tuple[str, ...]] = []
    for factor, text in zip(factors, texts, strict=True):
        names = names_in(factor.path)
        if isinstance(factor, Choice) and factor.switch:
            if text != THERE:
                gone.append(names)
                settings.append(_setting(names, None))
        elif (factor.path, text) != (VARIANT, None):
            settings.append(_setting(names, text))
    if not gone:
        return tuple(settings)
    return tuple(one for one in settings if not any(_below(names_in(one.path), thing) for thing in gone))


def _below(names: tuple[str, ...], thing: tuple[str, ...]) -> bool:
    return len(names) > len(thing) and names[: len(thing)] == thing


def _setting(names: tuple[str, ...], text: str | None) -> Setting:
    return Setting(join_path(names), "null" if text is None else text)


def _listed(row: Mapping[str, str | None]) -> Point:
    return tuple(_setting(names_in(path), text) for path, text in row.items() if (path, text) != (VARIANT, None))


def _chosen(field: Field) -> list[int]:
    """Places of the factors that every drawn row meets all values of."""
    return [place for place, factor in enumerate(field.factors) if factor.path in field.choices]


def _width(field: Field) -> int:
    """Numbers that a sample is drawn from."""
    count = len(field.factors)
    return {"grid": 0, "lhs": count - len(_chosen(field)), "morris": count, "sobol": 2 * count}[field.study.method]


def _count(field: Field, samples: int) -> int:
    """Points before any is left out."""
    count = len(field.factors)
    match field.study.method:
        case "grid":
            return prod(len(steps) for steps in _steps(field))
        case "lhs":
            return samples * prod(len(field.factors[place].labels()) for place in _chosen(field))
        case "morris":
            return samples * (count + 1)
        case _:
            return samples * _saltelli(field)


def _saltelli(field: Field) -> int:
    """Rows of a base sample."""
    count = len(field.factors)
    return 2 * count + 2 if field.study.second_order else count + 2


def _check_size(sheet: Sheet, count: int) -> None:
    if count > LARGEST:
        mark = find(sheet.tree, ("samples",) if sheet.study.samples else ("method",))[1]
        raise InputError(Finding("study_too_large", mark, "samples", args={"count": str(count), "most": str(LARGEST)}))


def _drawn(field: Field, before: Floats, count: int) -> Floats:
    """So many samples that follow those before."""
    from scipy.stats import qmc

    width, seed = _width(field), field.study.seed
    match field.study.method:
        case "lhs" if len(before):
            return _between(before, count, np.random.default_rng((seed, len(before))))
        case "lhs":
            return np.asarray(qmc.LatinHypercube(width, rng=seed).random(count)) if width else np.empty((count, 0))
        case "sobol":
            sequence = qmc.Sobol(width, rng=seed)
            if len(before):
                sequence.fast_forward(len(before))
            return np.asarray(sequence.random(count))
        case "morris":
            random = np.random.default_rng(seed)
            return np.concatenate([_trajectory(width, random) for _ in range(count)])
        case _:
            return np.empty((count, 0))


def _between(before: Floats, count: int, random: np.random.Generator) -> Floats:
    """A Latin hypercube of all samples together: each new one in a stratum of its own that is still free."""
    total = len(before) + count
    columns = []
    for column in before.T:
        free = np.setdiff1d(np.arange(total), np.floor(column * total).astype(np.int64))
        columns.append((random.permutation(free) + random.random(len(free))) / total)
    return np.stack(columns, axis=1)


def _trajectory(width: int, random: np.random.Generator) -> Floats:
    """Morris's walk: each factor moves once, in an order of its own, by two thirds of its range."""
    low = random.integers(0, LEVELS // 2, width)
    up = random.integers(0, 2, width).astype(bool)
    there = low + LEVELS // 2
    rows = [np.where(up, low, there)]
    for place in random.permutation(width):
        after = rows[-1].copy()
        after[place] = there[place] if up[place] else low[place]
        rows.append(after)
    return np.stack(rows) / (LEVELS - 1)


def _laid_out(sheet: Sheet, field: Field, drawn: Floats, first: int) -> Design:
    """The rows that samples stand for, without what the conditions forbid; blocks count from `first`."""
    unit, blocks = _cube(field, drawn, first)
    texts = [factor.texts(unit[:, place]) for place, factor in enumerate(field.factors)]
    columns = [factor.figures(unit[:, place]) for place, factor in enumerate(field.factors)]
    kept = np.ones(len(unit), dtype=bool)
    dropped: dict[str, int] = {}
    for name, text in field.study.conditions.items():
        breaks = ~_condition(sheet, name, text, field.factors).kept(columns, texts)
        if field.study.method in STRUCTURED:
            breaks = np.isin(blocks, blocks[breaks])
        dropped[name] = int((kept & breaks).sum())
        kept &= ~breaks
    points = [point_of(field.factors, row) for row in zip(*texts, strict=True)]
    if field.study.method == "grid":
        first_of: dict[Point, int] = {}
        again = np.array([first_of.setdefault(point, place) != place for place, point in enumerate(points)])
        dropped[SAME] = int((kept & again).sum())
        kept &= ~again
    names = tuple(factor.path for factor in field.factors)
    remaining = tuple(point for point, keep in zip(points, kept, strict=True) if keep)
    return Design(remaining, unit[kept], names, field.study.method, blocks[kept], drawn, dropped)


def _condition(sheet: Sheet, name: str, text: str, factors: Sequence[Factor]) -> Condition:
    try:
        return condition(text, factors)
    except InputError as error:
        mark, path = find(sheet.tree, ("conditions", name))[1], join_path(("conditions", name))
        raise InputError(*(replace(finding, mark=mark, path=path) for finding in error.findings)) from None


def _cube(field: Field, drawn: Floats, first: int) -> tuple[Floats, NDArray[np.int64]]:
    """Every row of the samples in the unit cube, and its block."""
    count = len(field.factors)
    match field.study.method:
        case "grid":
            unit = np.array(list(product(*_steps(field))))
            return unit, np.arange(len(unit))
        case "lhs":
            return _crossed(field, drawn, first)
        case "morris":
            return drawn, np.arange(len(drawn)) // (count + 1)
        case _:
            rows = _saltelli(field)
            unit = np.empty((len(drawn), rows, count))
            a, b = drawn[:, :count], drawn[:, count:]
            unit[:, 0], unit[:, 1] = a, b
            for place in range(count):
                unit[:, 2 + place] = a
                unit[:, 2 + place, place] = b[:, place]
                if field.study.second_order:
                    unit[:, 2 + count + place] = b
                    unit[:, 2 + count + place, place] = a[:, place]
            return unit.reshape(-1, count), first + np.arange(len(drawn) * rows) // rows


def _crossed(field: Field, drawn: Floats, first: int) -> tuple[Floats, NDArray[np.int64]]:
    """Every sample with every value of what is ours to choose."""
    chosen = _chosen(field)
    others = [place for place in range(len(field.factors)) if place not in chosen]
    options = np.array(list(product(*(_middles(field.factors[place]) for place in chosen))))
    unit = np.empty((len(drawn), len(options), len(field.factors)))
    unit[:, :, others] = drawn[:, None, :]
    unit[:, :, chosen] = options[None, :, :]
    return unit.reshape(-1, len(field.factors)), first + np.arange(len(drawn) * len(options)) // len(options)


def _middles(factor: Factor) -> Floats:
    """A place in each cell."""
    count = len(factor.labels())
    return (np.arange(count) + 0.5) / count


def _steps(field: Field) -> list[Floats]:
    """The places of a grid, factor by factor: all values, or so many steps of a range."""
    samples = field.study.samples or 1
    ends = np.linspace(0.0, 1.0, samples) if samples > 1 else np.array([0.5])
    return [_middles(factor) if isinstance(factor, Choice) else ends for factor in field.factors]
