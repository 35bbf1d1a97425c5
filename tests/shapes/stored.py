"""derived.yaml: figures of open data sets, stored with the tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml


def real(figure: str) -> Any:
    """One figure, whichever data set it comes from."""
    return figures()[figure]


def figures() -> dict[str, Any]:
    """All figures that derive.py can compute again."""
    return {name: value for data_set in stored().values() for name, value in data_set.get("figures", {}).items()}


def percentiles(figure: str) -> str:
    """The 10th, 50th and 90th percentile over big rooms, as text."""
    return " / ".join(f"{value:g}" for value in stored()["douyin_rooms"]["percentiles"][figure])


@cache
def stored() -> dict[str, Any]:
    """derived.yaml, by data set."""
    text = (Path(__file__).parent / "derived.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found
