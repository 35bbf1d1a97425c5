"""After the sale, by hand: satisfaction, hazards, lags, and chances that add up to what is drawn."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu.behaviour import aftersale
from dacu.behaviour.aftersale import Cause, Hazards, Lines, Terms
from dacu.behaviour.coefficients import Category
from dacu.behaviour.maths import normal_quantile64
from dacu.behaviour.parameters import read, root
from dacu.draws import key, uniform

FACTS = read(root().children["behaviour"]).aftersale
PLAIN = Category(preship=0.02, refund_only=0.01, returns=1.0)
TERMS = Terms(damage=FACTS.damage, insured=False, lenient=False, restock=0.85)
REFERENCE = {
    "person": 1, "quality": 0.7, "listing": 0.5, "hype": 0, "late_days": 0, "live": 0, "impulse": 0, "filler": 0,
    "preship_offset": 1, "refund_offset": 1,
}  # fmt: skip
SHARES = st.floats(0, 1, width=32)
COVARIATES = st.fixed_dictionaries(
    {"person": st.floats(0.25, 4, width=32), "quality": SHARES, "listing": SHARES, "hype": SHARES,
     "late_days": st.floats(0, 30, width=32), "live": st.sampled_from([0, 1]), "filler": st.sampled_from([0, 1])}
)  # fmt: skip


def floats(*values):
    return np.array(values, np.float32)


def lines(**changed):
    """One line at reference but for what is given; or several, when lists are."""
    columns = np.broadcast_arrays(*(REFERENCE | changed).values())
    return Lines(*(np.atleast_1d(column).astype(np.float32) for column in columns))


def uniforms(count):
    return uniform(key(1, 0, 128), np.arange(count))


def hazards(terms=TERMS, category=PLAIN, **changed):
    return np.concatenate(aftersale.return_hazards(FACTS, category, lines(**changed), terms))


def satisfied(quality=0.7, hype=0.0, listing=0.5, late=0.0, notice=False, wait=0.0, ratio=1.0):
    return aftersale.satisfaction(
        FACTS, floats(quality), floats(hype), floats(listing), floats(late), notice, floats(wait), floats(ratio)
    )


def test_satisfaction_by_hand():
    assert satisfied() == pytest.approx([0.72])
    assert satisfied(quality=0.9) == pytest.approx([0.84])
    assert satisfied(hype=0.5, listing=0.75) == pytest.approx([0.67])
    assert [float(satisfied(late=3, notice=told)[0]) for told in (False, True)] == pytest.approx([0.54, 0.63])
    assert satisfied(wait=121) == pytest.approx([0.64])
    assert satisfied(ratio=0.84) == pytest.approx([0.77])
    assert satisfied(late=30) == [0]
    assert satisfied(quality=1, ratio=0.5) == pytest.approx([0.95])


def test_tastes_spread_satisfaction_within_its_scale():
    spread = aftersale.with_taste(FACTS, np.full(20_000, 0.5, np.float32), normal_quantile64(uniforms(20_000)))
    assert spread.mean() == pytest.approx(0.5, abs=0.003)
    assert spread.std() == pytest.approx(0.10, abs=0.002)
    assert aftersale.with_taste(FACTS, floats(0.99, 0.01), np.array([3.0, -3.0])).tolist() == [1, 0]


def test_a_case_answered_in_time_makes_half_of_the_loss_good():
    assert aftersale.made_good(FACTS, floats(0.42, 0.42, 0.42, 0.8), floats(0, 1, 0.5, 1)) == pytest.approx(
        [0.42, 0.57, 0.495, 0.8]
    )


def test_trust_moves_at_half_the_speed_of_satisfaction():
    pleased, trust = aftersale.moved(FACTS, floats(0.7), floats(0.4), floats(0.9))
    assert pleased == pytest.approx([0.76])
    assert trust == pytest.approx([0.475])


def test_hazards_at_reference_add_up_to_nine_percent():
    assert hazards() == pytest.approx([0.02, 0.03, 0.01, 0.03, 0], rel=1e-5)
    assert aftersale.return_chance(Hazards(*hazards()[:, None])) == pytest.approx([1 - np.exp(-0.09)], rel=1e-5)


def test_each_cause_has_its_own_reasons():
    assert hazards(quality=0.4)[Cause.QUALITY] == pytest.approx(0.02 * np.exp(0.9), rel=1e-5)
    assert hazards(hype=0.5, listing=0.9)[Cause.MISMATCH] == pytest.approx(0.03 * np.exp(1 - 0.8), rel=1e-5)
    assert hazards(late_days=2)[Cause.LOGISTICS] == pytest.approx(0.03, rel=1e-5)
    assert hazards(TERMS._replace(damage=0.02))[Cause.LOGISTICS] == pytest.approx(0.026, rel=1e-5)
    assert hazards(live=1, impulse=1)[Cause.MIND_CHANGE] == pytest.approx(0.03 * 1.6 * 1.2, rel=1e-5)
    assert hazards(filler=1)[Cause.FILLER] == pytest.approx(0.35, rel=1e-5)


def test_person_category_shop_and_terms_multiply_every_hazard():
    generous = TERMS._replace(insured=True, lenient=True)
    factor = 2.5 * 6 * 1.2 * FACTS.insured_returns * FACTS.lenient_returns
    several = hazards(generous, PLAIN._replace(returns=6.0), person=2.5, refund_offset=1.2)
    assert several == pytest.approx(hazards() * factor, rel=1e-5)


def test_refunds_before_shipment_by_hand():
    chance = partial(aftersale.preship, FACTS, PLAIN)
    assert chance(floats(0, 3), floats(1, 1)) == pytest.approx([0.02, 0.05], rel=1e-4)
    assert chance(np.float32(3), floats(1, 1)) == pytest.approx([0.05, 0.05], rel=1e-4)
    assert chance(np.float32(0), floats(0, 2)) == pytest.approx([0, 1 - 0.98**2], rel=1e-4)
    assert chance(floats(1000), floats(1)) == [1]


def test_refunds_without_goods_follow_the_person():
    shares = aftersale.refund_only(PLAIN, lines(person=[1, 2.5], refund_offset=2))
    assert shares == pytest.approx([1 - 0.99**2, 1 - 0.99**5], rel=1e-4)


def test_a_share_asks_for_its_money_in_the_first_hour_and_all_before_shipment():
    count = 20_000
    lags = aftersale.cancel_lag(FACTS, uniforms(count), np.full(count, 30.0))
    assert (lags < 1).mean() == pytest.approx(FACTS.cancel_quick, abs=0.01)
    assert lags.max() <= 30
    late = lags[lags >= 1] - 1
    cut = FACTS.cancel_hours - 29 * np.exp(-29 / 12) / (1 - np.exp(-29 / 12))  # mean of an exponential cut at 29 h
    assert late.mean() == pytest.approx(cut, rel=0.02)


@given(SHARES.filter(lambda u: 0 < u < 1), st.floats(0, 500))
def test_a_refund_before_shipment_comes_before_shipment(u, wait):
    lag = aftersale.cancel_lag(FACTS, np.array([u]), np.array([wait]))
    assert 0 <= lag[0] <= wait


def test_return_lags_are_gamma_cut_at_the_window():
    count = 20_000
    free = aftersale.return_lag(FACTS, uniforms(count), 2000.0)
    assert free.mean() == pytest.approx(144, rel=0.02)  # two stages of three days
    assert free.std() == pytest.approx(72 * np.sqrt(2), rel=0.03)
    cut = aftersale.return_lag(FACTS, uniforms(count), 168.0)
    assert cut.max() <= 168
    below = free[free < 168]
    assert cut.mean() == pytest.approx(below.mean(), rel=0.02)


def test_causes_are_drawn_pro_rata():
    count = 40_000
    columns = np.repeat(hazards(filler=1)[:, None], count, axis=1)
    causes = np.bincount(aftersale.return_cause(uniforms(count), Hazards(*columns)), minlength=5) / count
    assert causes == pytest.approx(np.array([0.02, 0.03, 0.01, 0.03, 0.35]) / 0.44, abs=0.008)


def test_a_cause_without_hazard_is_never_drawn():
    sure = np.zeros((5, 3), np.float32)
    sure[Cause.MIND_CHANGE] = 0.5
    assert aftersale.return_cause(np.array([1e-9, 0.5, 1 - 1e-9]), Hazards(*sure)).tolist() == [3, 3, 3]


def test_fates_by_hand():
    fate = aftersale.fates(FACTS, PLAIN, lines(), TERMS)
    returned = 0.98 * 0.99 * (1 - np.exp(-0.09))
    assert fate.preship == pytest.approx([0.02], rel=1e-4)
    assert fate.refund_only == pytest.approx([0.98 * 0.01], rel=1e-4)
    assert fate.returned == pytest.approx([returned], rel=1e-4)
    assert fate.restocked == pytest.approx([returned * 6 / 9 * 0.85], rel=1e-4)


@given(COVARIATES)
def test_fates_are_chances_that_exclude_each_other(covariates):
    fate = aftersale.fates(FACTS, Category(0.15, 0.02, 6.3), lines(**covariates), TERMS)
    assert all(0 <= share <= 1 for (share,) in (*fate[:4], *fate.causes))
    assert sum(fate.causes)[0] == pytest.approx(fate.returned[0], rel=1e-5)
    assert fate.preship + fate.refund_only + fate.returned <= 1 + 1e-6
    assert fate.restocked <= fate.returned


@given(COVARIATES, st.floats(0.25, 8, width=32))
def test_later_parcels_and_returners_never_return_less(covariates, more):
    base = aftersale.return_chance(aftersale.return_hazards(FACTS, PLAIN, lines(**covariates), TERMS))
    for name in ("person", "late_days"):
        worse = lines(**covariates | {name: covariates[name] + more})
        assert aftersale.return_chance(aftersale.return_hazards(FACTS, PLAIN, worse, TERMS)) >= base


def test_money_of_a_line_goes_where_its_fate_says():
    fate = aftersale.Fates(*(floats(chance) for chance in (0.1, 0.2, 0.3, 0.15)), causes=Hazards(*[floats(0)] * 5))
    fen = aftersale.outcome(
        fate, np.array([100.0]), np.array([10]), np.array([40]), np.array([0.05]), np.float32(8)
    )  # fmt: skip
    expected = [60, 10, 6, 100 * 0.05 * 0.4, 40 * (1 - 0.1 - 0.15), 0.3 * 8]
    assert np.concatenate(fen) == pytest.approx(expected, rel=1e-6)


def test_lenient_and_insured_returns_raise_sales_a_little():
    assert aftersale.terms_utility(FACTS, insured=False, lenient=False) == 0
    assert aftersale.terms_utility(FACTS, insured=True, lenient=True) == pytest.approx(0.08)
