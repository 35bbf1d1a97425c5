"""The study file: a scenario, what varies in it, how rows are drawn, what is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dacu.errors import InputError, nearest
from dacu.kpis import BY_ID
from dacu.language.block import Block, Flag, Problem, Text, Whole, item
from dacu.language.paths import names_in
from dacu.language.source import parse_mapping
from dacu.language.tree import Branch
from dacu.language.validate import validate

Method = Literal["grid", "lhs", "morris", "sobol", "list"]

VARIANT = "variant"
"""The factor that is no path: which of the scenario's variants a row plays."""
STRUCTURED = ("morris", "sobol")
"""Methods whose rows mean something only together."""
LARGEST = 100_000
"""Rows that a study may have."""


class FactorBlock(Block):
    """What one setting may be: a range of numbers or dates, some values, or there-or-not."""

    range: list[Text] | None = item(None, zh="范围", en="range")
    values: list[Text | None] | None = item(None, zh="取值", en="values")
    switch: Flag = item("no", zh="有或没有", en="there or not")
    scale: Literal["linear", "log"] = item("linear", zh="刻度", en="scale")
    whole: Flag = item("no", zh="取整", en="whole numbers only")
    choose: Flag = item(
        "no", zh="由我们选", en="ours to choose",
        about="every value meets the same drawn rows, and the values are ranked over them",
    )  # fmt: skip

    def check(self) -> Iterator[Problem]:
        """One form, with two ends or with some different values."""
        given = [key for key in ("range", "values") if getattr(self, key) is not None]
        given += ["switch"] if self.switch else []
        if len(given) != 1:
            yield Problem("factor_one_form", (given[-1],) if given else (), {"given": ", ".join(given) or "–"})
        elif self.range is not None and len(self.range) != 2:
            yield Problem("factor_two_ends", ("range",), {"count": str(len(self.range))})
        elif self.values is not None and len(self.values) < 2:
            yield Problem("factor_no_choice", ("values",))
        elif self.values is not None and len(set(self.values)) < len(self.values):
            yield Problem("factor_value_twice", ("values",))
        if self.range is None:
            for key in ("scale", "whole"):
                if key in self.model_fields_set and getattr(self, key) not in ("linear", False):
                    yield Problem("factor_range_only", (key,), {"key": key})
        elif self.choose:
            yield Problem("factor_choose_range", ("choose",))


class Study(Block):
    """A study: the same keys as its file."""

    scenario: Text = item(..., zh="方案", en="scenario")
    outcomes: list[Text] = item(..., zh="结果指标", en="outcomes")
    factors: dict[str, FactorBlock] = item({}, zh="因素", en="factors")
    method: Method = item(..., zh="方法", en="method")
    samples: Whole | None = item(
        None, zh="样本数", en="samples", ge=1,
        about="grid: steps of a range; lhs: drawn rows; morris: trajectories; sobol: base samples, a power of two",
    )  # fmt: skip
    second_order: Flag = item(
        "no", zh="二阶指数", en="second order", about="sobol: nearly twice the rows tell which two factors interact"
    )
    replications: Whole = item("2", zh="每行重复次数", en="replications a row", ge=1)
    worlds: Flag = item(
        "no", zh="每次重复一个世界", en="a world a replication",
        about="each replication draws the graded coefficients from what is believed of them, the same for every row",
    )  # fmt: skip
    seed: Whole = item("1", zh="种子", en="seed", ge=0)
    agents: Whole | None = item(None, zh="抽样人数", en="agents", ge=100)
    conditions: dict[str, Text] = item(
        {}, zh="条件", en="conditions", about="rows that do not keep them are left out and counted"
    )
    rows: dict[str, dict[str, Text | None]] = item({}, zh="逐行列出", en="rows", about="method list: settings by row")

    def check(self) -> Iterator[Problem]:
        """What the method needs and does not take; outcomes that exist; each factor once."""
        yield from self._outcomes()
        yield from self._paths()
        if self.method == "list":
            yield from self._listed()
        elif self.rows:
            yield Problem("study_rows_unused", ("rows",), {"method": self.method})
        elif not self.factors:
            yield Problem("study_no_factors", ("factors",) if "factors" in self.model_fields_set else ())
        else:
            yield from self._sampled()

    def _outcomes(self) -> Iterator[Problem]:
        if not self.outcomes:
            yield Problem("study_no_outcomes", ("outcomes",))
        for place, kpi in enumerate(self.outcomes):
            if kpi not in BY_ID:
                yield Problem("unknown_kpi", ("outcomes", str(place)), {"name": kpi}, nearest(BY_ID, kpi))
            elif kpi in self.outcomes[:place]:
                yield Problem("study_outcome_twice", ("outcomes", str(place)))

    def _paths(self) -> Iterator[Problem]:
        """Paths that can be read, no two of one thing. What is below a thing that may be missing is not twice."""
        seen: dict[tuple[str, ...], str] = {}
        for path, factor in self.factors.items():
            names = names_in(path)
            if not names:
                yield Problem("not_a_path", ("factors", path), {"value": path})
                continue
            for other, written in seen.items():
                upper, lower = sorted((names, other), key=len)
                if upper != lower[: len(upper)]:
                    continue
                above = factor if upper == names else self.factors[written]
                if upper == lower or not above.switch:
                    yield Problem("factor_twice", ("factors", path), against=("factors", written))
            seen[names] = path

    def _listed(self) -> Iterator[Problem]:
        if not self.rows:
            yield Problem("study_no_rows", ("method",))
        if self.factors:
            yield Problem("study_list_factors", ("factors",))
        if self.samples is not None:
            yield Problem("study_samples_unused", ("samples",), {"method": "list"})

    def _sampled(self) -> Iterator[Problem]:
        needs = self.method != "grid" or any(factor.range is not None for factor in self.factors.values())
        if self.samples is None and needs:
            yield Problem("study_no_samples", ("method",), {"method": self.method})
        if self.method == "sobol" and self.samples is not None and self.samples & (self.samples - 1):
            below = 1 << (self.samples.bit_length() - 1)
            yield Problem("sobol_power_of_two", ("samples",), {"below": str(below), "above": str(2 * below)})
        if self.second_order and self.method != "sobol":
            yield Problem("study_second_order", ("second_order",), {"method": self.method})
        if self.method in STRUCTURED:
            for path, factor in self.factors.items():
                if factor.choose:
                    yield Problem("study_choose_method", ("factors", path, "choose"), {"method": self.method})


@dataclass(frozen=True)
class Sheet:
    """A study that is right in itself, and its tree: where each of its keys stands."""

    study: Study
    tree: Branch


def read(text: str, name: str) -> Sheet:
    """The study in a text; `name` is what findings call its file. Raises InputError with every finding at once."""
    tree = parse_mapping(text, name)
    study, findings = validate(Study, tree)
    if study is None:
        raise InputError(*findings)
    return Sheet(study, tree)
