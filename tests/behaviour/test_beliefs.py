"""What may be believed of a coefficient, and worlds as a Latin hypercube of it."""

import re
from math import log, sqrt

import numpy as np
import pytest

from dacu.behaviour.beliefs import belief, coordinates, drawn, in_world
from dacu.behaviour.parameters import read, root, table
from dacu.language.tree import Branch

WORLDS = 20
MIDDLES = (np.arange(100_000) + 0.5) / 100_000


def behaviour() -> Branch:
    node = root().children["behaviour"]
    assert isinstance(node, Branch)
    return node


def test_each_coefficient_meets_every_part_of_its_belief_once() -> None:
    for path, where in coordinates(1, WORLDS).items():
        assert sorted((where * WORLDS).astype(int)) == list(range(WORLDS)), path


def test_no_two_coefficients_are_dealt_alike() -> None:
    orders = {tuple(np.argsort(where)) for where in coordinates(1, WORLDS).values()}
    assert len(orders) == len(drawn())


def test_a_belief_fills_a_quarter_of_a_wide_range() -> None:
    # 0 … 4 around 1.5: an eighth of 4 to each side, less than half of 1.5
    assert belief(1.5, 0, 4, "C").half == 0.5


def test_a_positive_range_of_more_than_ten_times_is_believed_on_the_logarithm() -> None:
    # 0.005 … 0.4 spans ln 80; an eighth of it is a factor of 80^(1/8) = 1.729
    cart = belief(0.08, 0.005, 0.4, "C")
    assert cart.log
    assert cart.half == pytest.approx(log(80) / 8)
    assert cart.at(0.5) == 0.08
    assert not belief(0.08, 0.05, 0.5, "C").log


@pytest.mark.parametrize(("grade", "least"), [("C", 0.5), ("P", 2 / 3)])
def test_no_belief_is_further_than_the_factor_of_its_grade(grade: str, least: float) -> None:
    # 30 seconds, valid up to an hour; 300 people, valid up to 100,000
    assert belief(30, 0, 3600, grade).at(1e-300) == pytest.approx(30 * least)
    assert belief(300, 1, 100_000, grade).at(1e-300) == pytest.approx(300 * least)


def test_a_belief_keeps_inside_the_range_and_zero_stays_zero() -> None:
    assert belief(0.98, 0, 1, "C").half == pytest.approx(0.02)
    assert belief(1.0, 0, 1, "C").half == 0
    assert belief(0.0, -2, 2, "C").half == 0


def test_the_law_is_the_symmetric_triangle() -> None:
    # mean = mode, standard deviation = half-width/√6, P10 = mode − half-width·(1 − √0.2)
    one = belief(1.5, 0, 4, "C")
    values = np.array([one.at(u) for u in MIDDLES.tolist()])
    assert values.mean() == pytest.approx(1.5)
    assert values.std() == pytest.approx(0.5 / sqrt(6), rel=1e-4)
    assert one.at(0.1) == pytest.approx(1.5 - 0.5 * (1 - sqrt(0.2)))


def test_every_guess_is_drawn_and_no_published_estimate_or_convention() -> None:
    left = {parameter.path for parameter in table()} - {parameter.path for parameter in drawn()}
    published = {parameter.path for parameter in table() if parameter.grade == "L"}
    conventions = {path for path in left if path.startswith("behaviour.reference.")}
    assert left == published | conventions | {"behaviour.content.weights"}


def test_every_world_is_a_valid_scenario_that_keeps_sums_and_zeros() -> None:
    default = read(behaviour())
    for world in range(WORLDS):
        here = read(in_world(behaviour(), 1, world, WORLDS))
        assert sum(persona.share for persona in here.personas.values()) == pytest.approx(1)
        assert all(sum(centre) == pytest.approx(1) for centre in here.interests.values())
        assert sum(here.content.kinds_video) == pytest.approx(1)
        assert sum(here.activity.hours) == pytest.approx(sum(default.activity.hours))
        assert here.channels["search"].click_rate == 1
        assert here.land.profit == 0
        assert here.price.gain == default.price.gain
        assert here.reference == default.reference


def test_a_profile_keeps_the_order_of_its_items() -> None:
    default, here = (read(tree).activity.hours for tree in (behaviour(), in_world(behaviour(), 1, 0, WORLDS)))
    assert here != default
    assert np.argsort(here, kind="stable").tolist() == np.argsort(default, kind="stable").tolist()


def test_a_scenarios_own_value_is_the_middle_of_its_belief(shop) -> None:
    where = float(coordinates(1, WORLDS)["behaviour.buy.trust"][3])
    for text in ("0.8", "1.1"):
        own = shop.loaded("", f"behaviour.buy.trust={text}").composed.tree.children["behaviour"]
        here = read(in_world(own, 1, 3, WORLDS)).buy.trust
        assert here == belief(float(text), 0, 4, "C").at(where)


def test_another_seed_or_number_of_worlds_deals_anew() -> None:
    first, other, more = (coordinates(*key)["behaviour.buy.trust"] for key in ((1, 20), (2, 20), (1, 40)))
    assert not np.array_equal(first, other)
    assert not np.array_equal(first, more[:20])


def test_every_row_of_a_table_has_its_own_range_by_column() -> None:
    ranges = {p.path: (p.low, p.high) for p in table() if re.fullmatch(r"behaviour\.channels\.feed_ads\..*", p.path)}
    assert ranges["behaviour.channels.feed_ads.click_rate"] == (0, 1)
    assert ranges["behaviour.channels.feed_ads.sharpness"] == (0, 3)
