"""Plans that share their past end as they would alone, to the bit; plans that may differ earlier share nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dacu.errors import InputError
from dacu.levers.base import Lever, kinds
from dacu.levers.paid import FORMS, Paid
from dacu.levers.promotion import Promotion
from dacu.levers.time_discount import TimeDiscount
from dacu.people.population import Seed
from dacu.people.users import Born
from dacu.sim import past as pasts
from dacu.sim.past import Past, Pasts, first_difference, fork, snapshots
from dacu.sim.run import finish, live_until, run
from dacu.sim.runs import Job, People, _simulate
from dacu.sim.stage import build
from dacu.study.rows import Simulation, rows

STOCK = """
skus:
  mask: {stock: 3000, restock: {lot: {date: D2 10:00, units: 500}}}
  cream: {stock: 400}
"""
D1, SALE_TOLD, D2, END = 0, 10, 24, 48
LATER = {
    "channels.feed_ads.daily_budget=300": D1,
    "channels.boost.daily_budget=0": D1,
    "channels.feed_ads.rebate=10%": END,
    "promotions.cut.cut=35%": SALE_TOLD,
    "promotions.cut.skus=[mask]": SALE_TOLD,
    "promotions.cut.audience=members": SALE_TOLD,
    "promotions.cut.funded_by=20%": SALE_TOLD,
    "promotions.presale.deposit=30": SALE_TOLD,
    "promotions.presale.cut=30%": SALE_TOLD,
    "promotions.coupon.face=20": D1,
    "promotions.coupon.quantity=30": D1,
    "promotions.coupon.start=D2 08:00": D1,
    "promotions.coupon.where=sent": D1,
    "promotions.flash.price=29": D2 + 20,
    "promotions.flash.quantity=0": D2 + 20,
    "promotions.flash.minutes=60": D2 + 20,
    "promotions.flash.counter=no": D2 + 20,
    "promotions.flash.start=D2 12:30": D2 + 12,
    "promotions.flash.announce=D1 18:00": 18,
    "promotions.instant.cut=30%": D1,
    "promotions.instant.tiers_ask=before": D1,
    "calendar.phases.burst={from: D2, to: D3, type: 爆发, budget_multiplier: 3}": D2,
    "skus.mask.stock=300": D1,
    "skus.mask.restock.lot.units=2000": D1,
    "skus.cream.restock.lot={date: D1 12:00, units: 9}": D1,
    "targets.net_gmv=1万": END,
    "name=another": END,
}
"""What makes another plan of one with a lever of every kind, and the first hour that it may change."""
AT_ONCE = (
    "skus.mask.list=79", "people.customers=20%", "behaviour.cart.rate=0.2", "channels.feed_ads.quality=0.6",
    "channels.venue.joins=no", "channels.venue=null", "kols.lin.active=no", "live.main.discount=12%",
    "shop.delivery=1d",
    "promotions.gift.over=100", "promotions.threshold.tiers.t1.minus=30", "promotions.lucky_draw.prizes=9",
    "promotions.flash=null", "promotions.more={type: flash, skus: [mask], price: 40, start: D2 10:00, minutes: 15}",
    "promotions.cut.type=instant_discount", "calendar.events.sale.cpm_index=2", "market.baseline.feed_ads=100",
    "content.accounts.own.quality=0.7", "operations.warehouse.units_per_hour=3",
)  # fmt: skip


UNFELT = {
    "promotions.flash.counter=no", "promotions.flash.announce=D1 18:00", "promotions.instant.tiers_ask=before",
    "targets.net_gmv=1万", "name=another",
}  # fmt: skip
"""Those that change no figure of so small a shop."""


@pytest.fixture(scope="module")
def base(shop, everything):
    return shop.loaded(everything + STOCK)


@pytest.fixture(scope="module")
def usual(base):
    """What the plan that the others fork from tells."""
    return _said(run(base, 1, 0))


@pytest.mark.parametrize("setting", LATER)
def test_a_fork_ends_as_the_plan_alone_does(shop, everything, bits, base, usual, setting):
    other = shop.loaded(everything + STOCK, setting)
    leaves = first_difference(base, other)
    assert leaves == LATER[setting]
    stem, alone = (build(plan, Seed(1, 0)) for plan in (base, other))
    live_until(stem, leaves)
    forked = fork(stem, build(other, Seed(1, 0)))
    for world in (forked, alone):
        live_until(world, END)
    assert bits(forked) == bits(alone)
    assert forked.agenda.snapshot().rows.tolist() == alone.agenda.snapshot().rows.tolist()
    told = _said(finish(alone))
    assert _said(finish(forked)) == told
    assert (told == usual) == (setting in UNFELT)


@pytest.mark.parametrize("setting", AT_ONCE)
def test_what_may_differ_from_the_start_shares_nothing(shop, everything, base, setting):
    assert first_difference(base, shop.loaded(everything + STOCK, setting)) == -24


def test_the_order_of_levers_and_goods_counts(shop):
    one = "channels: {feed_ads: {daily_budget: 9}, words: {type: search_ads, daily_budget: 9}}"
    other = "channels: {words: {type: search_ads, daily_budget: 9}, feed_ads: {daily_budget: 9}}"
    assert first_difference(shop.loaded(one), shop.loaded(one)) == END
    assert first_difference(shop.loaded(one), shop.loaded(other)) == -24


def test_every_field_of_a_promotion_and_the_money_of_a_line_are_only_stated():
    for kind in kinds().values():
        stated = kind.block.stated()
        if issubclass(kind.block, Promotion):
            assert stated == set(kind.block.model_fields)
            assert (kind.block.place, kind.block.shock) == (Lever.place, Lever.shock)
        else:
            assert stated == ({*FORMS, "rebate"} if issubclass(kind.block, Paid) else set())


def test_a_creator_of_a_group_that_says_what_the_group_says_differs_from_one_that_inherits_it(shop):
    """What is lived is what the member inherits, not what it shows."""
    group = "kols: {g: {spread: 2, members: {lin: {followers: 2000, posts: [D1 10:00], fee: 100%s}}}}"
    inherits, says = (shop.loaded(group % own) for own in ("", ", spread: 0"))
    assert first_difference(inherits, inherits) == END
    assert first_difference(inherits, says) == -24


def test_a_lever_of_outsiders_shares_nothing_and_nothing_that_it_may_have_read_differs(shop, monkeypatch):
    cut = "promotions: {cut: {type: time_discount, start: D2, cut: %s}}\nskus: {mask: {stock: %s}}"
    plan, deeper, fuller = (shop.loaded(cut % each) for each in (("20%", 9), ("30%", 9), ("20%", 99)))
    phased = shop.loaded(cut % ("20%", 9), "calendar.phases.late={from: D2, to: D3, type: 爆发}")
    assert [first_difference(plan, other) for other in (deeper, fuller, phased)] == [D2, D1, END]
    monkeypatch.setattr(TimeDiscount, "__module__", "outsiders.levers")
    assert {first_difference(plan, other) for other in (deeper, fuller, phased)} == {-24}


@settings(max_examples=8, phases=[Phase.explicit, Phase.generate])
@given(
    money=st.lists(st.integers(0, 400), min_size=2, max_size=2), opens=st.integers(0, 47), face=st.integers(1, 40),
    stock=st.integers(0, 3000),
)  # fmt: skip
def test_whatever_differs_the_figures_are_those_of_the_run_alone(shop, everything, base, money, opens, face, stock):
    other = shop.loaded(
        everything + STOCK, f"channels.feed_ads.days={{2026-09-07: {money[0]}, 2026-09-08: {money[1]}}}",
        "channels.feed_ads.daily_budget=null", f"promotions.coupon.start=D{opens // 24 + 1} {opens % 24:02}:00",
        f"promotions.coupon.face={face}", f"skus.mask.stock={stock}",
    )  # fmt: skip
    people = People()
    born = people.of(base, Seed(2, 1), 500)
    assert _said(Past(base, Seed(2, 1), 500).run(other, born)) == _said(run(other, 2, 1, 500, born))


def test_plans_of_a_job_are_each_what_they_are_alone(shop, everything, base):
    others = [*[*LATER][::5], AT_ONCE[0]]
    plans = [base, *(shop.loaded(everything + STOCK, one) for one in others)]
    found = _simulate(plans, Job(4, 2, 500))
    assert [_said(one) for one in found] == [_said(run(plan, 4, 2, 500)) for plan in plans]


def test_shared_hours_are_lived_once(shop, everything, base, monkeypatch):
    lived = []

    def counted(world, hour):
        lived.append(hour - world.t)
        live_until(world, hour)

    monkeypatch.setattr(pasts, "live_until", counted)
    later = shop.loaded(everything + STOCK, "promotions.flash.price=29")
    _simulate([base, later, base], Job(1, 0, 300))
    assert sum(lived) == 24 + END + (END - D2 - 20)


@pytest.mark.parametrize("keep", [1, 2])
def test_forks_may_be_asked_for_in_any_order_and_by_threads(shop, everything, base, keep):
    plans = [shop.loaded(everything + STOCK, one) for one in ("promotions.flash.price=29", "skus.mask.stock=300",
                                                             "promotions.cut.cut=35%", "name=another")]  # fmt: skip
    born: Born = People().of(base, Seed(1, 0), 300)
    alone = [_said(run(plan, 1, 0, 300, born)) for plan in plans]
    past = Past(base, Seed(1, 0), 300, keep)
    assert [_said(past.run(plan, born)) for plan in plans] == alone
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda plan: _said(past.run(plan, born)), plans)) == alone


def test_the_hours_last_asked_for_are_kept(base):
    born = People().of(base, Seed(1, 0), 100)
    past = Past(base, Seed(1, 0), 100, keep=2)
    for hour in (-20, -10, -20, -5):
        past._at(hour, born)
    assert [world.t for world in past._kept] == [-20, -5]


def test_a_row_forks_and_one_whose_base_cannot_stand_runs_alone(shop, everything, monkeypatch):
    plain = shop.loaded(everything + STOCK).composed
    simulation = Simulation({"": plain}, ("gmv", "orders"), seed=3, agents=300)
    todo = list(rows([(("promotions.flash.price", price),) for price in ("29", "39")], 2, simulation.facts()))
    forked = [simulation(row) for row in reversed(todo)]
    monkeypatch.setattr(pasts, "sketch", _refuse)
    alone = Simulation({"": plain}, ("gmv", "orders"), seed=3, agents=300)
    assert [alone(row) for row in reversed(todo)] == forked
    assert alone.pasts.of(0, lambda: 1 / 0) is None


def test_a_past_is_begun_once_while_the_same_is_asked_for(base):
    known, begun = Pasts(), []

    def begin() -> Past:
        begun.append(1)
        return Past(base, Seed(1, 0), 100)

    assert known.of(0, begin) is known.of(0, begin)
    assert known.of(1, begin) is not None
    assert len(begun) == 2


def test_a_process_that_forks_holds_a_snapshot(shop, everything, base):
    assert snapshots([base]) == snapshots([base, shop.loaded(everything + STOCK, "skus.mask.list=79")]) == 0
    assert snapshots([base, shop.loaded(everything + STOCK, "skus.mask.stock=300")]) == 1


def _said(found):
    """All that a run tells, to the bit."""
    tables = {
        name: (table.keys, {column: list(values) for column, values in table.numbers.items()})
        for name, table in found.tables.items()
    }
    return repr((found.realised, found.expected, tables))


def _refuse(plan):
    raise InputError
