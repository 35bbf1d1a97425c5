from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from dacu.estimates import Estimate, compare_paired, cut, estimate, interval
from dacu.possible import AMOUNT, PART


def test_the_interval_is_students_by_hand() -> None:
    # mean 2, variance 1, t(2) = 4.302652729911275: 2 ± 4.3027/√3
    result = estimate([1.0, 2.0, 3.0], "yuan")
    assert (result.mean, result.low, result.high) == pytest.approx((2, -0.4841377, 4.4841377))


def test_one_replication_gives_a_mean_and_no_interval() -> None:
    result = estimate([7.0], "yuan")
    assert (result.mean, result.low, result.high, result.n) == (7, None, None, 1)


def test_a_figure_that_no_replication_defines_has_no_mean() -> None:
    result = estimate([None, None], "yuan")
    assert (result.mean, result.low, result.high, result.n) == (None, None, None, 0)


def test_replications_that_leave_a_figure_undefined_are_left_out_and_counted() -> None:
    assert estimate([None, 1.0, 2.0, 3.0], "yuan") == estimate([1.0, 2.0, 3.0], "yuan")


def test_equal_replications_have_exactly_their_own_mean_and_no_width() -> None:
    result = estimate([0.1] * 7, "share")
    assert (result.mean, result.low, result.high) == (0.1, 0.1, 0.1)


def test_columns_with_gaps_are_each_their_own_estimate() -> None:
    nan = np.nan
    mean, half = interval(np.array([[nan, 1.0, 5.0], [nan, nan, 7.0], [4.0, 3.0, 9.0]]))
    wanted = [estimate([4.0], ""), estimate([1.0, 3.0], ""), estimate([5.0, 7.0, 9.0], "")]
    assert mean.tolist() == [one.mean for one in wanted]
    assert np.isnan(half[0])
    assert (mean + half)[1:].tolist() == [one.high for one in wanted[1:]]


def test_an_interval_ends_where_the_figure_cannot_go_on() -> None:
    whole = estimate([0.0, 0.0, 3.0], "units")
    cut = estimate([0.0, 0.0, 3.0], "units", possible=AMOUNT)
    assert whole.low is not None
    assert whole.low < 0
    assert (cut.mean, cut.low, cut.high) == (whole.mean, 0, whole.high)
    share = estimate([0.9, 1.0, 1.0], "share", possible=PART)
    assert (share.low, share.high) == (estimate([0.9, 1.0, 1.0], "share").low, 1)


def test_a_mean_that_should_be_impossible_stays_inside_its_interval() -> None:
    share = estimate([1.25, 1.75], "share", possible=PART)
    assert share.low is not None
    assert share.low < 1.5 == share.mean == share.high


def test_a_cut_interval_covers_the_truth_as_often() -> None:
    draw = np.random.default_rng(4)
    sold = draw.poisson(0.8, (4_000, 4)).astype(float).tolist()
    cut = [estimate(row, "units", possible=AMOUNT) for row in sold]
    whole = [estimate(row, "units") for row in sold]

    def covering(found: list[Estimate]) -> list[bool]:
        return [one.low is not None and one.high is not None and one.low <= 0.8 <= one.high for one in found]

    assert covering(cut) == covering(whole)
    assert any(one.low != other.low for one, other in zip(cut, whole, strict=True))


def test_a_change_has_no_end_where_its_sides_have_one() -> None:
    less = compare_paired([0.0, 0.0, 3.0], [0.0, 1.0, 0.0], "units", better=1, possible=AMOUNT)
    assert (less.base.low, less.other.low) == (0, 0)
    assert less == replace(
        compare_paired([0.0, 0.0, 3.0], [0.0, 1.0, 0.0], "units", better=1), base=less.base, other=less.other
    )


def test_the_interval_covers_the_truth_in_95_of_100_repeats() -> None:
    samples = np.random.default_rng(1).normal(50, 9, (8, 4_000))
    mean, half = interval(samples)
    covered = (np.abs(mean - 50) <= half).mean()
    assert 0.94 < covered < 0.96


BASE = [100.0, 104.0, 95.0, 99.0, 108.0, 101.0]
OTHER = [103.0, 108.5, 97.0, 104.0, 110.0, 104.5]


def test_the_paired_interval_and_probability_are_those_of_the_paired_t_test() -> None:
    result = compare_paired(BASE, OTHER, "yuan", better=1)
    test = stats.ttest_rel(OTHER, BASE)
    bounds = test.confidence_interval(0.95)
    assert (result.difference.low, result.difference.high) == pytest.approx((bounds.low, bounds.high))
    one_sided = stats.ttest_rel(OTHER, BASE, alternative="greater").pvalue
    assert result.better_probability == pytest.approx(1 - one_sided, abs=1e-9)


