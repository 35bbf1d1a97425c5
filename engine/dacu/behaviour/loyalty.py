"""Coming back by oneself: direct visits of customers and next-day visits of yesterday's visitors.

Repeat buying follows the MBG/NBD family (Batislam, Denizel & Filiztekin 2007; Fader, Hardie & Lee 2005): a rate per
person, and a chance to drop out after each order.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.coefficients import Behaviour, Delivered, Returning
from dacu.behaviour.floats import as_single
from dacu.behaviour.interest import ONE, ZERO
from dacu.behaviour.maths import exp32, sigmoid32

Floats: TypeAlias = NDArray[np.float32]


def direct_rate(
    behaviour: Behaviour | Returning, rate: Floats, need: Floats, member: Floats, coupon: Floats, pull: Floats,
    level: Floats,
) -> Floats:  # fmt: skip
    """Direct visits a day of a living customer.

    member, coupon: 1 where it applies, else 0. pull: the shop's own multiple; level: steps on the ladder of members.
    """
    loyalty = behaviour.loyalty
    visits = rate * np.float32(1 / loyalty.conversion)
    visits *= ONE + member * np.float32(loyalty.member)
    visits *= ONE + coupon * np.float32(loyalty.coupon)
    likely: Floats = as_single(visits * (need * np.float32(1 / behaviour.reference.need)))
    return likely * pull * (ONE + level * np.float32(loyalty.level_direct))


def most_direct(behaviour: Behaviour, pull: float, levels: int) -> float:
    """Upper bound of `direct_rate` per unit of `rate`: one draw then settles both the bound and the rate itself.

    pull: the highest there is; levels: steps of the ladder.
    """
    loyalty = behaviour.loyalty
    most = (1 + loyalty.member) * (1 + loyalty.coupon) / behaviour.reference.need / loyalty.conversion
    return most * (1 + loyalty.level_direct * levels) * pull


class Reasons(NamedTuple):
    """Why visitors look in again, one value each: trust is a stock, the others 1 where they apply, else 0."""

    trust: Floats
    member: Floats
    coupon: Floats
    cart: Floats
    check_in: Floats


def habit_rate(behaviour: Behaviour | Returning, days: Floats, why: Reasons) -> Floats:
    """Visits a day after a visit day, halved each further day without one. days ≥ 1 since the last visit."""
    loyalty = behaviour.loyalty
    pull = why.coupon * np.float32(loyalty.habit_coupon) + why.member * np.float32(loyalty.habit_member)
    pull += why.cart * np.float32(loyalty.habit_cart) + (why.trust - np.float32(0.4)) * np.float32(loyalty.habit_trust)
    pull += why.check_in * np.float32(loyalty.habit_check_in)
    pull -= (days - ONE) * np.float32(0.6931471805599453)
    return exp32(pull) * np.float32(loyalty.habit)


def most_habit(behaviour: Behaviour) -> float:
    """Upper bound of `habit_rate` on the day after a visit."""
    loyalty = behaviour.loyalty
    pull = loyalty.habit_coupon + loyalty.habit_member + loyalty.habit_cart + loyalty.habit_check_in
    pull += 0.6 * loyalty.habit_trust
    return float(exp32(pull)) * loyalty.habit


def wake_rate(behaviour: Behaviour, face: float, affinity: Floats) -> Floats:
    """Visits a day of people on the day a coupon is sent to them. face: of its value to the mean price."""
    coupon = behaviour.coupon
    pull = affinity * np.float32(coupon.wake_affinity) + np.float32(coupon.wake + coupon.wake_face * face)
    rate: Floats = sigmoid32(pull)
    return rate


def dropout(behaviour: Behaviour | Delivered, chance: Floats, satisfaction: Floats, level: Floats) -> Floats:
    """Chance that an order was the last one: the person's own, lowered by satisfaction and by the level as a member."""
    weight = np.float32(-behaviour.loyalty.dropout_satisfaction)
    calm = (satisfaction - np.float32(behaviour.reference.satisfaction)) * weight
    lowered: Floats = np.minimum(chance * exp32(calm), ONE)
    kept_back: Floats = np.maximum(ONE - level * np.float32(behaviour.loyalty.level_dropout), ZERO)
    return lowered * kept_back
