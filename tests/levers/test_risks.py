"""Risks: when they strike, what they turn while they last, and that they end by themselves."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu.errors import InputError
from dacu.kpis import compute
from dacu.ledger import Account, LineFlag
from dacu.levers.base import Shock
from dacu.people.population import Seed
from dacu.people.users import Flag
from dacu.sim.dials import Dials
from dacu.sim.measure import measure
from dacu.sim.opening import StageBuilder
from dacu.sim.run import live_until
from dacu.sim.shocks import turned
from dacu.sim.stage import build
from dacu.sim.tally import Expected, Measure

ADS = "channels: {feed_ads: {daily_budget: 200}}\nmarket: {baseline: {feed_ads: 200}}\n"
ACCOUNT = "content: {accounts: {own: {quality: 0.6, authority: 4, followers: 2000}}}\n"
MULTIPLES = st.floats(0.1, 5)


def spells(shop, risk, *sets, replication=0):
    world = build(shop.loaded(f"risks: {{it: {{{risk}}}}}", *sets), Seed(1, replication))
    return world.state[-1]["spells"]


def organic_views(world):
    row = world.setting.by_path["content.accounts.own"]
    return world.tally.count[Measure.VIEWS, :, row]


def test_a_risk_with_a_date_lasts_its_days_and_no_longer(shop):
    assert spells(shop, "type: rival_promo, date: D1 06:00, days: 0.5") == [(6, 18)]
    assert spells(shop, "type: rival_promo, date: D2, days: 7") == [(24, 48)]  # the campaign ends first
    assert spells(shop, "type: algorithm, date: D1 12:00") == [(12, 48)]


def test_a_risk_without_date_or_chance_never_strikes(shop):
    assert spells(shop, "type: rival_promo") == []


def test_strikes_by_chance_come_as_often_as_said_and_not_while_one_lasts(shop):
    days = 390
    seen = [
        spells(shop, "type: rival_promo, prob_per_day: 10%, days: 3", f"calendar.days={days}", replication=r)
        for r in range(4)
    ]
    assert len({tuple(own) for own in seen}) == 4  # each replication has its own
    for own in seen:
        assert all(last - first == 72 for first, last in own[:-1])
        assert all(before[1] <= after[0] for before, after in pairwise(own))
    expected = days / (1 / 0.1 + 2)  # a renewal: three days of it, then nine free ones on average
    assert sum(map(len, seen)) / 4 == pytest.approx(expected, rel=0.2)


def test_a_strike_does_not_move_when_another_risk_is_added(shop):
    chance = "type: rival_promo, prob_per_day: 20%, days: 1"
    alone = build(shop.loaded(f"risks: {{a: {{{chance}}}}}", "calendar.days=60"), Seed(1, 0)).state[0]["spells"]
    pair = build(shop.loaded(f"risks: {{z: {{{chance}}}, a: {{{chance}}}}}", "calendar.days=60"), Seed(1, 0)).state
    assert alone == pair[1]["spells"] != pair[0]["spells"]


def test_a_date_outside_the_campaign_is_refused_at_its_line(shop):
    with pytest.raises(InputError) as refused:
        build(shop.loaded("risks: {it: {type: rival_promo, date: D9}}"), Seed(1, 0))
    (finding,) = refused.value.findings
    assert (finding.code, finding.path) == ("outside_calendar", "risks.it.date")
    assert finding.mark is not None


def test_an_account_that_nobody_has_is_refused(shop):
    with pytest.raises(InputError) as refused:
        shop.loaded("risks: {it: {type: ban, account: own, date: D1}}")
    assert [(f.code, f.path) for f in refused.value.findings] == [("unknown_name", "risks.it.account")]


@given(st.lists(st.tuples(MULTIPLES, st.floats(-1, 1), MULTIPLES), max_size=4))
def test_multiples_multiply_pulls_add_and_the_rest_stays(changes):
    shocks = [Shock(cpm=c, outside=o, accounts={"content.accounts.a": a}) for c, o, a in changes]
    dials = turned(Dials(cpm=9, outside=9, reply_wait=40, late_days=2), shocks)
    product, pull, limit = 1.0, 0.0, 1.0
    for cpm, outside, account in changes:
        product, pull, limit = product * cpm, pull + outside, limit * account
    assert (dials.cpm, dials.outside) == (product, pull)
    assert dials.accounts == ({"content.accounts.a": limit} if changes else {})
    assert (dials.reply_wait, dials.late_days, dials.pool) == (40, 2, 1)


def test_dials_turn_back_when_the_risk_is_over(shop):
    plan = "risks: {rival_promo: {date: D1 03:00, days: 0.25, cpm_factor: 2}, algorithm: {date: D1 05:00}}"
    world = build(shop.loaded(plan), Seed(1, 0))
    turns = []
    live_until(world, 12, each=lambda w: turns.append((w.dials.cpm, w.dials.pool)) if w.t > 0 else None)
    assert turns == [(1, 1)] * 3 + [(2, 1)] * 2 + [(2, 0.6)] * 4 + [(1, 0.6)] * 3


def test_a_rivals_promotion_raises_the_price_of_views_by_its_factor(shop):
    """At equal wins the price is proportional to rivals' bids: at twice the price level half the money's views."""
    calm, busy = (
        shop.world(ADS + plan, "people.agents=5000", "people.size=10万", until=24)
        for plan in ("", "risks: {rival_promo: {date: D1, cpm_factor: 2, outside: 0}}")
    )
    views = [int(world.tally.count[Measure.VIEWS, :, 0].sum()) for world in (calm, busy)]
    assert 2 < views[0] / views[1] * 1.25 < 2.6  # a rarer win is a cheaper one: less than two thirds of it is lost
    assert busy.spent[0, 0] == pytest.approx(calm.spent[0, 0], rel=0.05)


def test_rivals_pull_lowers_the_chance_of_a_cart_like_the_market_s_own(shop, bits):
    risk = shop.world(ADS, "risks.rival_promo.date=D1", "risks.rival_promo.cpm_factor=1", "calendar.warmup=0d")
    market = shop.world(ADS, "market.outside=0.3", "calendar.warmup=0d")
    assert (risk.users.cart_slot == market.users.cart_slot).all()
    assert risk.ledger.lines["paid"].tolist() == market.ledger.lines["paid"].tolist()


def test_a_limited_account_keeps_its_followers_and_a_banned_one_nobody(shop):
    small = ("content.accounts.own.authority=0.2",)

    def views(risk):
        world = shop.world(f"{ACCOUNT}risks: {{it: {{{risk}}}}}", "risks.it.date=D1 12:00", "calendar.days=1", *small)
        return organic_views(world)[12:].sum()

    plain, limited = views("type: rival_promo"), views("type: account_limit, account: own")
    assert 0 < limited < 0.75 * plain
    assert views("type: ban, account: own") == 0


def test_a_banned_account_is_not_boosted(shop):
    boost = "channels: {boost: {account: own, daily_budget: 100}}\nrisks: {ban: {account: own, date: D2}}"
    world = shop.world(ACCOUNT + boost)
    assert world.spent[world.setting.by_path["channels.boost"]].tolist()[1] == 0 < world.spent.sum()


@pytest.mark.parametrize(
    ("planned", "arrives"),
    [
        (9, 9),  # before it strikes
        (10, 10),
        (14, 22),  # 4 h of the way left, at a third of the pace
        (18, 34),  # just when it ends
        (30, 46),  # 24 h of it took away 16
    ],
)
def test_goods_on_their_way_move_at_the_pace_of_the_disruption(planned, arrives):
    stage = object.__new__(StageBuilder)
    stage.delays = [(10, 34, 3.0, False)]
    assert stage.arrival(planned) == pytest.approx(arrives)


def test_lots_due_in_a_disruption_that_loses_them_never_come(shop):
    plan = "skus: {mask: {stock: 0, restock: {a: {date: D1 06:00, units: 50}, b: {date: D2 06:00, units: 70}}}}\n"
    supply = "risks: {supply: {date: D1, days: 1, lost: yes}}"
    assert shop.world(plan + supply).receipts.tolist() == [70, 0, 0]
    assert shop.world(plan).receipts.tolist() == [120, 0, 0]


def test_a_data_leak_costs_members_trust_and_the_group_some_of_them(shop):
    people = "people: {size: 5万, agents: 10000, customers: 60%, members: 100%}\n"
    members = f"{people}channels: {{private: {{every: 每天 20:00}}}}\n"
    plain = shop.world(members, until=1)
    leaked = shop.world(f"{members}risks: {{privacy: {{date: D1, cost: 5000}}}}", until=1)
    before, after = (world.users.flags & Flag.MEMBER != 0 for world in (plain, leaked))
    assert before.sum() > 4000
    gone = before & ~after
    assert gone.sum() / before.sum() == pytest.approx(0.03, abs=0.01)
    lost = plain.users.trust[before].astype(int) - leaked.users.trust[before].astype(int)
    assert (lost == round(0.15 * 65535)).mean() > 0.99
    assert (plain.users.trust[~before] == leaked.users.trust[~before]).all()
    assert leaked.ledger.spent(Account.RISK) == 500_000


def test_too_many_promotions_cost_the_trust_of_those_who_came(shop):
    plan = ADS + "promotions: {coupon: {face: 5, over: 100}, cut: {type: time_discount, cut: 5%}}\n"
    armed = plan + "risks: {promo_backlash: {classes: 2}}"
    plain, borne = shop.world(plan, until=25), shop.world(armed, until=25)
    too_many = shop.world(armed, "risks.promo_backlash.classes=1", until=25)
    assert (borne.users.trust == plain.users.trust).all()
    lost = plain.users.trust.astype(int) - too_many.users.trust.astype(int)
    came = too_many.users.visited >= 0
    assert set(lost[~came].tolist()) == {0}
    assert round(0.03 * 65535) in set(lost[came].tolist())
    assert too_many.state[-1]["spells"] == [(0, 24), (24, 48)]


def test_lost_tracking_hides_sales_from_reports_and_changes_nobody(shop):
    people = ("people.size=10万", "people.agents=10000", "people.customers=50%", "channels.feed_ads.daily_budget=5000")
    plain = shop.world(ADS, *people)
    blind = shop.world(f"{ADS}risks: {{tracking_loss: {{date: D1, share: 40%}}}}", *people)
    assert (plain.users.trust == blind.users.trust).all()
    assert plain.ledger.lines["lever"].tolist() == blind.ledger.lines["lever"].tolist()
    hidden = blind.ledger.lines["flags"] & LineFlag.UNTRACKED != 0
    assert hidden.mean() == pytest.approx(0.4, abs=0.08)
    seen, all_ = (compute(measure(world).expected) for world in (blind, plain))
    assert seen["gmv"] == all_["gmv"]
    assert seen["roi"] == pytest.approx(0.6 * all_["roi"])
    table = measure(blind).tables["channels"]
    assert sum(table.numbers["gmv"]) == pytest.approx(compute(measure(blind).realised)["gmv"])
    assert sum(table.numbers["gmv_expected"]) == pytest.approx(seen["gmv"])
    assert blind.tally.expected(Expected.PAID).sum() / 100 == pytest.approx(seen["gmv"])


def test_the_table_of_risks_says_when_each_struck_and_what_it_cost(shop):
    risks = "risks: {rival_promo: {date: D2 06:00, cost: 300, days: 0.25}, algorithm: {}}"
    table = measure(shop.world(risks)).tables["risks"]
    assert table.keys == {"risk": ["risks.rival_promo", "risks.algorithm"]}
    assert table.numbers == {"strikes": [1, 0], "first_day": [2, None], "days_struck": [0.25, 0], "cost": [300, 0]}


def test_a_copy_keeps_its_dials(shop, bits):
    world = shop.world(f"{ACCOUNT}risks: {{account_limit: {{account: own, date: D1, days: 1}}}}", until=20)
    twin = world.copy()
    for one in (world, twin):
        live_until(one, 30)
    assert bits(world) == bits(twin)
    assert np.isclose(world.dials.accounts.get("content.accounts.own", 1), 1)
