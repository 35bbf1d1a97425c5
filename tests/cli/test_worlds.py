"""What is said of plausible worlds, in both languages."""

import numpy as np
import pytest

from dacu.results import Alternative, Replication, contrast, summarise
from dacu_cli import worlds
from dacu_cli.view import View

PLACES = (np.arange(64) + 0.5) / 64
TRUST, IDLE = "behaviour.buy.trust", "behaviour.buy.need"


def alternative(gains: list[int], worlds_run: int) -> Alternative:
    """A plan that gains so many fen of GMV in each world, against one that always sells 100 yuan."""
    base, other = (
        summarise(name, 1, 1000, 10, [Replication(1, n, {"gmv": fen}) for n, fen in enumerate(fens)], kind="beliefs")
        for name, fens in (("base", [10_000] * worlds_run), ("other", [10_000 + gain for gain in gains]))
    )
    order = np.random.default_rng(1).permutation(worlds_run)
    where = PLACES[:: 64 // worlds_run]
    return contrast(base, other, "other", coordinates={TRUST: where, IDLE: where[order]})


@pytest.mark.parametrize(
    ("lang", "verdict", "driver"),
    [
        ("en", "other is better in paid GMV in 48 of 64 plausible worlds (95%: 63% to 84% of such worlds)",
         f"{TRUST}: the lower, the better for other (−1.00); better in 32 of 32 worlds where it is low, in 16 of 32"),
        ("zh", "在 64 个可信世界中,other 的支付GMV有 48 个更好",
         f"{TRUST}:越低对 other 越有利(−1.00);偏低的 32 个世界中 32 个更好,偏高的 32 个中 16 个更好"),
    ],
)  # fmt: skip
def test_wins_and_what_turns_them(lang: str, verdict: str, driver: str) -> None:
    told = list(worlds.verdicts(View(lang), alternative([4750 - 100 * number for number in range(64)], 64)))
    assert told[0].startswith(verdict)
    assert len(told) == 3
    assert told[2].strip().startswith(driver)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_too_few_worlds_say_so(lang: str) -> None:
    _, few = worlds.verdicts(View(lang), alternative([5, -5], 2))
    assert "2" in few
    assert "64" in few


def test_a_plan_that_always_wins_has_nothing_that_turns_it() -> None:
    (verdict,) = worlds.verdicts(View("en"), alternative([5 + number for number in range(64)], 64))
    assert "in 64 of 64" in verdict


def test_no_difference_is_no_win() -> None:
    (verdict,) = worlds.verdicts(View("en"), alternative([0] * 64, 64))
    assert verdict == "other does not change paid GMV at all."
