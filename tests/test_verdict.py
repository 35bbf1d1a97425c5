"""The sentences that answer, at their edges, in both languages; and that all places say the same."""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import pytest

from dacu import words
from dacu.estimates import Bounds, Estimate, compare_paired
from dacu.plan.answer import Answer, Effort
from dacu.plan.problem import Cell
from dacu.plan.question import Objective
from dacu.plan.verify import Verified, paired
from dacu.results import Alternative, Comparison, Replication, Result, contrast, summarise
from dacu.study.answer import Said
from dacu.study.ranking import ranking
from dacu.targets import Target
from dacu.verdict import against, choice, decided

TRUST, IDLE = "behaviour.buy.trust", "behaviour.buy.need"
PLACES = (np.arange(64) + 0.5) / 64
YUAN = 100
CELL = Cell("channels.feed_ads", "")


def result(name: str, fens: Sequence[int], kind: Any = "sampling", targets: Sequence[Target] = ()) -> Result:
    runs = [Replication(1, number, {"gmv": fen}) for number, fen in enumerate(fens)]
    return summarise(name, 1, 1000, 10, runs, kind=kind, targets=targets)


def alternative(gains: Sequence[int]) -> Alternative:
    """A plan that gains so many fen in each replication, against one that always sells 1,000 yuan."""
    base, other = result("base", [1000 * YUAN] * len(gains)), result("B", [1000 * YUAN + gain for gain in gains])
    return contrast(base, other, "B")


