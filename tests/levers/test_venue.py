"""The venue: cards by event, hour, depth and tier."""

import numpy as np
import pytest

from dacu.sim.tally import Measure

SALE = "calendar: {events: {sale: {%s announce: D1, start: D1 10:00, end: D2 10:00, venue: {exposures: 2000}}}}\n"
PLAN = SALE % "" + "channels: {venue: {%s}}\npromotions: {cut: {type: time_discount, cut: 20%%}}\n"


def views(shop, line="", *sets):
    return shop.world(PLAN % line, *sets).tally.count[Measure.VIEWS, :, 0]


def test_cards_are_shown_in_the_event_alone_and_most_in_its_opening_hour(shop):
    shown = views(shop, "", "people.agents=10000")
    assert np.flatnonzero(shown)[0] == 10
    assert np.flatnonzero(shown)[-1] < 34
    assert shown[10] > 2 * shown[11]


def test_half_of_the_offer_is_won_at_the_reference_depth(shop):
    shown = views(shop, "", "people.agents=10000")
    activity = shop.world(PLAN % "", until=-24).setting.calendar.activity
    offered = 2000 / 24 * (activity[10:34].sum() + 2 * activity[10])
    assert shown.sum() == pytest.approx(offered / 2, abs=4 * (offered / 2) ** 0.5)


def test_deeper_discounts_win_more_cards_and_none_wins_none(shop):
    shown = [views(shop, "", f"promotions.cut.cut={cut}").sum() for cut in ("0%", "10%", "20%", "40%")]
    assert shown[0] == 0
    assert shown == sorted(shown)
    assert shown[3] > 1.5 * shown[2]


def test_a_lower_tier_gets_its_share(shop):
    full, half = (views(shop, f"tier_share: {share}", "people.agents=10000").sum() for share in ("100%", "50%"))
    assert half == pytest.approx(full / 2, rel=0.12)


def test_an_event_of_another_platform_has_no_cards_here(shop):
    plan = (PLAN % "platform: a").replace(SALE % "", SALE % "platform: b,") + "platforms: {a: {}, b: {}}\n"
    assert shop.world(plan).tally.count[Measure.VIEWS].sum() == 0
