"""The split of a change of sales: its parts add up, whatever moved."""

from math import isclose, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu.why import SALES, split, why

FACTOR = st.floats(1e-4, 1e7)
PAIRS = st.lists(st.tuples(FACTOR, FACTOR), min_size=1, max_size=4)
BEFORE = {"uv": (1000, 1200), "orders": (50, 66), "gmv": (5000.0, 7000.0), "net_gmv": (4000.0, 5000.0)}
AFTER = {"uv": (1100, 1200), "orders": (66, 66), "gmv": (6600.0, 7000.0), "net_gmv": (5000.0, 5600.0)}


@given(PAIRS)
def test_parts_add_up_to_the_change_of_the_product(pairs: list[tuple[float, float]]) -> None:
    before, after = zip(*pairs, strict=True)
    was, now = prod(before), prod(after)
    parts = split(before, after)
    assert isclose(sum(parts), now - was, rel_tol=1e-9, abs_tol=1e-12 * (max(was, now) + sum(map(abs, parts))))


@given(PAIRS)
def test_the_way_back_has_the_same_parts_with_the_other_sign(pairs: list[tuple[float, float]]) -> None:
    before, after = zip(*pairs, strict=True)
    back = split(after, before)
    assert all(isclose(a, -b, rel_tol=1e-9) for a, b in zip(split(before, after), back, strict=True))


@given(PAIRS, FACTOR)
def test_a_factor_that_stays_has_no_part(pairs: list[tuple[float, float]], same: float) -> None:
    before, after = zip(*pairs, strict=True)
    assert split((*before, same), (*after, same))[-1] == 0.0


@pytest.mark.parametrize("kpi", SALES)
def test_means_of_parts_add_up_to_the_mean_change(kpi: str) -> None:
    found = why(kpi, BEFORE, AFTER)
    assert found is not None
    mean = (sum(AFTER[kpi]) - sum(BEFORE[kpi])) / 2
    assert found.change.mean == pytest.approx(mean)
    assert sum(part.part.mean or 0 for part in found.parts) == pytest.approx(mean)
    factors = ("uv", "orders_per_visitor", "aov", "kept_share")
    assert tuple(part.factor for part in found.parts) == factors[: 3 if kpi == "gmv" else 4]


def test_at_its_break_even_a_factor_undoes_the_change() -> None:
    found = why("net_gmv", *({name: row[:1] for name, row in side.items()} for side in (BEFORE, AFTER)))
    assert found is not None
    visitors, conversion, basket, kept = found.parts
    sales = visitors.after * found.break_even(conversion) * basket.after * kept.after
    assert sales == pytest.approx(found.before)


def test_a_product_that_stays_shows_what_moved_within_it() -> None:
    visitors, conversion, basket = split((100, 0.5, 10), (200, 0.25, 10))
    assert (visitors, conversion, basket) == (pytest.approx(500 * 0.6931471805599453), pytest.approx(-visitors), 0.0)


@pytest.mark.parametrize("nothing", [0, None, -5.0])
def test_a_run_that_sold_nothing_has_no_split(nothing: float | None) -> None:
    assert why("net_gmv", BEFORE, AFTER | {"net_gmv": (5000.0, nothing)}) is None
    assert why("gmv", BEFORE, AFTER | {"net_gmv": (5000.0, nothing)}) is not None
