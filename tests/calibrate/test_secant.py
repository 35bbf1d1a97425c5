"""The solver of knobs against systems whose answers are known."""

from collections.abc import Mapping
from math import exp, log

import pytest

from dacu.calibrate.secant import Knob, Round, solve


def _power(at: Mapping[str, float]) -> Round[str, tuple[float, float]]:
    """y = 3·e^(0.8 a), z = 5·e^(1.2 b)·y^0.3: triangular, as visits and orders are."""
    y = 3 * exp(0.8 * at["a"])
    z = 5 * exp(1.2 * at["b"]) * y**0.3
    return Round(at, (y, z), {"a": log(6 / y), "b": log(4 / z)})


def test_a_triangular_system_is_solved() -> None:
    rounds = solve({"a": Knob(1.5, 9), "b": Knob(1, 9)}, _power, close=1e-6, rounds=20)
    assert rounds[-1].found == pytest.approx((6, 4), rel=1e-5)
    assert rounds[-1].at["a"] == pytest.approx(log(2) / 0.8, rel=1e-4)
    assert len(rounds) < 15


def test_a_met_target_takes_one_round() -> None:
    assert len(solve({"a": Knob(1, 9)}, lambda at: Round(at, None, {"a": 0.001}), close=0.01, rounds=9)) == 1


def test_what_cannot_be_met_ends_at_the_end_of_the_knob() -> None:
    rounds = solve({"a": Knob(1, 2)}, lambda at: Round(at, None, {"a": 5.0}), close=0.01, rounds=9)
    assert rounds[-1].at == {"a": 2}
    assert len(rounds) == 3  # 0, 1.5, 2; a fourth would change nothing


def test_falling_figures_are_followed_down() -> None:
    rounds = solve(
        {"a": Knob(-0.5, 9)}, lambda at: Round(at, None, {"a": log(0.5) + at["a"]}), close=1e-9, rounds=9
    )
    assert rounds[-1].at["a"] == pytest.approx(-log(0.5))
