"""Indices against closed forms, on designs drawn as those of a study and evaluated on their settings' text."""

from math import pi, prod

import numpy as np
import pytest

from dacu.language.block import Number
from dacu.language.explain import form_of
from dacu.study.blocks import read
from dacu.study.design import Design, design
from dacu.study.factors import Choice, Field, Range
from dacu.study.resample import Floats
from dacu.study.sensitivity import Sensitivity, regression, sensitivity
from dacu.study.tornado import tornado

FORM = form_of(Number)
assert FORM is not None
NUMBER = FORM
G = (0.0, 1.0, 4.5, 9.0, 99.0, 99.0)


def drawn(ends: list[tuple[float, float]], how: str) -> tuple[Design, list[dict[str, float]]]:
    """A design over x1, x2 … and its settings read back."""
    names = [f"x{number}" for number, _ in enumerate(ends, 1)]
    pairs = dict(zip(names, ends, strict=True))
    written = "".join(f"  {name}: {{range: ['{low}', '{high}']}}\n" for name, (low, high) in pairs.items())
    sheet = read(f"scenario: none\noutcomes: [gmv]\nfactors:\n{written}{how}", "study.yaml")
    factors = tuple(Range(name, low, high, NUMBER, float) for name, (low, high) in pairs.items())
    found = design(sheet, Field(sheet.study, {}, factors))
    return found, [{setting.path: float(setting.text) for setting in point} for point in found.points]


def ishigami(x: dict[str, float]) -> float:
    return float(np.sin(x["x1"]) + 7 * np.sin(x["x2"]) ** 2 + 0.1 * x["x3"] ** 4 * np.sin(x["x1"]))


def indices(found: Design, outcome: list[float]) -> Sensitivity:
    return sensitivity(found.unit, np.array(outcome), found.blocks, found.names, found.method)


def sobol_ishigami(a: float = 7, b: float = 0.1) -> dict[tuple[str, str, str], float]:
    """Ishigami & Homma 1990: variances of the parts in closed form."""
    one, two, three = (1 + b * pi**4 / 5) ** 2 / 2, a * a / 8, b * b * pi**8 * 8 / 225
    whole = one + two + three
    return {
        ("first", "x1", ""): one / whole, ("first", "x2", ""): two / whole, ("first", "x3", ""): 0.0,
        ("total", "x1", ""): (one + three) / whole, ("total", "x2", ""): two / whole,
        ("total", "x3", ""): three / whole,
        ("second", "x1", "x2"): 0.0, ("second", "x1", "x3"): three / whole, ("second", "x2", "x3"): 0.0,
    }  # fmt: skip


def sobol_g() -> dict[tuple[str, str, str], float]:
    """Saltelli & Sobol 1995: each factor's variance is 1/(3(1 + a)²), the whole Π(1 + Vᵢ) − 1."""
    parts = [1 / (3 * (1 + a) ** 2) for a in G]
    whole = prod(1 + part for part in parts) - 1
    found = {("first", f"x{i}", ""): part / whole for i, part in enumerate(parts, 1)}
    return found | {
        ("total", f"x{i}", ""): part * prod(1 + other for j, other in enumerate(parts, 1) if j != i) / whole
        for i, part in enumerate(parts, 1)
    }


def inside(found: Sensitivity, truth: dict[tuple[str, str, str], float], close: float) -> None:
    got = {(index.kind, index.factor, index.other): index for index in found.indices}
    assert got.keys() == truth.keys()
    for label, value in truth.items():
        index = got[label]
        assert index.low <= value <= index.high, (label, value, index)
        assert index.value == pytest.approx(value, abs=close)


def test_ishigami_has_its_closed_form_indices() -> None:
    found, points = drawn([(-pi, pi)] * 3, "method: sobol\nsamples: 2048\nsecond_order: yes\n")
    assert len(found) == 2048 * 8
    inside(indices(found, [ishigami(x) for x in points]), sobol_ishigami(), 0.03)


def test_sobol_g_has_its_closed_form_indices() -> None:
    found, points = drawn([(0, 1)] * 6, "method: sobol\nsamples: 2048\n")
    outcome = [prod((abs(4 * x[f"x{i}"] - 2) + a) / (1 + a) for i, a in enumerate(G, 1)) for x in points]
    result = indices(found, outcome)
    inside(result, sobol_g(), 0.02)
    assert list(result.of("total"))[:3] == ["x1", "x2", "x3"]
    assert result.convergence is not None
    assert result.convergence.stable


def test_a_lost_row_takes_its_base_sample_along() -> None:
    found, points = drawn([(-pi, pi)] * 3, "method: sobol\nsamples: 256\n")
    outcome = [ishigami(x) for x in points]
    outcome[7] = float("nan")
    result = indices(found, outcome)
    assert (result.blocks, result.missing) == (255, 1)
    assert result.of("total")["x1"].value == pytest.approx(0.557, abs=0.1)


