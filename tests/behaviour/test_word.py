"""Word of mouth by hand: who tells, how many friends there are, what hearing does."""

import numpy as np
import pytest

from dacu.behaviour.parameters import read, root
from dacu.behaviour.word import friends, recommended, tells_chance, warned, warns
from dacu.draws import key, uniform

FACTS = read(root().children["behaviour"]).word


def floats(*values):
    return np.array(values, np.float32)


def test_who_tells_by_satisfaction():
    pleased = floats(0.9, 0.8, 0.5, 0.3, 0.29)
    assert tells_chance(FACTS, pleased) == pytest.approx([0.08, 0.02, 0.02, 0.02, 0.10])
    assert warns(FACTS, pleased).tolist() == [False, False, False, False, True]


def test_hearing_moves_consideration_by_its_share():
    assert recommended(FACTS, floats(0, 0.5, 1)) == pytest.approx([0.12, 0.56, 1])
    assert warned(FACTS, floats(0, 0.5, 1)) == pytest.approx([0, 0.425, 0.85])


def test_numbers_of_friends_have_the_mean_and_spread_of_their_law():
    u = uniform(key(1, 0, 133), np.arange(100_000))
    count = friends(FACTS, u)
    assert count.mean() == pytest.approx(8, rel=0.02)
    assert count.var() == pytest.approx(64 * (np.exp(0.6**2) - 1), rel=0.05)
    assert friends(FACTS._replace(friends=0.0), u).max() == 0
