"""The block `targets`: what the plan must reach, KPI by KPI; a run answers with the chance that it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from pydantic import model_validator

from dacu.errors import nearest
from dacu.kpis import BY_ID, Kpi
from dacu.language.block import Block, Problem, Text, item
from dacu.targets import Side, Target, parse_figure
from dacu.units import Unreadable


class TargetBlock(Block):
    """What one KPI must reach, in its own unit: `2600万`, or `at_least` and `at_most`."""

    SHORT: ClassVar[str] = "2600万"

    value: Text | None = item(None, zh="目标值", en="target", about="At least; at most where less is better.")
    at_least: Text | None = item(None, zh="不低于", en="at least")
    at_most: Text | None = item(None, zh="不高于", en="at most")

    @model_validator(mode="before")
    @classmethod
    def _read(cls, written: Any) -> Any:
        return {"value": written} if isinstance(written, str) else written

    def check(self) -> Iterator[Problem]:
        """One figure, or bounds."""
        bounds = self.at_least is not None or self.at_most is not None
        if bounds == (self.value is not None):
            yield Problem("target_unclear")

    def sides(self, kpi: Kpi) -> Iterator[tuple[str, Side, str]]:
        """Each bound as (key, side, text)."""
        if self.value is not None:
            yield "value", "at_most" if kpi.better < 0 else "at_least", self.value
        if self.at_least is not None:
            yield "at_least", "at_least", self.at_least
        if self.at_most is not None:
            yield "at_most", "at_most", self.at_most


def check_targets(targets: Mapping[str, TargetBlock]) -> Iterator[Problem]:
    """KPIs must exist and have a better side where none is written, and figures be of the KPI's unit."""
    for name, block in targets.items():
        if name not in BY_ID:
            yield Problem("unknown_kpi", ("targets", name), {"name": name}, nearest(BY_ID, name))
            continue
        kpi = BY_ID[name]
        if block.value is not None and kpi.better == 0:
            yield Problem("target_without_side", ("targets", name), {"name": name})
        for key, _, text in block.sides(kpi):
            try:
                parse_figure(text, kpi)
            except Unreadable as error:
                yield Problem(error.code, ("targets", name, key), error.values, error.hint)


def targets_of(targets: Mapping[str, TargetBlock]) -> list[Target]:
    """The targets of a scenario that has been checked, in its order."""
    return [
        Target(name, side, parse_figure(text, BY_ID[name]))
        for name, block in targets.items()
        for _, side, text in block.sides(BY_ID[name])
    ]