def test_morris_of_a_straight_line_is_its_slopes() -> None:
    found, points = drawn([(0, 10), (0, 2), (0, 1)], "method: morris\nsamples: 12\n")
    result = indices(found, [3 * x["x1"] - 5 * x["x2"] for x in points])
    assert [index.value for index in result.of("mu_star").values()] == pytest.approx([30.0, 10.0, 0.0], abs=1e-3)
    assert [index.value for index in result.of("sigma").values()] == pytest.approx([0.0, 0.0, 0.0], abs=1e-3)


def test_morris_of_a_product_spreads() -> None:
    found, points = drawn([(0, 1), (0, 1)], "method: morris\nsamples: 40\n")
    result = indices(found, [x["x1"] * x["x2"] for x in points])
    assert result.of("mu_star")["x1"].value == pytest.approx(0.5, abs=0.12)
    assert result.of("sigma")["x1"].value > 0.2


def test_rank_regression_sees_through_a_monotone_bend() -> None:
    found, points = drawn([(0, 1)] * 3, "method: lhs\nsamples: 200\n")
    result = indices(found, [float(np.exp(5 * x["x1"])) - 0.0 * x["x2"] for x in points])
    assert result.explained == pytest.approx(1.0, abs=1e-3)
    assert result.of("rank")["x1"].value == pytest.approx(1.0, abs=1e-3)
    low, high = result.of("rank")["x2"].low, result.of("rank")["x2"].high
    assert low <= 0.0 <= high


def test_a_regression_is_that_of_linear_algebra() -> None:
    random = np.random.default_rng(3)
    x = random.random((4, 60))
    x[3] += x[0]
    y = 2 * x[0] - x[1] + 0.1 * random.random(60)
    z = (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)
    right = (y - y.mean()) / y.std()
    expected = np.linalg.lstsq(z.T, right, rcond=None)[0]
    found = regression(x, y)
    assert found[:4] == pytest.approx(expected)
    assert found[4] == pytest.approx(1 - ((right - expected @ z) ** 2).mean())


def test_a_factor_that_stands_still_has_no_coefficient() -> None:
    found = regression(np.array([[1.0, 2, 3, 4], [5, 5, 5, 5], [1, 2, 3, 4]]), np.array([2.0, 4, 6, 8]))
    assert found[0] == pytest.approx(1.0)
    assert np.isnan(found[1:3]).all()


def test_an_outcome_that_never_moves_has_no_indices() -> None:
    found, points = drawn([(0, 1)] * 2, "method: lhs\nsamples: 20\n")
    assert indices(found, [4.0 for _ in points]).indices == ()


def test_equal_drivers_are_not_settled_at_a_small_size() -> None:
    found, points = drawn([(0, 1)] * 6, "method: sobol\nsamples: 16\n")
    result = indices(found, [sum(x.values()) for x in points])
    assert result.convergence is not None
    assert not result.convergence.stable


def test_a_tornado_has_the_difference_of_the_outer_thirds() -> None:
    found, points = drawn([(0, 9), (0, 1)], "method: lhs\nsamples: 300\n")
    factors = (Range("x1", 0, 9, NUMBER, float), Range("x2", 0, 1, NUMBER, float))
    bars = tornado(factors, found.unit, np.array([2 * x["x1"] for x in points]), found.blocks)
    assert bars[0].factor == "x1"
    assert (bars[0].low_at, bars[0].high_at) == ("0 ~ 3", "6 ~ 9")
    assert bars[0].swing == pytest.approx(2 * (7.5 - 1.5), abs=0.05)
    assert bars[1].low <= 0 <= bars[1].high


def test_a_tornado_of_values_goes_from_the_worst_to_the_best() -> None:
    unit: Floats = np.array([[0.1], [0.5], [0.9]] * 4)
    outcome = np.array([5.0, 1.0, 3.0] * 4)
    bar = tornado((Choice("x", ("a", "b", "c")),), unit, outcome, np.arange(12))[0]
    assert (bar.low_at, bar.high_at, bar.low_mean, bar.high_mean) == ("b", "a", 1.0, 5.0)


@pytest.mark.parametrize(
    ("design", "least", "most"),
    [("method: sobol\nsamples: 16\nsecond_order: yes\n", 0, 1), ("method: lhs\nsamples: 20\n", -1, 1)],
)
def test_intervals_end_where_an_index_cannot_go_on(design: str, least: float, most: float) -> None:
    """Of a few rows of a straight line: resamples do go on."""
    found, points = drawn([(0, 1)] * 3, design)
    told = indices(found, [x["x1"] + 0.2 * x["x2"] for x in points]).indices
    assert all(min(least, one.value) <= one.low <= one.high <= max(most, one.value) for one in told)
    assert {one.low for one in told} & {least} or {one.high for one in told} & {most}, "one would have gone on"
