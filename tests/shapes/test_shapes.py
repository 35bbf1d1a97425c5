"""The model's shapes against those of open data, each row of rows.py. Printed side by side: `make shapes`.

One replication of 5,000 agents, or two where one cannot be told from an edge; docs/shapes.md has two throughout. Where
off.yaml says that the model is off, the test fails as expected.
"""

from __future__ import annotations

import measures
import pytest
from rows import ROWS, Row, known_off


def marked(row: Row) -> object:
    """A row as a parameter, expected to fail where the model is known to be off."""
    off = known_off().get(row.figure)
    marks = [pytest.mark.xfail(reason=f"found {off['found']}: {off['en']}", strict=True)] if off else []
    return pytest.param(row, id=row.figure, marks=marks)


@pytest.mark.parametrize("row", [marked(row) for row in ROWS])
def test_a_shape_lies_near_the_real_one(row: Row) -> None:
    value = sum(row.value(replication) for replication in range(row.replications)) / row.replications
    assert row.holds(value), f"{row.en}: real {row.beside}, model {value:.3g}, accepted {row.low:.3g}–{row.high:.3g}"


def test_deeper_discounts_sell_more() -> None:
    lifts = measures.lifts(0)
    found = [lifts[f"lift_{name}"] for name in measures.DEPTHS]
    assert found == sorted(found)
    assert found[0] > 1


def test_every_known_miss_is_a_row_and_says_why_in_both_languages() -> None:
    off = known_off()
    assert off.keys() <= {row.figure for row in ROWS}
    assert all(facts["zh"] and facts["en"] for facts in off.values())
