"""Groups: roles, opening, talk and leaving against arithmetic by hand."""

import numpy as np
import pytest

from dacu.behaviour.groups import ACTIVE, CORE, ORDINARY, leaving, opened, roles, talk
from dacu.behaviour.parameters import read, root

BEHAVIOUR = read(root().children["behaviour"])


def floats(*values):
    return np.array(values, np.float32)


def test_five_in_a_hundred_carry_a_group_and_twenty_take_part():
    draws = (np.arange(1000, dtype=np.float32) + 0.5) / 1000
    assert np.bincount(roles(BEHAVIOUR, draws)).tolist() == [750, 200, 50]


def test_who_carries_the_group_opens_more_and_so_does_who_is_content():
    role = np.array([ORDINARY, ACTIVE, CORE, ORDINARY], np.uint8)
    odds = np.array([1 / 3, 1 / 3 * np.exp(0.2), 1 / 3 * np.exp(0.6), 1 / 3 * np.exp(0.5 * 0.2)])
    chances = opened(BEHAVIOUR, 0.25, role, floats(0.7, 0.7, 0.7, 0.9))
    assert chances == pytest.approx(odds / (1 + odds), rel=1e-5)


def test_a_member_talks_half_a_time_a_week_and_more_with_activities():
    usual = talk(BEHAVIOUR, 0.0, floats(0.7)) * 7
    assert usual == pytest.approx([0.5], rel=1e-6)
    assert talk(BEHAVIOUR, 0.5 + 0.4, floats(0.7)) * 7 == pytest.approx(usual * 1.9, rel=1e-6)
    assert talk(BEHAVIOUR, 0.0, floats(0.9)) * 7 == pytest.approx(usual * 1.1, rel=1e-6)


@pytest.mark.parametrize(("a_day", "chance"), [(0, 0.0), (1, 0.001), (2, 0.001 * 2.01375), (8, 0.001 * 134.29)])
def test_a_day_of_more_posts_drives_more_members_away(a_day, chance):
    assert leaving(BEHAVIOUR, a_day) == pytest.approx(chance, rel=1e-4)
