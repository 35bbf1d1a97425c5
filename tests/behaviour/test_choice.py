"""Decisions at reference conditions, and in which direction each covariate moves them."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dacu.behaviour import choice
from dacu.behaviour.parameters import read, root

BEHAVIOUR = read(root().children["behaviour"])
AT = BEHAVIOUR.reference
SHARES = st.floats(0, 1, width=32)
PRICES = st.floats(1, 1e5, width=32)


def floats(*values):
    return np.array(values, np.float32)


def test_at_reference_conditions_every_utility_is_nil():
    person = choice.person_appeal(BEHAVIOUR, floats(AT.awareness), floats(AT.consideration), floats(AT.need))
    item = choice.item_appeal(
        BEHAVIOUR, floats(0.5), floats(AT.creator_trust), floats(AT.creator_fit), floats(0), floats(0)
    )
    cart = choice.cart_utility(
        BEHAVIOUR, floats(AT.listing), floats(AT.consideration), floats(AT.need), floats(AT.trust), floats(0), floats(0)
    )
    buy = choice.buy_utility(BEHAVIOUR, floats(AT.need), floats(AT.trust), floats(1.5), floats(0))
    reviews = choice.review_utility(
        BEHAVIOUR, floats(BEHAVIOUR.land.rating_reference), floats(BEHAVIOUR.land.reviews_reference)
    )
    seen = choice.match_appeal(BEHAVIOUR, floats(AT.match))
    at_reference = choice.reference_utility(BEHAVIOUR, floats(0), floats(0))
    for utility in (person, item, cart, buy, reviews, seen, at_reference):
        assert utility == pytest.approx([0], abs=1e-6)


def test_the_intercept_is_the_logit_of_the_rate():
    assert choice.logistic(0.03, floats(0)) == pytest.approx([0.03], rel=1e-5)
    odds = 0.03 / 0.97 * np.exp(0.8)
    assert choice.logistic(0.03, floats(0.8)) == pytest.approx([odds / (1 + odds)], rel=1e-5)


def test_a_hazard_is_one_minus_exp_of_its_rate():
    assert choice.hazard(floats(0.2, 0.06), floats(0, 1)) == pytest.approx(
        [1 - np.exp(-0.2), 1 - np.exp(-0.06 * np.e)], rel=1e-5
    )


@given(st.floats(1e-3, 1), st.floats(-5, 5), st.floats(0, 3))
def test_a_hazard_is_a_chance_and_rises_with_utility(base, utility, more):
    low, high = choice.hazard(floats(base, base), floats(utility, utility + more))
    assert 0 <= low <= high <= 1


@given(PRICES, st.floats(1.001, 3), st.floats(0.1, 5))
def test_a_higher_price_lowers_cart_and_purchase(price, dearer, sensitivity):
    logs = np.log(floats(price, price * dearer))
    same = [floats(x, x) for x in (AT.need, AT.trust)]
    buy = choice.buy_utility(BEHAVIOUR, *same, floats(sensitivity, sensitivity), logs)
    assert buy[1] < buy[0]
    cart = choice.cart_utility(BEHAVIOUR, floats(0.5, 0.5), floats(0, 0), *same, logs, floats(0, 0))
    assert cart[1] < cart[0]


def test_a_loss_against_the_usual_price_weighs_more_than_a_gain():
    gain, loss = choice.reference_utility(BEHAVIOUR, floats(-0.1, 0.1), floats(0, 0))
    assert gain == pytest.approx(0.08, abs=1e-6)
    assert loss == pytest.approx(-0.136, abs=1e-6)


def test_a_richer_person_minds_the_price_level_less():
    poor, rich = choice.land_utility(
        BEHAVIOUR, floats(0, 0), floats(0, 0), floats(0.5, 0.5), floats(1, 1), floats(0.5, 2)
    )
    assert poor == pytest.approx(-0.5 * 2**0.3, rel=1e-4)
    assert rich == pytest.approx(-0.5 * 0.5**0.3, rel=1e-4)


@given(SHARES, SHARES)
def test_awareness_of_a_sale_is_a_share_that_rises_with_awareness(one, other):
    low, high = choice.awareness_of_sale(BEHAVIOUR, np.sort(floats(one, other)))
    assert BEHAVIOUR.price.aware_base - 1e-6 <= low <= high <= 1


def test_waiting_for_a_third_off_in_two_days_by_hand():
    eager = choice.eagerness(BEHAVIOUR, floats(2))
    wait = choice.waiting(BEHAVIOUR, floats(90), floats(60), eager, floats(1), floats(0.5))
    assert wait == pytest.approx([2 * (1 / 3) * 0.93**2 * 0.5], rel=1e-4)


@given(PRICES, st.floats(0, 60), SHARES)
def test_a_sale_of_zero_depth_is_neither_awaited_nor_missed(price, days, aware):
    eager, regret = choice.eagerness(BEHAVIOUR, floats(days)), choice.regrets(BEHAVIOUR, floats(days))
    assert choice.waiting(BEHAVIOUR, floats(price), floats(price), eager, floats(1), floats(aware)) == 0
    assert choice.missing(BEHAVIOUR, floats(price), floats(price), regret, floats(aware)) == 0
    assert choice.waiting(BEHAVIOUR, floats(price), floats(0), eager, floats(1), floats(aware)) == 0


def test_a_missed_sale_is_half_forgotten_after_its_half_life():
    regret = choice.regrets(BEHAVIOUR, floats(0, 7))
    fresh, later = choice.missing(BEHAVIOUR, floats(90, 90), floats(60, 60), regret, floats(1, 1))
    assert fresh == pytest.approx(2 / 3, rel=1e-5)
    assert later == pytest.approx(1 / 3, rel=1e-4)


def test_a_deadline_pulls_by_what_is_at_stake_and_by_its_nearness():
    facts = BEHAVIOUR.price
    pull = choice.urgency(BEHAVIOUR, floats(0, 0.05, 0.3, 0.3), floats(0, 0, 0, facts.urgency_hours))
    assert pull == pytest.approx([0, 0.3, 0.6, 0.6 / np.e], rel=1e-5)


@given(st.lists(SHARES, min_size=2, max_size=2), SHARES, SHARES)
def test_stored_interest_raises_appeal(stocks, consideration, needed):
    assume(stocks[0] != stocks[1])
    low, high = np.sort(floats(*stocks))
    twice = floats(needed, needed)
    seen = choice.person_appeal(BEHAVIOUR, floats(low, high), floats(consideration, consideration), twice)
    assert seen[1] >= seen[0]


def test_more_reviews_and_better_ones_weigh_as_published():
    ratio = choice.review_utility(BEHAVIOUR, floats(4.6 * np.e, 4.6), floats(4000, 4001 * np.e - 1))
    assert ratio == pytest.approx([0.42, 0.10], rel=1e-4)


def test_money_already_spent_weighs_from_the_cap_on():
    spent = np.array([0, 99_99, 100_00, 200_00], np.uint32)
    assert choice.overspent(spent, floats(100, 100, 100, 100)) == pytest.approx([0, 0, 0, np.log(2)], rel=1e-5)


def test_a_cart_is_kept_by_the_wait_for_a_cheaper_price():
    usual, waiting = choice.giving_up(BEHAVIOUR, floats(0, 1))
    assert usual == pytest.approx(1 - np.exp(-BEHAVIOUR.buy.abandon), rel=1e-5)
    assert waiting == pytest.approx(1 - np.exp(-BEHAVIOUR.buy.abandon / np.e), rel=1e-5)


def test_the_first_hour_of_a_direct_visit_decides_most():
    later, fresh, direct = choice.buy_hazards(BEHAVIOUR)
    assert later < fresh < direct == pytest.approx(fresh * BEHAVIOUR.buy.direct_boost, rel=1e-6)


def test_prices_remembered_weigh_half_in_a_cart():
    memory = choice.memory_utility(BEHAVIOUR, floats(-0.1), floats(0), floats(0.3), floats(0.2))
    assert memory == pytest.approx([(0.08 + 0.3 - 0.2) / 2], abs=1e-6)


def test_followers_bounce_less_and_stay_longer():
    live, draw = BEHAVIOUR.live, np.array([0.3, 0.3])
    stranger, fan = choice.bounce(live, np.float32(live.bounce), floats(0, 1))
    assert fan < stranger == pytest.approx(1 / (1 + np.exp(-live.bounce)), rel=1e-5)
    short, long = choice.dwell(live, np.float32(0), floats(0, 1), floats(0.6, 0.6), np.float32(0.6), draw)
    weibull = (-np.log(0.7)) ** (1 / live.dwell_shape)
    assert short == pytest.approx(60 + 60 * live.dwell_minutes * weibull, rel=1e-5)
    assert long - 60 == pytest.approx((short - 60) * np.exp(live.dwell_fan), rel=1e-5)
    assert choice.glance(np.array([0.0, 1.0])) == pytest.approx([5, choice.EFFECTIVE_SECONDS])


def test_in_a_room_need_and_trust_weigh_as_it_says():
    live = BEHAVIOUR.live
    at = [floats(AT.need, AT.need, AT.need), floats(AT.trust, AT.trust, AT.trust), np.full(3, AT.consideration, "f4")]
    for place, (name, weight) in enumerate(
        [("need", live.need), ("trust", live.trust), ("consideration", live.consideration)]
    ):
        moved = [column + floats(0, 0.1, -0.1) * (place == each) for each, column in enumerate(at)]
        utility = choice.room_utility(BEHAVIOUR, *moved, floats(1.5, 1.5, 1.5), floats(0, 0, 0), floats(0, 0, 0))
        assert utility == pytest.approx([0, 0.1 * weight, -0.1 * weight], abs=1e-5), name


def test_the_first_look_at_a_room_decides():
    base = choice.room_hazard(np.float32(0.1), floats(1, 0.5, 1), floats(-0.5, 0, 3))
    assert base == pytest.approx([0.1, 0.05, 0.025], rel=1e-6)