def in_worlds(gains: Sequence[int]) -> Alternative:
    """The same in plausible worlds, in which trust grows from the first to the last."""
    base, other = (result(name, fens, "beliefs") for name, fens in
                   (("base", [1000 * YUAN] * len(gains)), ("B", [1000 * YUAN + gain for gain in gains])))  # fmt: skip
    order = np.random.default_rng(1).permutation(len(gains))
    where = PLACES[:: 64 // len(gains)]
    return contrast(base, other, "B", coordinates={TRUST: where, IDLE: where[order]})


@pytest.mark.parametrize(
    ("gains", "en", "zh"),
    [
        ([300, 500, 400], "B is better in paid GMV: +¥4 (+¥1.52 to +¥6.48, sampling only); chance that it is "
         "better: 99%.",
         "B 的支付GMV 更优:+¥4(+¥1.52 至 +¥6.48,仅抽样误差),更优概率 99%。"),
        ([-300, -500, -400], "B is worse in paid GMV: −¥4 (−¥6.48 to −¥1.52, sampling only); chance that it is "
         "better: 1%.",
         "B 的支付GMV 更差:−¥4(−¥6.48 至 −¥1.52,仅抽样误差),更优概率 1%。"),
        ([300, -100, 100], "B may be better or worse in paid GMV: +¥1 (−¥3.97 to +¥5.97, sampling only); chance that "
         "it is better: 76%. More replications (-r) would tell.",
         "B 的支付GMV 尚无定论:+¥1(−¥3.97 至 +¥5.97,仅抽样误差),更优概率 76%;增加重复次数(-r)可进一步判断。"),
        ([0, 0, 0], "B does not change paid GMV at all.", "B 的支付GMV 毫无变化。"),
        ([400, 400], "B is better in paid GMV: +¥4 (+¥4 to +¥4, sampling only); chance that it is better: 100%.",
         "B 的支付GMV 更优:+¥4(+¥4 至 +¥4,仅抽样误差),更优概率 100%。"),
        ([400], "B changes paid GMV by +¥4; one replication cannot tell how sure that is.",
         "B 的支付GMV 变化 +¥4;只跑一次,无法判断把握多大。"),
        ([0], "B does not change paid GMV at all.", "B 的支付GMV 毫无变化。"),
    ],
)  # fmt: skip
def test_a_plan_against_another(gains: list[int], en: str, zh: str) -> None:
    assert alternative(gains).sentences("en") == (en,)
    assert alternative(gains).sentences("zh") == (zh,)


def test_without_an_order_in_either_plan_nothing_changes() -> None:
    found = contrast(result("base", [0, 0]), result("B", [0, 0]), "B")
    assert found.sentences("en") == ("B does not change paid GMV at all.",)


def test_a_figure_that_no_replication_defines_is_not_compared() -> None:
    pair = compare_paired([None, None], [None, 1.0], "yuan", better=1)
    told = against("en", "B", "basket", pair.difference, pair.better_probability, identical=pair.identical)
    assert told == "B cannot be compared in basket: no replication defines it in both plans."


@pytest.mark.parametrize(("low", "high", "chance"), [(0.0, 8.0, 0.975), (-8.0, 0.0, 0.025), (-8.0, 8.0, 0.5)])
def test_an_interval_that_only_touches_zero_decides_nothing(low: float, high: float, chance: float) -> None:
    assert decided(Estimate((low + high) / 2, low, high, "yuan", 3), chance) == "open"


def test_less_is_better_of_what_is_lost() -> None:
    pair = compare_paired([9.0, 8.0, 9.5], [5.0, 4.5, 5.5], "units", better=-1)
    assert decided(pair.difference, pair.better_probability) == "better"


@pytest.mark.parametrize(
    ("lang", "verdict", "driver"),
    [
        ("en", "B is better in paid GMV in 48 of 64 plausible worlds (95%: 63% to 84% of such worlds): "
         "+¥16 in the middle (",
         f"{TRUST}: the lower, the better for B (−1.00); better in 32 of 32 worlds where it is low, in 16 of 32"),
        ("zh", "在 64 个可信世界中,B 的支付GMV 有 48 个更好(同类世界中的占比 95% 区间:63% 至 84%);中位数 +¥16(",
         f"{TRUST}:越低对 B 越有利(−1.00);偏低的 32 个世界中 32 个更好,偏高的 32 个中 16 个更好"),
    ],
)  # fmt: skip
def test_worlds_that_win_and_what_turns_them(lang: str, verdict: str, driver: str) -> None:
    told = in_worlds([4750 - 100 * number for number in range(64)]).sentences(lang)
    assert told[0].startswith(verdict)
    assert "2 个系数" in told[1] if lang == "zh" else "none of 2 idle coefficients" in told[1]
    assert told[2].strip().startswith(driver)
    assert len(told) == 3


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_too_few_worlds_say_so(lang: str) -> None:
    _, few = in_worlds([5, -5]).sentences(lang)
    assert "2" in few
    assert "64" in few


def test_a_plan_that_always_wins_has_nothing_that_turns_it() -> None:
    (told,) = in_worlds([5 + number for number in range(64)]).sentences("en")
    assert "in 64 of 64" in told


def test_worlds_without_a_difference_have_no_win() -> None:
    assert in_worlds([0] * 64).sentences("en") == ("B does not change paid GMV at all.",)


@pytest.mark.parametrize(
    ("fens", "targets", "en", "zh"),
    [
        ([90_000, 110_000, 100_000], [], "Expected paid GMV: ¥1000 (¥752 to ¥1250, sampling only).",
         "预计支付GMV:¥1000(¥752 至 ¥1250,仅抽样误差)。"),
        ([100_000], [], "Expected paid GMV: ¥1000.", "预计支付GMV:¥1000。"),
        ([0, 0], [], "Expected paid GMV: ¥0 (¥0 to ¥0, sampling only).", "预计支付GMV:¥0(¥0 至 ¥0,仅抽样误差)。"),
        ([90_000, 110_000, 100_000], [Target("gmv", "at_least", 1000.0)],
         "Expected paid GMV: ¥1000 (¥752 to ¥1250, sampling only). Chance that the targets are all reached (1): 50%.",
         "预计支付GMV:¥1000(¥752 至 ¥1250,仅抽样误差)。1 个目标全部达成的概率 50%。"),
    ],
)  # fmt: skip
def test_what_one_plan_brings(fens: list[int], targets: list[Target], en: str, zh: str) -> None:
    found = result("A", fens, targets=targets)
    assert (found.verdict("en"), found.verdict("zh")) == (en, zh)


def test_the_best_of_several_choices() -> None:
    said = Said("gmv", None, (), ranking({"A": np.array([1.0, 5.0]), "B": np.array([4.0, 4.0])}, [0, 1], 1))
    assert said.sentences("en")[0].startswith(
        "B is best in paid GMV in 50% of the cases (9% to 91%); choosing it costs ¥0.5"
    )
    assert said.sentences("zh")[0].startswith("B 的支付GMV 在 50% 的情形中最好")
    assert Said("gmv", None, (), None).sentences("en") == ()
    assert choice("en", "paid GMV", "A", Bounds(1, 0.7, 1), 0.0, "yuan").endswith("costs ¥0 on average.")


# --- the plan that `optimise` hands over ----------------------------------------------------------


def answer(gains: Sequence[float], status: Any, *, fresh: bool = True, moved: bool = True) -> Answer:
    """A plan that gains so many yuan under each fresh seed over one that always sells 1,000."""
    before = np.full(len(gains), 1000.0)
    after = before + np.array(gains)
    seeds = tuple(range(len(gains)))
    verified = Verified(seeds, float(before.mean()), float(after.mean()), paired(before, after), fresh=fresh)
    current, found = {CELL: 0}, {CELL: int(moved)}
    return Answer(
        status, Objective("gmv", "支付GMV", "paid GMV"), current if status == "kept" else found, found, 0, None, (),
        verified, {}, (), "settled", 0, Effort(), lightened=False,
    )  # fmt: skip


def test_the_optimiser_says_what_a_comparison_of_the_same_runs_says() -> None:
    for gains in ([3, 5, 4], [-3, -5, -4], [3, -1, 1], [0, 0, 0], [4, 4], [4]):
        for lang, name, other in (("en", "The plan found", "B"), ("zh", "新方案", "B ")):
            (compared,) = alternative([100 * gain for gain in gains]).sentences(lang)
            assert answer(gains, "improved").sentences(lang)[0] == compared.replace(other, name, 1)


@pytest.mark.parametrize(
    ("found", "en"),
    [
        (answer([3, -1, 1], "kept"), "More replications (-r) would tell. The current plan is kept."),
        (answer([4], "kept"), "The plan found changes paid GMV by +¥4; one replication cannot tell how sure that is. "
         "The current plan is kept."),
        (answer([0, 0], "kept", moved=False), "Nothing simulated was better than the current plan, which is kept."),
        (answer([-3, -5, -4], "repaired"), "The current plan breaks a limit. The best plan within the limits is worse "
         "in paid GMV: −¥4 (−¥6.48 to −¥1.52, sampling only); chance that it is better: 1%."),
        (answer([3, 5, 4], "improved", fresh=False), "Stopped: the best plan simulated so far changes paid GMV by +¥4 "
         "(+¥1.52 to +¥6.48, sampling only), on the seeds of the search and not confirmed on fresh ones."),
    ],
)  # fmt: skip
def test_what_becomes_of_the_plan_found(found: Answer, en: str) -> None:
    assert found.sentences("en")[0].endswith(en)
    assert found.sentences("zh")[0] != en


# --- the same in all places -----------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["zh_CN.UTF-8", "C.UTF-8"])
def test_a_notebook_says_it_too(monkeypatch: pytest.MonkeyPatch, locale: str) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    lang = words.of_locale()
    said = Said("gmv", None, (), ranking({"A": np.array([1.0, 5.0]), "B": np.array([4.0, 4.0])}, [0, 1], 1))
    plan, other = result("A", [90_000, 110_000]), alternative([300, 500, 400])
    for card, told in (
        (plan._repr_html_(), plan.verdict(lang)),
        (Comparison("base", (other,))._repr_html_(), *other.sentences(lang)),
        (said._repr_html_(), *said.sentences(lang)),
    ):
        assert escape(told) in card


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_study_in_which_nothing_differs_names_no_best(lang: str) -> None:
    same = {"a": np.array([1.0, 2]), "b": np.array([1.0, 2])}
    (told,) = Said("gmv", None, (), ranking(same, [0, 1], better=1)).sentences(lang)
    assert ("没有差别" if lang == "zh" else "nothing differs") in told
    assert "%" not in told
