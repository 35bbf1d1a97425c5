"""Factors: from a place between 0 and 1 to a setting's text, so that every method draws in the same unit cube."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.maths import exp64, log64
from dacu.errors import Finding, InputError, Mark
from dacu.language.block import Number
from dacu.language.chain import Reader
from dacu.language.compose import Composed
from dacu.language.explain import form_at, form_of
from dacu.language.fields import Form
from dacu.language.patch import leaf_patch, overlay
from dacu.language.paths import join_path, names_in
from dacu.language.tree import Branch, Leaf, Node, find, is_unset
from dacu.scenario.load import composed, misread
from dacu.scenario.model import scenario_model
from dacu.study.blocks import VARIANT, FactorBlock, Sheet, Study
from dacu.units import FEN, Moment

Floats = NDArray[np.float64]

THERE, GONE = "yes", "no"
"""How rows show a thing that may be missing."""
MINUTES = 1440
NO_SUCH_PATH = ("unknown_key", "unknown_coefficient")
"""Findings that are about a factor's path, not about one of its values."""
DIGITS = 6
"""Significant digits of a drawn number: enough for any plan, and the same text on every machine."""


@dataclass(frozen=True)
class Choice:
    """Some values of equal weight; of a thing that may be missing, there and not there."""

    path: str
    values: tuple[str | None, ...]
    form: Form | None = None
    switch: bool = False

    def cells(self, unit: Floats) -> NDArray[np.int64]:
        """Equal parts of [0, 1]."""
        return np.minimum((unit * len(self.values)).astype(np.int64), len(self.values) - 1)

    def texts(self, unit: Floats) -> list[str | None]:
        """The value of each place's part."""
        return [self.values[cell] for cell in self.cells(unit)]

    def figures(self, unit: Floats) -> Floats | None:
        """Values that are numbers, as such."""
        if self.form is None or not _has_order(self.form):
            return None
        known = [np.nan if text is None else ordinal(self.form.value(text)) for text in self.values]
        return np.array(known)[self.cells(unit)]

    def ends(self) -> str:
        """All values in words."""
        return ", ".join(self.labels())

    def labels(self) -> list[str]:
        """The values."""
        return ["–" if text is None else text for text in self.values]


@dataclass(frozen=True)
class Range:
    """Numbers, dates or moments between two ends, even on a linear or log scale; what is counted is drawn whole."""

    path: str
    low: float
    high: float
    form: Form
    day: type
    log: bool = False
    step: float = 0.0

    def figures(self, unit: Floats) -> Floats:
        """The inner value of each place; whole steps get equal parts, both ends included."""
        low, high = (self.low, self.high) if not self.step else self._steps
        if self.log:
            value = exp64(log64(np.float64(low)) + unit * (log64(np.float64(high)) - log64(np.float64(low))))
        else:
            value = low + unit * (high - low)
        if self.step:
            return np.asarray(np.clip(np.floor(value), low, high - 1) * self.step)
        return np.asarray([min(max(float(f"{one:.{DIGITS}g}"), self.low), self.high) for one in value])

    @cached_property
    def _steps(self) -> tuple[float, float]:
        """The first whole step, and the one after the last."""
        return float(np.ceil(self.low / self.step)), float(np.floor(self.high / self.step) + 1)

    def texts(self, unit: Floats) -> list[str | None]:
        """As a scenario writes it."""
        return [self.form.show(_inner(one, self.form, self.day)) for one in self.figures(unit)]

    def _rounded(self, figure: float) -> str:
        brief = float(f"{figure:.3g}") if self.form.numeric else figure
        return self.form.show(_inner(brief, self.form, self.day))

    def ends(self) -> str:
        """The whole range in words."""
        low, high = self.texts(np.array([0.0, 1.0]))
        return f"{low} ~ {high}"

    def cells(self, unit: Floats) -> NDArray[np.int64]:
        """Thirds."""
        return np.minimum((unit * 3).astype(np.int64), 2)

    def labels(self) -> list[str]:
        """From where to where each third goes, amounts to three digits."""
        edges = [self._rounded(one) for one in self.figures(np.array([0.0, 1 / 3, 2 / 3, 1.0]))]
        return [f"{low} ~ {high}" for low, high in pairwise(edges)]


Factor = Choice | Range
"""One thing that varies: its `path`; for places between 0 and 1 the `texts` of the setting (None: unset), its
`figures` in the inner unit (None: it has no numbers) and its `cells`, named by `labels` and all together by `ends`;
the `form` its numbers are written in.
"""