def test_where_less_is_better_the_probability_turns_round() -> None:
    more = compare_paired(BASE, OTHER, "yuan", better=1).better_probability
    less = compare_paired(BASE, OTHER, "yuan", better=-1).better_probability
    assert more is not None
    assert less == pytest.approx(1 - more, abs=1e-9)


def test_a_kpi_without_a_better_side_has_no_probability() -> None:
    assert compare_paired(BASE, OTHER, "yuan", better=0).better_probability is None


def test_the_variance_ratio_is_that_of_unpaired_over_paired_differences() -> None:
    ratio = compare_paired(BASE, OTHER, "yuan", better=1).variance_ratio
    assert ratio is not None
    unpaired = np.var(BASE, ddof=1) + np.var(OTHER, ddof=1)
    assert ratio.value == pytest.approx(unpaired / np.var(np.subtract(OTHER, BASE), ddof=1))


def test_the_interval_of_the_variance_ratio_covers_the_truth_in_95_of_100_repeats() -> None:
    draw = np.random.default_rng(2)
    base = draw.normal(0, 1, (2_000, 8))
    other = 0.9 * base + draw.normal(0, 0.3, base.shape)
    truth = (1 + 0.81 + 0.09) / (0.01 + 0.09)
    ratios = [compare_paired(b, o, "", 1).variance_ratio for b, o in zip(base.tolist(), other.tolist(), strict=True)]
    covered = sum(ratio is not None and ratio.low <= truth <= ratio.high for ratio in ratios)
    assert 0.935 < covered / len(ratios) < 0.965


def test_a_difference_that_never_varies_has_no_variance_ratio() -> None:
    shifted = compare_paired([1.0, 5.0, 2.0], [2.0, 6.0, 3.0], "yuan", better=1)
    assert (shifted.variance_ratio, shifted.identical, shifted.better_probability) == (None, False, 1.0)


def test_identical_plans_are_called_identical_and_neither_is_better() -> None:
    same = compare_paired(BASE, BASE, "yuan", better=1)
    assert (same.identical, same.better_probability, same.variance_ratio) == (True, 0.5, None)
    assert (same.difference.low, same.difference.mean, same.difference.high) == (0, 0, 0)


def test_the_relative_change_is_that_of_the_means() -> None:
    relative = compare_paired(BASE, OTHER, "yuan", better=1).relative
    assert relative.mean == pytest.approx(sum(OTHER) / sum(BASE) - 1)


def test_a_smaller_loss_is_a_rise() -> None:
    assert compare_paired([-100.0, -100.0], [-60.0, -40.0], "yuan", better=1).relative.mean == 0.5


def test_a_proportional_change_has_a_relative_interval_of_no_width() -> None:
    relative = compare_paired(BASE, [1.5 * value for value in BASE], "yuan", better=1).relative
    assert (relative.low, relative.mean, relative.high) == pytest.approx((0.5, 0.5, 0.5), abs=1e-12)


def test_the_relative_interval_covers_the_truth_in_95_of_100_repeats() -> None:
    draw = np.random.default_rng(3)
    base = draw.normal(100, 8, (2_000, 8))
    other = 1.1 * base + draw.normal(0, 5, base.shape)
    relative = [compare_paired(b, o, "", 1).relative for b, o in zip(base.tolist(), other.tolist(), strict=True)]
    covered = sum(r.low is not None and r.high is not None and r.low <= 0.1 <= r.high for r in relative)
    assert 0.935 < covered / len(relative) < 0.965


def test_a_change_from_nothing_has_no_relative_size() -> None:
    assert compare_paired([0.0, 0.0], [1.0, 2.0], "yuan", better=1).relative.mean is None


def test_pairs_in_which_one_plan_is_undefined_are_left_out_of_the_difference() -> None:
    result = compare_paired([1.0, None, 3.0], [2.0, 5.0, 5.0], "yuan", better=1)
    assert (result.difference.mean, result.difference.n, result.other.n) == (1.5, 2, 3)


def test_what_lies_beyond_all_that_is_possible_keeps_its_figure_inside() -> None:
    around = np.array([0.5, -0.2, 0.1, np.nan])
    low, high = cut(np.array([-1.0, -0.4, -0.4, np.nan]), np.array([2.0, 0.3, -0.1, np.nan]), around, PART)
    assert low.tolist()[:3] == [0.0, -0.2, 0.0]
    assert high.tolist()[:3] == [1.0, 0.3, 0.0]
    assert np.isnan([low[3], high[3]]).all()
