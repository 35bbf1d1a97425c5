"""Posting hours, review and quality of posts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu.behaviour.parameters import read, root
from dacu.levers.posts import live_hour, post_quality, posting_hours

BEHAVIOUR = read(root().children["behaviour"])
HOURS = (8.5, 12.0, 18.5, 21.0)


class Stage:
    """A stage whose draws are given."""

    behaviour = BEHAVIOUR

    def __init__(self, **draws):
        self.draws = draws

    def uniform(self, name, ordinal=0):
        return self.draws[name]


def test_posts_go_up_at_the_hours_of_the_account():
    assert posting_hours(4, HOURS, 0, 2) == [8.5, 12, 18.5, 21, 32.5, 36, 42.5, 45]
    assert posting_hours(2, HOURS, -1, 0) == [-15.5, -5.5]


def test_fractions_are_carried_over_to_the_next_day():
    assert [int(hour // 24) for hour in posting_hours(5 / 7, HOURS, 0, 7)] == [1, 2, 4, 5, 6]


@given(st.floats(0, 12), st.integers(1, 30))
def test_as_many_posts_as_the_rate_says(per_day, days):
    posts = posting_hours(per_day, HOURS, 0, days)
    assert abs(len(posts) - per_day * days) < 1
    assert all(0 <= hour < 24 * days for hour in posts)


def test_half_of_the_posts_wait_longer_than_the_median_and_a_few_are_refused():
    passed = live_hour(Stage(review=0.5, delay=0.5), 0, 10.0)
    assert passed == pytest.approx(10 + BEHAVIOUR.content.review_delay, rel=1e-6)
    assert live_hour(Stage(review=BEHAVIOUR.content.reject / 2, delay=0.5), 0, 10.0) is None


def test_quality_spreads_about_the_mean_within_its_scale():
    assert post_quality(Stage(quality=0.5), 0, 0.6, 0.1) == pytest.approx(0.6)
    assert post_quality(Stage(quality=0.8413447), 0, 0.6, 0.1) == pytest.approx(0.7, abs=1e-6)
    assert post_quality(Stage(quality=0.999), 0, 0.95, 0.1) == 1
    assert post_quality(Stage(quality=0.3), 0, 0.6, 0) == np.float64(0.6)


def test_an_account_that_starts_later_posts_nothing_before_and_the_same_posts_after(shop):
    """Whoever has always posted and whoever starts on D2 put up the same posts from then on."""
    always, later = (shop.world(f"content: {{accounts: {{own: {{followers: 900{start}}}}}}}", until=0).items
                     for start in ("", ", start: D2 10:00"))  # fmt: skip
    assert later["live_from"].min() >= 24 + 10
    since = always["hash"][np.isin(always["hash"], later["hash"])]
    assert sorted(since) == sorted(later["hash"])
    assert 0 < len(later["hash"]) < len(always["hash"])