@dataclass(frozen=True)
class Field:
    """A study on its scenario: the tree under each variant (None: none), and its factors in the order of the file."""

    study: Study
    bases: Mapping[str | None, Composed]
    factors: tuple[Factor, ...]
    choices: frozenset[str] = frozenset()
    """Paths of the factors that are ours to choose."""


def field(sheet: Sheet, read: Reader) -> Field:
    """The study against its scenario. Raises InputError with the study's own line for every setting that is wrong."""
    return _Reading(sheet, read).field()


class _Reading:
    """A study's paths and values, tried on the scenario."""

    def __init__(self, sheet: Sheet, read: Reader) -> None:
        self.sheet, self.study = sheet, sheet.study
        self.bases = {name: self._base(name, at, read) for name, at in self._variants().items()}

    def field(self) -> Field:
        findings = [*self._paths(), *self._values()]
        if findings:
            raise InputError(*findings)
        factors, findings = [], []
        for path, block in self.study.factors.items():
            try:
                factors.append(self._factor(path, block))
            except InputError as error:
                findings += error.findings
        if findings:
            raise InputError(*findings)
        chosen = {path for path, block in self.study.factors.items() if block.choose or path == VARIANT}
        return Field(self.study, self.bases, tuple(factors), frozenset(chosen))

    def _variants(self) -> Mapping[str | None, tuple[str, ...]]:
        """Each variant that a row may play, and where the study names it."""
        block = self.study.factors.get(VARIANT)
        if block is not None:
            if block.values is None:
                raise InputError(self._finding("variant_values", ("factors", VARIANT)))
            return {name: ("factors", VARIANT, "values", str(at)) for at, name in enumerate(block.values)}
        played = {row.get(VARIANT): name for name, row in self.study.rows.items()} or {None: ""}
        told: dict[str | None, tuple[str, ...]] = {None: ("scenario",)}
        return {variant: told.get(variant, ("rows", row, VARIANT)) for variant, row in played.items()}

    def _base(self, variant: str | None, at: tuple[str, ...], read: Reader) -> Composed:
        """The scenario under a variant. What is wrong is told at its own line, or where the study names it."""
        try:
            found = composed(f"{self.study.scenario}+{variant}" if variant else self.study.scenario, (), read)
            if wrong := misread(found.tree):
                raise InputError(*wrong)
        except InputError as error:
            here, file = self._mark(at), self._mark(("scenario",))
            placed = (replace(f, mark=here if f.code.startswith("variant") else file) for f in error.findings)
            raise InputError(*(f if f.mark else one for f, one in zip(error.findings, placed, strict=True))) from None
        return found

    def _mark(self, at: tuple[str, ...]) -> Mark:
        return find(self.sheet.tree, at)[1]

    def _finding(self, code: str, at: tuple[str, ...], **args: str) -> Finding:
        node, mark, _ = find(self.sheet.tree, at)
        text = node.text or "" if isinstance(node, Leaf) else ""
        return Finding(code, mark, join_path(at), text, args)

    def _paths(self) -> Iterator[Finding]:
        """What a factor sets or removes must be there under every variant, and under all of them alike."""
        for path, block in self.study.factors.items():
            if path == VARIANT:
                continue
            names, at = names_in(path), ("factors", path)
            depths = {variant: _depth(base.tree, names) for variant, base in self.bases.items()}
            for variant, depth in depths.items():
                needed = len(names) if block.switch else min(max(depths.values()), len(names) - 1)
                if depth < needed:
                    code = "factor_not_under" if max(depths.values()) >= needed else "factor_nothing_there"
                    gone = join_path(names[: depth + 1])
                    yield self._finding(code, at, path=path, gone=gone, variant=variant or self.study.scenario)
                    break

    def _values(self) -> Iterator[Finding]:
        """Each end and each value on its own, laid over the scenario as a row would lay it."""
        tree = next(iter(self.bases.values())).tree
        for path, block in self.study.factors.items():
            if path == VARIANT or block.switch:
                continue
            key = "range" if block.range is not None else "values"
            told: dict[str, Finding] = {}
            for place, text in enumerate(getattr(block, key)):
                here = ("factors", path, key, str(place))
                for found in self._tried(overlay(tree, leaf_patch(names_in(path), self._leaf(text, here))), here):
                    about_path = found.code in NO_SUCH_PATH
                    told.setdefault(found.code, replace(found, mark=self._key(path)) if about_path else found)
            yield from told.values()
        for name, row in self.study.rows.items():
            at, laid = ("rows", name), self.bases[row.get(VARIANT)].tree
            wrong = [path for path in row if path != VARIANT and not names_in(path)]
            yield from (self._finding("not_a_path", (*at, path), value=path) for path in wrong)
            for path, text in row.items():
                if path != VARIANT and path not in wrong:
                    laid = overlay(laid, leaf_patch(names_in(path), self._leaf(text, (*at, path))))
            yield from self._tried(laid, at)

    def _key(self, path: str) -> Mark:
        """Where a factor's path is written."""
        factors = find(self.sheet.tree, ("factors",))[0]
        return factors.key_marks[path] if isinstance(factors, Branch) else factors.mark

    def _leaf(self, text: str | None, at: tuple[str, ...]) -> Node:
        return Leaf(text, self._mark(at))

    def _tried(self, tree: Branch, at: tuple[str, ...]) -> Iterator[Finding]:
        here = self._mark(at)
        for found in misread(tree):
            yield found if found.mark and found.mark.file == here.file else replace(found, mark=here)

    def _factor(self, path: str, block: FactorBlock) -> Factor:
        if block.switch:
            return Choice(path, (THERE, GONE), switch=True)
        form = None if path == VARIANT else self._form(names_in(path))
        if block.range is None:
            return Choice(path, tuple(block.values or ()), form)
        return self._range(path, block, form)

    def _form(self, names: tuple[str, ...]) -> Form | None:
        """How the value at a path is written."""
        if names[0] == "behaviour":
            return form_of(Number)
        return form_at(scenario_model(), next(iter(self.bases.values())).tree, names)

    def _range(self, path: str, block: FactorBlock, form: Form | None) -> Range:
        at = ("factors", path, "range")
        if form is None or not _has_order(form):
            raise InputError(self._finding("factor_no_range", at, path=path))
        ends = [form.value(text) for text in block.range or ()]
        low, high = (ordinal(end) for end in ends)
        if _kind(ends[0]) is not _kind(ends[1]):
            raise InputError(self._finding("factor_mixed_days", at))
        if not low < high:
            raise InputError(self._finding("factor_empty_range", at, low=form.show(ends[0]), high=form.show(ends[1])))
        if block.scale == "log" and low <= 0:
            raise InputError(self._finding("factor_log_positive", at))
        if block.whole and form.unit == "share":
            raise InputError(self._finding("factor_whole_share", ("factors", path, "whole")))
        found = Range(path, low, high, form, _kind(ends[0]), block.scale == "log", _step(form, block.whole))
        if found.step and found._steps[1] - found._steps[0] < 2:
            raise InputError(self._finding("factor_empty_range", at, low=form.show(ends[0]), high=form.show(ends[1])))
        return found


