"""What the rows of a study say, once they ran: indices and tornado of each outcome, a ranking of the choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dacu import verdict, words
from dacu.cards import Cell, Grid, card
from dacu.journal import Record
from dacu.kpis import BY_ID
from dacu.language.paths import names_in
from dacu.readable import Quantity, Span
from dacu.sheets import titles
from dacu.study.batch import Row
from dacu.study.blocks import VARIANT
from dacu.study.design import Design
from dacu.study.factors import Factor, Field
from dacu.study.ranking import Ranking, ranking
from dacu.study.resample import Floats
from dacu.study.sensitivity import Sensitivity, sensitivity
from dacu.study.tornado import Bar, tornado

Values = Mapping[str, Floats]
"""Of each outcome points × replications, nan where a row failed or its KPI is not defined."""


@dataclass(frozen=True)
class Said:
    """What the rows say of one outcome; a list has no indices and no tornado, not every study something to rank."""

    kpi: str
    sensitivity: Sensitivity | None
    bars: tuple[Bar, ...]
    ranking: Ranking | None

    def sentences(self, lang: str) -> tuple[str, ...]:
        """The best choice; nothing where there is none to make."""
        if self.ranking is None or not self.ranking.ranks:
            return ()
        figure, first, unit = titles(self.kpi)[lang], self.ranking.ranks[0], BY_ID[self.kpi].unit
        if not self.ranking.differ:
            return (verdict.no_choice(lang, figure),)
        return (verdict.choice(lang, figure, first.name, first.best, first.regret.value, unit),)

    def _repr_html_(self) -> str:
        """The answer in a notebook: how far each factor moves the outcome, and how the choices rank."""
        bars: list[list[Cell]] = [
            [bar.factor, bar.low_at, bar.high_at, Quantity(bar.swing, "plain", signed=True),
             Span(bar.low, bar.high, "plain", signed=True)]
            for bar in self.bars
        ]  # fmt: skip
        ranks: list[list[Cell]] = [
            [rank.name, Quantity(rank.mean, "plain"), Quantity(rank.best.value, "chance"),
             Quantity(rank.regret.value, "plain")]
            for rank in (self.ranking.ranks if self.ranking else ())
        ]  # fmt: skip
        found = (
            Grid(("factor", "low_at", "high_at", "swing", "interval"), bars),
            Grid(("alternative", "mean", "best", "regret"), ranks),
        )
        lang = words.of_locale()
        title = words.say(lang, "card_study", kpi=titles(self.kpi)[lang])
        return card(title, self.sentences(lang), [table for table in found if table.rows])


def values_of(outcomes: Sequence[str], rows: Sequence[Row], records: Mapping[str, Record], points: int) -> Values:
    """What the journal has of a study's rows."""
    values = {kpi: np.full((points, len(rows) // points), np.nan) for kpi in outcomes}
    for row in rows:
        record = records.get(row.key)
        for kpi, table in values.items():
            found = record.outcomes.get(kpi) if record and record.outcomes else None
            table[divmod(row.number, table.shape[1])] = np.nan if found is None else found
    return values


def answer(field: Field, design: Design, values: Values) -> dict[str, Said]:
    """Every outcome of the study. A point counts where all its replications are there: else it had other luck."""
    return {kpi: _said(kpi, field, design, values[kpi]) for kpi in field.study.outcomes}


def _said(kpi: str, field: Field, design: Design, values: Floats) -> Said:
    seed, means, better = field.study.seed, values.mean(axis=1), BY_ID[kpi].better
    ranked = _ranking(field, design, values, better) if better else None
    if design.method == "list":
        return Said(kpi, None, (), ranked)
    found = sensitivity(design.unit, means, design.blocks, design.names, design.method, seed)
    return Said(kpi, found, tuple(tornado(field.factors, design.unit, means, design.blocks, seed)), ranked)


def _ranking(field: Field, design: Design, values: Floats, better: int) -> Ranking | None:
    """Of a list's rows, or of what is ours to choose over everything else; None where nothing is."""
    seed, replications = field.study.seed, values.shape[1]
    if design.method == "list":
        rows = dict(zip(design.names, values, strict=True))
        return ranking(rows, np.arange(replications), better, seed) if len(rows) > 1 else None
    ours = [place for place, factor in enumerate(field.factors) if factor.path in field.choices]
    if not ours or design.method not in ("grid", "lhs"):
        return None
    others = [place for place in range(len(field.factors)) if place not in ours]
    case, cases = _numbered(design.unit[:, others])
    chosen = np.stack([field.factors[place].cells(design.unit[:, place]) for place in ours], axis=1)
    alternative, alternatives = _numbered(chosen)
    table = np.full((alternatives, cases, replications), np.nan)
    table[alternative, case] = values
    names = {int(number): _name(field, ours, row) for number, row in zip(alternative, chosen, strict=True)}
    outcomes = {names[number]: table[number].ravel() for number in range(alternatives)}
    return ranking(outcomes, np.repeat(np.arange(cases), replications), better, seed)


def _numbered(rows: NDArray[np.float64] | NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """A number for each row, equal rows alike, in the order of their first appearance; and how many there are."""
    first: dict[bytes, int] = {}
    numbers = [first.setdefault(row.tobytes(), len(first)) for row in np.ascontiguousarray(rows)]
    return np.array(numbers, dtype=np.int64), len(first)


def _name(field: Field, ours: list[int], cells: NDArray[np.int64]) -> str:
    """An alternative by its variant and the values of what else is chosen."""
    parts = [_part(field, field.factors[place], int(cell)) for place, cell in zip(ours, cells, strict=True)]
    return ", ".join(parts)


def _part(field: Field, factor: Factor, cell: int) -> str:
    label = factor.labels()[cell]
    if factor.path == VARIANT:
        return field.bases[None if label == "–" else label].name
    return f"{names_in(factor.path)[-1]}={label}"
