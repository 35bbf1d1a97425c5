"""Coming back by oneself: closed forms, and the upper bounds that save draws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import hyp2f1

from dacu.behaviour.loyalty import Reasons, direct_rate, dropout, habit_rate, most_direct, most_habit, wake_rate
from dacu.behaviour.parameters import read, root
from dacu.behaviour.quantiles import beta, exponential
from dacu.people.population import class_middles

BEHAVIOUR = read(root().children["behaviour"])
FACTS, AT = BEHAVIOUR.loyalty, BEHAVIOUR.reference
SHARES = st.floats(0, 1, width=32)
YES_OR_NO = st.sampled_from([0.0, 1.0])


def floats(*values):
    return np.array(values, np.float32)


def test_direct_visits_by_hand():
    plain = direct_rate(BEHAVIOUR, floats(0.01), floats(AT.need), floats(0), floats(0), floats(1), floats(0))
    assert plain == pytest.approx([0.01 / 0.30], rel=1e-5)
    member = direct_rate(BEHAVIOUR, floats(0.01), floats(AT.need), floats(1), floats(1), floats(1), floats(0))
    assert member == pytest.approx(plain * 1.6 * 1.3, rel=1e-5)
    climbed = direct_rate(BEHAVIOUR, floats(0.01), floats(AT.need), floats(0), floats(0), floats(0.5), floats(2))
    assert climbed == pytest.approx(plain * 0.5 * (1 + 2 * FACTS.level_direct), rel=1e-5)


@given(st.floats(1e-4, 1), SHARES, YES_OR_NO, YES_OR_NO, st.floats(0.1, 4), st.integers(0, 3))
def test_no_customer_comes_more_often_than_the_bound(rate, needed, member, coupon, pull, level):
    own = direct_rate(
        BEHAVIOUR, floats(rate), floats(needed), floats(member), floats(coupon), floats(pull), floats(level)
    )[0]
    assert own <= rate * most_direct(BEHAVIOUR, pull, 3) * (1 + 1e-5)


@given(st.integers(1, 4), st.tuples(SHARES, YES_OR_NO, YES_OR_NO, YES_OR_NO, YES_OR_NO))
def test_no_visitor_looks_in_more_often_than_the_bound(days, why):
    own = habit_rate(BEHAVIOUR, floats(days), Reasons(*(floats(reason) for reason in why)))[0]
    assert own <= most_habit(BEHAVIOUR) * (1 + 1e-5)


def test_habit_is_halved_each_further_day():
    nothing = floats(0, 0, 0)
    why = Reasons(floats(0.4, 0.4, 0.4), nothing, nothing, nothing, nothing)
    halved = [FACTS.habit, FACTS.habit / 2, FACTS.habit / 4]
    assert habit_rate(BEHAVIOUR, floats(1, 2, 3), why) == pytest.approx(halved, rel=1e-4)


PULLS = [("check_in", FACTS.habit_check_in), ("coupon", 0.5), ("member", 0.5), ("cart", 0.3)]


@pytest.mark.parametrize(("reason", "pull"), PULLS)
def test_each_reason_to_look_in_again_multiplies_by_its_own_factor(reason, pull):
    why = Reasons(floats(0.4), floats(0), floats(0), floats(0), floats(0))._replace(**{reason: floats(1)})
    assert habit_rate(BEHAVIOUR, floats(1), why) == pytest.approx([FACTS.habit * math.exp(pull)], rel=1e-4)


@given(SHARES, SHARES, SHARES)
def test_a_satisfied_buyer_drops_out_less(chance, one, other):
    calm = np.sort(floats(one, other))
    sad, glad = dropout(BEHAVIOUR, floats(chance, chance), calm, floats(0, 0))
    assert 0 <= glad <= sad <= 1


def test_at_usual_satisfaction_the_own_chance_counts():
    assert dropout(BEHAVIOUR, floats(0.35), floats(AT.satisfaction), floats(0)) == pytest.approx([0.35], rel=1e-6)
    assert dropout(BEHAVIOUR, floats(0.9), floats(0), floats(0)) == 1


def test_each_step_on_the_ladder_keeps_buyers_until_all_stay():
    steps = floats(0, 1, 1 / FACTS.level_dropout, 2 / FACTS.level_dropout)
    leave = dropout(BEHAVIOUR, np.full(4, 0.2, np.float32), np.full(4, AT.satisfaction, np.float32), steps)
    assert leave == pytest.approx([0.2, 0.2 * (1 - FACTS.level_dropout), 0, 0], abs=1e-7)


def test_a_sent_coupon_wakes_by_its_face_and_the_taste_for_coupons():
    plain, keen = wake_rate(BEHAVIOUR, 0.25, floats(0, 1))
    assert plain == pytest.approx(1 / (1 + np.exp(2.0)), rel=1e-5)  # −3.5 + 6 · 0.25
    assert keen == pytest.approx(1 / (1 + np.exp(1.0)), rel=1e-5)


def customers():
    """Rate a day and own chance to drop out of each pair of classes, as the simulator has them (MBG/NBD)."""
    middles = class_middles()
    rates, chances = exponential(middles) * FACTS.rate_mean, beta(FACTS.dropout_a, FACTS.dropout_b, middles)
    return np.repeat(rates, 256), np.tile(chances, 256)


def test_rates_and_dropout_have_the_moments_of_their_laws():
    rate, chance = customers()
    assert rate.mean() == pytest.approx(FACTS.rate_mean, rel=0.005)
    assert rate.var() == pytest.approx(FACTS.rate_mean**2, rel=0.02)
    a, b = FACTS.dropout_a, FACTS.dropout_b
    stays = 1.0
    for orders in range(4):  # still a customer after n orders: B(a, b + n) ÷ B(a, b)
        assert ((1 - chance) ** orders).mean() == pytest.approx(stays, rel=0.002)
        stays *= (b + orders) / (a + b + orders)


@pytest.mark.parametrize("days", [30, 90, 365])
def test_repeat_buying_follows_the_closed_forms_of_mbg_nbd(days):
    """Batislam, Denizel & Filiztekin (2007); α = 96 days and r = 1, a chance to drop out after the first order too."""
    rate, chance = customers()
    alpha, a, b = 1 / FACTS.rate_mean, FACTS.dropout_a, FACTS.dropout_b
    again = ((1 - chance) * (1 - np.exp(-rate * days))).mean()
    assert again == pytest.approx(b / (a + b) * (1 - alpha / (alpha + days)), rel=0.005)
    orders = ((1 - chance) / chance * (1 - np.exp(-rate * chance * days))).mean()
    tail = alpha / (alpha + days) * hyp2f1(1, b + 1, a + b, days / (alpha + days))
    assert orders == pytest.approx(b / (a - 1) * (1 - tail), rel=0.01)