def _depth(tree: Branch, names: Sequence[str]) -> int:
    """How many of the names lead on to something."""
    depth = 0
    while depth < len(names):
        node, _, there = find(tree, tuple(names[: depth + 1]))
        if not there or is_unset(node):
            break
        depth += 1
    return depth


_ORDINALS: tuple[type, ...] = (int, float, date, Moment)


def _has_order(form: Form) -> bool:
    kinds = form.inner if isinstance(form.inner, tuple) else (form.inner,)
    return all(kind in _ORDINALS for kind in kinds)


def _step(form: Form, whole: bool) -> float:
    """What values of a form are whole multiples of; 0 for any number."""
    counted = form.inner != (float, int)
    if form.name == "money" and whole:
        return float(FEN)
    return 1.0 if counted or whole else 0.0


def _kind(value: Any) -> type:
    """Whether days count from the campaign's first or in the calendar; a number is a float."""
    day = value.day if isinstance(value, Moment) else value
    return date if isinstance(day, date) else int if isinstance(value, Moment) else float


def ordinal(value: Any) -> float:
    """A value on a line: dates in days, moments in minutes."""
    if isinstance(value, Moment):
        return ordinal(value.day) * MINUTES + value.minute
    return float(value.toordinal() if isinstance(value, date) else value)


def _inner(ordinal: float, form: Form, day: type) -> Any:
    """`ordinal` undone."""
    if form.inner is Moment:
        number, minute = divmod(round(ordinal), MINUTES)
        return Moment(date.fromordinal(number) if day is date else number, minute)
    if day is date:
        return date.fromordinal(round(ordinal))
    return float(ordinal) if form.inner == (float, int) else round(ordinal)
