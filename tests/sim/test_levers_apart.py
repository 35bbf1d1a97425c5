"""Common draws: taking one lever out, or putting one in, moves only those whom it touches."""

import numpy as np
import pytest

from dacu.sim.tally import Measure

STILL = (
    "behaviour.content.heat_power=0", "behaviour.channels.organic.sharpness=0",
    "behaviour.channels.kol.sharpness=0", "behaviour.channels.koc.sharpness=0", "calendar.warmup=0d",
)  # fmt: skip
"""Heat and targeting couple people in the mean; stilled, people are apart."""
PLAN = """
content: {accounts: {own: {quality: 0.6}}}
kols: {lin: {followers: 1000, posts: [D1 10:00], fee: 100}}
live: {main: {sessions: [D1 20:00], hours: 1h, followers: 1000, recommended: 0}}
channels: {words: {type: search_ads, daily_budget: 100}, private: {every: 每天 21:00}}
"""
STATE = (
    "awareness", "consideration", "trust", "stocked_until", "orders", "spend_30d", "cart_sku", "cart_slot", "visited",
)  # fmt: skip


@pytest.mark.parametrize("path", ["content.accounts.own", "kols.lin", "live.main", "channels.words"])
def test_a_lever_taken_out_leaves_all_others_as_they_were(shop, path):
    everything, without = shop.world(PLAN, *STILL), shop.world(PLAN, *STILL, f"{path}=null")
    row = everything.setting.by_path[path]
    users = everything.users
    met = users.reached >> np.uint32(everything.setting.levers[row].reach_bit) & np.uint32(1) != 0
    met |= (users.touch_lever == row) | (everything.users.follows != without.users.follows)
    # a later touch may have taken the place of a room's or a search's: everyone who ever came is left out for these
    if path in ("live.main", "channels.words"):
        met |= users.visited >= 0
    assert 0.1 < (~met).mean() < 1
    for name in STATE:
        assert (getattr(users, name)[~met] == getattr(without.users, name)[~met]).all(), name


def test_an_idle_lever_in_front_shifts_no_draw(shop):
    """Row numbers of levers move; draws are keyed by path."""
    ads = "channels: {feed_ads: {daily_budget: 400}}\n"
    idle = ads + "live: {idle: {sessions: [D2 22:00], recommended: 0}}\n"
    plain, shifted = shop.world(ads), shop.world(idle)
    for measure in (Measure.VIEWS, Measure.CLICKS, Measure.VISITS, Measure.CARTS, Measure.ORDERS):
        assert (plain.tally.count[measure, :, 0] == shifted.tally.count[measure, :, 1]).all(), measure.name
    assert plain.ledger.lines["paid"].tolist() == shifted.ledger.lines["paid"].tolist()
