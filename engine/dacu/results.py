"""What runs hand back: the estimates of a plan (`Result`), the paired differences of several (`Comparison`).

Replications in worlds of their own (`kind` is "beliefs") differ by coefficients as well as by luck.
A replication counts in whole people and fen; where a chance is compared with a draw it is also summed, so
many measures have an expected value beside the realised one. Both are kept; `used` says which one speaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from dacu import verdict, words
from dacu.cards import Cell, Grid, card
from dacu.errors import Finding
from dacu.estimates import Estimate, Kind, Paired, Samples, compare_paired, estimate
from dacu.kpis import HEADLINE, KPIS, RATIONED, Kpi, compute
from dacu.possible import ANYTHING, Possible
from dacu.readable import Quantity, Span
from dacu.sheets import titles
from dacu.tables import Table, merge, records
from dacu.targets import Prospect, Target, prospects
from dacu.worlds import Coordinates, Wins, wins

if TYPE_CHECKING:
    from pandas import DataFrame

Used = Literal["realised", "expected"]
VERDICT = ("gmv", "net_gmv", "contribution")
"""The KPIs that a verdict speaks of: the first, over worlds all."""


@dataclass(frozen=True)
class Replication:
    """One run: what it counted, the sums of chances for the same where there are any, and its tables."""

    seed: int
    replication: int
    realised: Mapping[str, int]
    expected: Mapping[str, float] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """A KPI of one plan, replication by replication, both ways; `why` is a sentence of words/results.toml."""

    unit: str
    samples: Mapping[Used, Samples]
    used: Used
    why: str
    kind: Kind = "sampling"
    possible: Possible = ANYTHING

    def estimate(self, used: Used) -> Estimate:
        """The mean with its interval, by one of the two counts; KeyError where that count is not kept."""
        return estimate(self.samples[used], self.unit, self.kind, self.possible)

    @cached_property
    def best(self) -> Estimate:
        """The estimate to print."""
        return self.estimate(self.used)


@dataclass(frozen=True)
class Result:
    """One plan over its replications. `tables` are merged over them; `weight` is people an agent."""

    scenario: str
    seed: int
    agents: int
    weight: int
    replications: tuple[Replication, ...]
    kpis: Mapping[str, Figure]
    tables: Mapping[str, DataFrame]
    warnings: tuple[Finding, ...] = ()
    manifest: Mapping[str, Any] = field(default_factory=dict)
    kind: Kind = "sampling"
    targets: tuple[Prospect, ...] = ()

    @property
    def draws(self) -> list[tuple[int, int]]:
        """What the draws of each replication were keyed by; two plans can be paired if it is the same."""
        return [(run.seed, run.replication) for run in self.replications]

    def verdict(self, lang: str) -> str:
        """What the plan sells, and the chance that it reaches its targets."""
        kpi, asked = VERDICT[0], sum(one.target is not None for one in self.targets)
        together = (asked, self.targets[-1].chance) if asked else None
        return verdict.forecast(lang, titles(kpi)[lang], self.kpis[kpi].best, together)

    def as_json(self) -> dict[str, Any]:
        """The answer of `dacu simulate --format json`."""
        channels = records(self.tables["channels"]) if "channels" in self.tables else []
        return {
            "scenario": self.scenario,
            "seed": self.seed,
            "replications": len(self.replications),
            "kind": self.kind,
            "agents": self.agents,
            "weight": self.weight,
            "kpis": {kpi: _spread(figure.best) | {"used": figure.used} for kpi, figure in self.kpis.items()},
            "funnel": records(self.tables["funnel"]) if "funnel" in self.tables else [],
            "channels": {row.pop("channel"): row for row in channels},
            "targets": [prospect.as_json() for prospect in self.targets],
        }

    def _repr_html_(self) -> str:
        """The answer in a notebook: headline figures with their intervals."""
        lang = words.of_locale()
        title = words.say(
            lang, "card_simulated", name=self.scenario, replications=len(self.replications), agents=f"{self.agents:,}",
            seed=self.seed,
        )  # fmt: skip
        best = {kpi: self.kpis[kpi].best for kpi in HEADLINE if kpi in self.kpis}
        rows: list[list[Cell]] = [
            [titles(kpi)[lang], Quantity(one.mean, one.unit), Span(one.low, one.high, one.unit)]
            for kpi, one in best.items()
        ]
        notes = [words.say(lang, f"kind_{self.kind}"), *(finding.sentence(lang) for finding in self.warnings)]
        return card(title, [self.verdict(lang)], [Grid(("kpi", "mean", "interval"), rows)], notes)


@dataclass(frozen=True)
class Difference:
    """One KPI of another plan against the base, and which of the two counts it stands on; over worlds the wins too."""

    paired: Paired
    used: Used
    wins: Wins | None = None

    def as_json(self) -> dict[str, Any]:
        """Means, paired difference with its interval, and how sure we are; over worlds the count of wins."""
        paired, ratio = self.paired, self.paired.variance_ratio
        return _wins(paired, self.wins) | {
            "base": paired.base.mean,
            "other": paired.other.mean,
            "difference": paired.difference.mean,
            "low": paired.difference.low,
            "high": paired.difference.high,
            "unit": paired.difference.unit,
            "kind": paired.difference.kind,
            "relative": paired.relative.mean,
            "relative_low": paired.relative.low,
            "relative_high": paired.relative.high,
            "better_probability": paired.better_probability,
            "variance_ratio": ratio and ratio.value,
            "variance_ratio_low": ratio and ratio.low,
            "variance_ratio_high": ratio and ratio.high,
            "identical": paired.identical,
            "used": self.used,
        }


@dataclass(frozen=True)
class Alternative:
    """A plan compared with the base; `changes` are the leaves that differ (path, from, to, file, line)."""

    name: str
    changes: Sequence[Mapping[str, Any]]
    kpis: Mapping[str, Difference]

    def sentences(self, lang: str) -> tuple[str, ...]:
        """Whether it is better in what it sells; over worlds in what is kept of it too, and what turns the answer."""
        told = {kpi: self.kpis[kpi] for kpi in VERDICT if kpi in self.kpis}
        won = {titles(kpi)[lang]: one.wins for kpi, one in told.items() if one.wins}
        if not won:
            return (self._verdict(lang, VERDICT[0], told[VERDICT[0]]),)
        return (
            *(self._verdict(lang, kpi, one) for kpi, one in told.items() if one.wins),
            *verdict.turned(lang, self.name, won),
        )

    def _verdict(self, lang: str, kpi: str, one: Difference) -> str:
        figure, pair = titles(kpi)[lang], one.paired
        if one.wins is None or pair.identical:
            return verdict.against(
                lang, self.name, figure, pair.difference, pair.better_probability, identical=pair.identical
            )
        return verdict.in_worlds(lang, self.name, figure, pair.difference, one.wins)


@dataclass(frozen=True)
class Comparison:
    """Several plans against one base, on the same people and draws."""

    base: str
    others: tuple[Alternative, ...]

    def as_json(self) -> dict[str, Any]:
        """The answer of `dacu compare --format json`."""
        others = [
            {
                "name": other.name,
                "changes": [dict(change) for change in other.changes],
                "kpis": {kpi: difference.as_json() for kpi, difference in other.kpis.items()},
                **_drivers(other),
            }
            for other in self.others
        ]
        return {"base": self.base, "others": others}

    def _repr_html_(self) -> str:
        """The answer in a notebook: a card for each plan, its headline figures against the base."""
        return "".join(self._card(other) for other in self.others)

    def _card(self, other: Alternative) -> str:
        lang = words.of_locale()
        pairs = {kpi: other.kpis[kpi].paired for kpi in HEADLINE if kpi in other.kpis}
        rows: list[list[Cell]] = [
            [titles(kpi)[lang], Quantity(pair.base.mean, pair.base.unit), Quantity(pair.other.mean, pair.other.unit),
             Quantity(pair.difference.mean, pair.difference.unit, signed=True),
             Span(pair.difference.low, pair.difference.high, pair.difference.unit, signed=True),
             Quantity(pair.better_probability, "chance")]
            for kpi, pair in pairs.items()
        ]  # fmt: skip
        table = Grid(("kpi", "base", "other", "difference", "interval", "better_probability"), rows)
        kinds = {pair.difference.kind for pair in pairs.values()}
        notes = [words.say(lang, f"kind_{kind}") for kind in sorted(kinds)]
        title = words.say(lang, "card_compared", name=other.name, base=self.base)
        return card(title, other.sentences(lang), [table], notes)


def summarise(
    scenario: str,
    seed: int,
    agents: int,
    weight: int,
    replications: Iterable[Replication],
    *,
    warnings: Iterable[Finding] = (),
    manifest: Mapping[str, Any] | None = None,
    kind: Kind = "sampling",
    targets: Sequence[Target] = (),
) -> Result:
    """Estimates, merged tables and the chances of targets of one plan. A single replication is warned of."""
    runs = tuple(replications)
    names = runs[0].tables if runs else ()
    kpis = figures(runs, kind)
    alone = (Finding(code="one_replication"),) if len(runs) == 1 else ()
    return Result(
        scenario=scenario,
        seed=seed,
        agents=agents,
        weight=weight,
        replications=runs,
        kpis=kpis,
        tables={name: merge([run.tables[name] for run in runs], kind) for name in names},
        warnings=(*warnings, *alone),
        manifest=manifest or {},
        kind=kind,
        targets=chances(kpis, targets, len(runs), kind),
    )


def chances(kpis: Mapping[str, Figure], targets: Sequence[Target], runs: int, kind: Kind) -> tuple[Prospect, ...]:
    """The chance of each target, by the count that each KPI stands on."""
    return tuple(prospects(targets, {kpi: figure.samples[figure.used] for kpi, figure in kpis.items()}, runs, kind))


def contrast(
    base: Result,
    other: Result,
    name: str,
    changes: Sequence[Mapping[str, Any]] = (),
    coordinates: Coordinates | None = None,
) -> Alternative:
    """Compare two plans pair by pair. ValueError unless they ran the same seeds and replications.

    Expected counts are used only where both plans stand on them. `coordinates` say where the worlds lie, where the
    plans ran in such.
    """
    if base.draws != other.draws or base.kind != other.kind:
        raise ValueError(f"{base.scenario} and {other.scenario} did not run the same replications")
    both = [kpi for kpi in KPIS if kpi.id in base.kpis and kpi.id in other.kpis]
    found = {kpi.id: _difference(kpi, base.kpis[kpi.id], other.kpis[kpi.id], coordinates) for kpi in both}
    return Alternative(name, changes, found)


def _difference(kpi: Kpi, base: Figure, other: Figure, coordinates: Coordinates | None) -> Difference:
    used: Used = "expected" if base.used == other.used == "expected" else "realised"
    before, after = base.samples[used], other.samples[used]
    paired = compare_paired(before, after, kpi.unit, kpi.better, base.kind, kpi.possible)
    return Difference(paired, used, wins(before, after, kpi.better, coordinates) if coordinates else None)


def _wins(paired: Paired, found: Wins | None) -> dict[str, Any]:
    """What only worlds can say of a difference."""
    if paired.difference.kind == "sampling":
        return {}
    better, of, share = found[:3] if found else (None, None, None)
    return {
        "median": paired.difference.median,
        "better_worlds": better,
        "worlds": of,
        "better_low": share and share.low,
        "better_high": share and share.high,
    }


def _drivers(other: Alternative) -> dict[str, Any]:
    """The coefficients that turn the answer, by KPI."""
    found = {kpi: one.wins for kpi, one in other.kpis.items() if one.wins}
    if not found:
        return {}
    return {"drivers": [{"kpi": kpi, **one._asdict()} for kpi, won in found.items() for one in won.drivers]}


def figures(runs: Sequence[Replication], kind: Kind) -> dict[str, Figure]:
    """Every KPI that all runs can give, with the count that it stands on."""
    realised = _samples([run.realised for run in runs])
    expected = _samples([run.expected for run in runs])
    rationed = any(run.realised.get("lost_units", 0) > 0 for run in runs)
    return {
        kpi.id: _figure(kpi, realised[kpi.id], expected.get(kpi.id), rationed, kind)
        for kpi in KPIS
        if kpi.id in realised
    }


def _figure(kpi: Kpi, realised: Samples, expected: Samples | None, rationed: bool, kind: Kind) -> Figure:
    if expected is None:
        return Figure(kpi.unit, {"realised": realised}, "realised", "used_realised_only", kind, kpi.possible)
    both: dict[Used, Samples] = {"realised": realised, "expected": expected}
    if rationed and kpi.measures & RATIONED:
        return Figure(kpi.unit, both, "realised", "used_realised_rationed", kind, kpi.possible)
    return Figure(kpi.unit, both, "expected", "used_expected", kind, kpi.possible)


def _samples(runs: Sequence[Mapping[str, int] | Mapping[str, float]]) -> dict[str, Samples]:
    """Each KPI's figure by replication, where every replication has its measures."""
    figures = [compute(measures) for measures in runs]
    shared = set.intersection(*(set(figure) for figure in figures)) if figures else set()
    return {kpi: tuple(figure[kpi] for figure in figures) for kpi in shared}


def _spread(one: Estimate) -> dict[str, Any]:
    middle = {"median": one.median} if one.kind == "beliefs" else {}
    return {"mean": one.mean, **middle, "low": one.low, "high": one.high, "unit": one.unit, "kind": one.kind}
