"""Reviews by hand: who writes, how many stars, what becomes of a rating."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu.behaviour.parameters import read, root
from dacu.behaviour.reviews import rating_after, review_chance, stars

FACTS = read(root().children["behaviour"]).reviews


def floats(*values):
    return np.array(values, np.float32)


def test_stars_by_satisfaction():
    given_ = stars(FACTS, floats(0.95, 0.8, 0.72, 0.65, 0.6, 0.5, 0.4, 0.35, 0.1))
    assert given_.tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1]


def test_the_unhappy_write_half_as_often_again():
    assert review_chance(FACTS, floats(0.9, 0.5, 0.49)) == pytest.approx([0.15, 0.15, 0.225])


def test_a_rating_is_the_mean_of_all_stars():
    """Stated: 4.6 of 90 reviews, which count as 100; fifty reviews with 200 stars: (460 + 200) ÷ 150."""
    rating, count = rating_after(FACTS, floats(4.6), np.array([90]), np.array([200]), np.array([50]))
    assert (rating, count) == (pytest.approx([4.4]), [140])


@given(st.lists(st.integers(1, 5), min_size=1, max_size=30))
def test_reviews_count_the_same_one_by_one_and_at_once(given_):
    at_once = rating_after(FACTS, floats(4.6), np.array([3]), np.array([sum(given_)]), np.array([len(given_)]))
    rating, count = floats(4.6), np.array([3])
    for star in given_:
        rating, count = rating_after(FACTS, rating, count, np.array([star]), np.array([1]))
    assert (rating, count) == (pytest.approx(at_once[0], rel=1e-5), at_once[1])


def test_without_reviews_a_rating_stays():
    nothing = np.array([0])
    assert rating_after(FACTS._replace(prior=0), floats(4.6), nothing, nothing, nothing)[0] == floats(4.6)
