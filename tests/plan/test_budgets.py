"""A scenario's `optimise` block as a question: what is asked, at what price, and what is refused."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from dacu.errors import InputError, render
from dacu.kpis import BY_ID
from dacu.ledger import Account
from dacu.plan.budgets import current_plan, question_of
from dacu.plan.limits import limits_of
from dacu.plan.near import nearest
from dacu.plan.optimise import optimise
from dacu.plan.problem import Cell, Room, State
from dacu.plan.question import FREE, Bound, Choice, Conversion, LineRoi, Range, Risk, Row
from dacu.plan.region import spends_to_try
from dacu.plan.written import budgets_by_day, variant_text
from dacu.scenario.load import load
from dacu.scenario.optimise import RiskBlock
from dacu.sim.stage import calendar_of

PLAN = """
calendar:
  days: 10
  phases: {warm: {from: D1, to: D9}, burst: {from: D9, to: D11}}
channels:
  feed: {type: feed_ads, budget: {warm: 800, burst: 200}}
  words: {type: search_ads, queries: category, budget: {warm: 400, burst: 100}}
kols:
  lin: {followers: 20万, posts: [D1 10:00, D2 10:00], fee: 100, mcn: 5%}
  gu: {followers: 3万, posts: [D1 10:00], fee: 50, active: no}
  tan: {followers: 8万, posts: [D2 10:00], fee: 80, active: no}
"""
ROOMS = """
  wei: {followers: 9万, posts: [D3 10:00], fee: 10, mcn: 5%}
  yan: {followers: 9万, posts: [D3 10:00], fee: 10, active: no}
live:
  noon: {every: 每天 12:00, hours: 1h, host_fee: 30, studio_cost: 5}
  guest: {host: kols.wei, sessions: [D6 20:00, D7 20:00], minutes: 40, slot_fee: 40, studio_cost: 5, active: no}
  late: {host: kols.yan, sessions: [D6 20:00], slot_fee: 40}
  gift: {sessions: [D6 12:00], hours: 1h}
"""
FEED, WORDS, LIN, GU, TAN = "channels.feed", "channels.words", "kols.lin", "kols.gu", "kols.tan"
NOON, GUEST = "live.noon", "live.guest"


@pytest.fixture
def ask(shop):
    def question(optimise):
        loaded = shop.loaded(f"{PLAN}{ROOMS}optimise: {{{optimise}}}")
        return question_of(loaded, calendar_of(loaded))

    return question


def test_ranges_closed_phases_and_commitments_are_ranges_of_cells(ask):
    question = ask("channels: {feed: {min_or_zero: 300, closed: [burst], phases: {warm: {max: 500}}}}")
    assert question.lines == {FEED: Range(300_00, or_zero=True)}
    assert question.cells == {
        Cell(FEED, "warm"): Range(most=500_00),
        Cell(FEED, "burst"): Range(most=0),
        Cell(WORDS, "warm"): Range(400_00, 400_00),  # not free
        Cell(WORDS, "burst"): Range(100_00, 100_00),
    }
    committed = ask("channels: {feed: {committed: yes}, words: {}}").cells
    assert committed == {Cell(FEED, "warm"): Range(800_00, 800_00), Cell(FEED, "burst"): Range(200_00, 200_00)}


def test_every_demand_is_asked(ask):
    question = ask(
        "channels: {feed: {min_or_zero: 1, roi_floor: {value: 2, basis: incremental}, change_limit: 10%}, "
        "words: {min_or_zero: 1}}, "
        "rows: {pull: {terms: {words: 1, feed: -0.5, kols.lin: 1}, at_least: -3, phase: warm}}, "
        "choose: {one: {channels: [feed, words], exactly: 1}}, change_per_day: 2, change_limit: {at_most: 30%}, "
        "roi_floor: {value: 3, basis: platform, money: net}, margin_floor: 15%, "
        "kpis: {cac: {at_most: 40}, ship48_rate: {at_least: 95%, at_most: 99%}}, reach: {gmv: 3000万}, "
        "kols: {free: [lin]}"
    )
    assert question.rows == {"pull": Row({WORDS: 1.0, FEED: -0.5, LIN: 1.0}, "at_least", -300, "warm")}
    assert question.choices == {"choose.one": Choice((FEED, WORDS), "exactly", 1)}
    assert question.changes == {FEED: 0.1, WORDS: 0.3}
    assert question.growth == 2
    assert question.line_roi == {FEED: LineRoi(2.0, "incremental")}
    assert question.bounds == {
        "kpis.cac.at_most": Bound(BY_ID["cac"], "at_most", 40_00),
        "kpis.ship48_rate.at_least": Bound(BY_ID["ship48_rate"], "at_least", 0.95),
        "kpis.ship48_rate.at_most": Bound(BY_ID["ship48_rate"], "at_most", 0.99),
        "roi_floor": Bound(BY_ID["roi_net"], "at_least", 3.0),
        "margin_floor": Bound(BY_ID["contribution_rate"], "at_least", 0.15),
    }
    assert question.reach == Bound(BY_ID["gmv"], "at_least", 3_000_0000_00)


@pytest.mark.parametrize(
    ("written", "kpi"),
    [
        ("{value: 3}", "roi"),
        ("{value: 3, money: net}", "roi_net_deal"),
        ("{value: 3, basis: platform}", "roi_platform"),
        ("{value: 3, basis: platform, money: net}", "roi_net"),
    ],
)
def test_an_roi_floor_says_whose_sales_and_before_or_after_refunds(ask, written, kpi):
    assert ask(f"roi_floor: {written}").bounds["roi_floor"].kpi.id == kpi


def test_a_creator_costs_all_posts_with_service_and_agency(ask):
    """Two posts at 100, 10% service, 5% agency: 230; gu, not booked, would be 55."""
    question = ask("kols: {free: [lin, gu]}")
    assert question.bookings == {LIN: 230_00, GU: 55_00}
    assert {question.current[Cell(LIN)], question.current[Cell(GU)]} == {230_00, 0}
    assert question.budget == 1500_00 + 230_00
    assert question.rooms[Cell(GU)] == Room(55_00, 55_00, or_zero=True)
    outside = ask("kols: {free: [lin, gu], in_budget: no}")
    assert outside.budget == 1500_00


def test_what_a_creator_costs_is_what_the_ledger_books(shop):
    ledger = shop.world(PLAN, "kols.tan=null", "kols.gu=null").ledger
    assert sum(map(ledger.spent, (Account.KOL_FEE, Account.KOL_SERVICE, Account.MCN))) == 230_00


def test_creators_are_chosen_in_all_in_pairs_and_by_tier(ask):
    question = ask(
        "kols: {free: [lin, gu, tan], at_most: 2, exclusive: [[lin, tan]], min_cvr: 1%, "
        "tiers: {mid: {at_most: 1, min_cvr: 2%}, small: {followers: [1万, 5万], at_most: 0}}}"
    )
    assert question.choices == {
        "kols.at_most": Choice((LIN, GU, TAN), "at_most", 2),
        "kols.exclusive.0": Choice((LIN, TAN), "at_most", 1),
        "kols.tiers.mid.at_most": Choice((LIN, TAN), "at_most", 1),
        "kols.tiers.small.at_most": Choice((GU,), "at_most", 0),
    }
    assert question.conversions == {
        "kols": Conversion((LIN, GU, TAN), 0.01),
        "kols.tiers.mid": Conversion((LIN, TAN), 0.02),
    }
    names = {limit.id: (limit.zh, limit.en) for limit in limits_of(question)}
    assert names["optimise.kols.tiers.mid.at_most"] == ("腰部达人的个数", "number of mid creators")


def test_a_room_costs_host_and_studio_of_every_session_and_what_its_guest_is_owed(ask):
    """Ten noons at 35; two shows, not held, at 40 with 10% service and 5% agency, and 5 for the studio."""
    question = ask("live: {free: [noon, guest]}, kols: {free: [gu], in_budget: no}")
    assert question.bookings == {GU: 55_00, NOON: 350_00, GUEST: 102_00}
    assert (question.current[Cell(NOON)], question.current[Cell(GUEST)]) == (350_00, 0)
    assert question.rooms[Cell(GUEST)] == Room(102_00, 102_00, or_zero=True)
    assert question.budget == 1500_00 + 350_00
    assert Cell(GU) not in question.counted
    outside = ask("live: {free: [noon, guest], in_budget: no}")
    assert outside.budget == 1500_00


def test_what_a_room_costs_is_what_the_ledger_books(shop):
    quiet = [f"kols.{name}=null" for name in ("lin", "gu", "tan")]
    ledger = shop.world(PLAN + ROOMS, "live.guest.active=yes", "kols.wei.fee=0", *quiet).ledger
    paid = (Account.HOST, Account.STUDIO, Account.KOL_FEE, Account.KOL_SERVICE, Account.MCN)
    assert sum(map(ledger.spent, paid)) == 350_00 + 102_00


def test_rooms_are_chosen_in_all_in_pairs_and_beside_lines_and_creators(ask):
    question = ask(
        "kols: {free: [lin]}, live: {free: [noon, guest], at_most: 1, exclusive: [[noon, guest]]}, "
        "choose: {one: {channels: [kols.lin, live.noon], exactly: 1}}, "
        "rows: {shows: {terms: {live.noon: 1, live.guest: 1}, at_most: 400}}, "
        "groups: {shows: {channels: [live.noon, live.guest], share: [0%, 20%]}}"
    )
    assert question.choices == {
        "choose.one": Choice((LIN, NOON), "exactly", 1),
        "live.at_most": Choice((NOON, GUEST), "at_most", 1),
        "live.exclusive.0": Choice((NOON, GUEST), "at_most", 1),
    }
    assert question.rows["shows"].factors == {NOON: 1.0, GUEST: 1.0}
    assert question.groups["shows"].lines == (NOON, GUEST)
    named = {limit.id: (limit.zh, limit.en) for limit in limits_of(question)}
    assert named["optimise.live.at_most"] == ("直播间的个数", "number of rooms")
    zh, en = named["optimise.live.exclusive.0"]
    assert (zh, en) == ("直播间 noon 与 guest 的个数", "number of rooms out of noon and guest")


def test_the_plan_goes_back_into_a_file(shop):
    blocks = f"{PLAN}{ROOMS}optimise: {{kols: {{free: [lin, gu]}}, live: {{free: [noon, guest]}}}}\n"
    loaded = shop.loaded(blocks)
    moved = {Cell(LIN): 0, Cell(GU): 55_00, Cell(NOON): 0, Cell(GUEST): 102_00, Cell(FEED, "warm"): 12_34}
    plan = {**current_plan(loaded, calendar_of(loaded)), **moved}
    text = variant_text(plan, loaded, "plan.yaml")
    changed = shop.loaded(blocks, *_sets(text))
    assert current_plan(changed, calendar_of(changed)) == plan


def test_after_a_day_the_plan_goes_back_day_by_day(shop):
    """A phase that is half over cannot be written as one amount: its past days would move."""
    blocks = f"{PLAN}optimise: {{from: D5}}\n"
    loaded = shop.loaded(blocks)
    calendar = calendar_of(loaded)
    current = current_plan(loaded, calendar)
    plan = {**current, Cell(FEED, "warm"): 1200_00}
    written = yaml.safe_load(variant_text(plan, loaded, "plan.yaml"))["channels"]["feed"]
    assert written["budget"] is None
    assert [round(100 * money) for money in written["days"].values()] == [100_00] * 4 + [200_00] * 4 + [100_00] * 2
    days = ", ".join(f"{day}: {money}" for day, money in written["days"].items())
    again = shop.loaded(blocks, "channels.feed.budget=null", f"channels.feed.days={{{days}}}")
    assert current_plan(again, calendar) == plan


def _sets(text):
    """The lines of a variant as settings of the shop fixture."""
    written = yaml.safe_load(text)
    for name, line in written["channels"].items():
        for phase, money in line["budget"].items():
            yield f"channels.{name}.budget.{phase}={money}"
    for family in ("kols", "live"):
        for name, booking in written[family].items():
            yield f"{family}.{name}.active={'yes' if booking['active'] else 'no'}"


# the past


def test_from_a_day_on_the_past_is_committed(ask):
    """D5: half of the warm-up's eight days are spent; on D10 the warm-up is over, and half the burst."""
    question = ask("from: D5, channels: {feed: {phases: {warm: {min: 100, max: 900}}}, words: {}}")
    assert question.cells == {
        Cell(FEED, "warm"): Range(400_00, 900_00),
        Cell(WORDS, "warm"): Range(200_00),
    }
    late = ask("from: D10, channels: {feed: {}, words: {}}").cells
    assert late[Cell(FEED, "warm")] == Range(800_00, 800_00)
    assert late[Cell(FEED, "burst")] == Range(100_00)


def test_from_a_day_on_what_has_begun_is_booked_or_not_as_it_is(ask):
    """On D2 lin has posted, gu has let the chance pass, and noons were held; tan posts on D2, the guest comes on D6."""
    question = ask("from: D2, kols: {free: [lin, gu, tan]}, live: {free: [noon, guest]}")
    assert question.lines == {LIN: Range(230_00, 230_00), GU: Range(0, 0), NOON: Range(350_00, 350_00)}
    assert question.open_bookings == {TAN, GUEST}
    assert [question.rooms[Cell(line)] for line in (LIN, GU, TAN)] == [
        Room(230_00, 230_00), Room(0, 0), Room(88_00, 88_00, or_zero=True),
    ]  # fmt: skip
    limits = limits_of(question)
    tries = spends_to_try(question.current, question, limits, 1.0, (-1.0, 1.0))
    assert [tries[Cell(line)] for line in (LIN, GU, TAN, NOON, GUEST)] == [[], [], [88_00], [], [102_00]]
    named = {limit.id: limit.zh for limit in limits}
    assert named["optimise.live.noon.max"] == "noon 的上限"


def test_money_of_the_past_is_not_moved_by_day(shop):
    loaded = shop.loaded(PLAN)
    calendar = calendar_of(loaded)
    current = current_plan(loaded, calendar)
    plan = {**current, Cell(FEED, "warm"): 1200_00}
    days = budgets_by_day(plan, calendar, current, 4)[FEED]
    assert days[:4].tolist() == [100_00] * 4
    assert days[4:8].tolist() == [200_00] * 4
    assert days.sum() == 1400_00
    assert np.array_equal(budgets_by_day(plan, calendar)[FEED][:8], [150_00] * 8)


def test_a_daily_limit_sees_the_past_as_it_was(shop):
    loaded = shop.loaded(f"{PLAN}market: {{baseline: {{feed: 100}}}}\noptimise: {{from: D5, daily_cap_multiple: 5}}")
    question = question_of(loaded, calendar_of(loaded))
    (cap,) = (limit for limit in limits_of(question) if limit.id == "optimise.daily_cap_multiple")
    plan = State({**question.current, Cell(FEED, "warm"): 1200_00})
    by_day = budgets_by_day(plan.money, calendar_of(loaded), question.current, 4)
    assert cap.measured(plan) == pytest.approx(max(sum(by_day.values())[4:]) / 100_00)


def test_the_how_to_is_a_block_that_loads(shop):
    text = (Path(__file__).parents[2] / "docs/howto/wish_list.md").read_text(encoding="utf-8")
    block = "".join(f"{line[4:]}\n" for line in text.splitlines() if line.startswith("    "))
    lines = ("千川商品", "薯条", "随心推", "品牌词", "聚光", "品类词")
    budgets = "\n".join(f"  {line}: {{type: feed_ads, budget: {{蓄水: 20万, 爆发: 30万}}}}" for line in lines)
    creators = "\n".join(f"  {name}: {{followers: 6万, posts: [D1], fee: 100, active: no}}" for name in "abc")
    rooms = "\n".join(f"  {name}: {{sessions: [D2 12:00], host_fee: 500}}" for name in ("noon", "midnight"))
    loaded = shop.loaded(
        "calendar:\n  days: 10\n"
        "  phases: {蓄水: {from: D1, to: D8}, 爆发: {from: D8, to: D10}, 返场: {from: D10, to: D11}}\n"
        f"channels:\n{budgets}\nkols:\n{creators}\nlive:\n{rooms}\nmarket: {{baseline: {{千川商品: 1万}}}}\n{block}"
    )
    question = question_of(loaded, calendar_of(loaded))
    assert question.reach == Bound(BY_ID["gmv"], "at_least", 3000_0000_00)
    alone = next(part for part in text.split("`") if part.startswith("risk: "))  # does not go with reach
    careful = shop.loaded(f"optimise: {{{alone}}}").scenario.optimise
    named = loaded.scenario.optimise.model_fields_set | careful.model_fields_set
    assert named == set(type(careful).model_fields)
    assert careful.risk == RiskBlock(alpha="90%", weight="50%", replications="30")


def test_a_question_of_risk_says_how_much_the_worst_runs_count(shop):
    loaded = shop.loaded(f"{PLAN}optimise: {{risk: {{alpha: 80%, weight: 25%, replications: 10}}}}")
    question = question_of(loaded, calendar_of(loaded))
    assert question.risk == Risk(0.8, 0.25, 10)
    assert question.risk.tail_runs == 2
    assert question.objective.en == "paid GMV with its worst 20% of runs (weight 25%)"
    assert question.objective.zh == "支付GMV(最差 20% 的运行占 25%)"


# what is refused


@pytest.mark.parametrize(
    ("written", "code", "path"),
    [
        ("channels: {feed: {min: 1, min_or_zero: 2}}", "two_floors", "channels.feed.min_or_zero"),
        ("channels: {feed: {min_or_zero: 3, max: 2}}", "min_above_max", "channels.feed.min_or_zero"),
        ("channels: {feed: {committed: yes, max: 5}}", "committed_moves", "channels.feed.max"),
        (
            "channels: {feed: {closed: [warm], phases: {warm: {min: 5}}}}",
            "closed_and_limited",
            "channels.feed.phases.warm",
        ),
        ("channels: {feed: {closed: [warn]}}", "unknown_name", "channels.feed.closed"),
        ("groups: {g: {channels: [feed]}}", "group_without_limit", "groups.g"),
        ("groups: {g: {channels: [feed], money: [5, 4]}}", "money_turned_round", "groups.g.money"),
        ("rows: {r: {terms: {feed: 1}}}", "side_missing", "rows.r"),
        ("rows: {r: {terms: {feed: 1}, at_most: 5, exactly: 5}}", "two_sides", "rows.r.exactly"),
        ("rows: {r: {terms: {feed: 0}, at_most: 5}}", "row_without_terms", "rows.r.terms"),
        ("rows: {r: {terms: {fed: 1}, at_most: 5}}", "unknown_name", "rows.r.terms"),
        ("rows: {r: {terms: {feed: 1}, at_most: 5, phase: cold}}", "unknown_name", "rows.r.phase"),
        ("choose: {c: {channels: [feed], at_most: 1}}", "choice_needs_min_or_zero", "choose.c.channels"),
        (
            "kols: {free: [lin]}, choose: {c: {channels: [kols.lin], exactly: 2}}",
            "choice_of_too_few",
            "choose.c.exactly",
        ),
        (
            "kols: {free: [lin]}, choose: {c: {channels: [kols.lin, kols.lin], exactly: 2}}",
            "named_twice",
            "choose.c.channels.1",
        ),
        ("choose: {c: {channels: [kols.lin], at_most: 1}}", "unknown_name", "choose.c.channels"),
        ("kols: {free: [lim]}", "unknown_name", "kols.free"),
        ("kols: {free: [lin, lin]}", "named_twice", "kols.free.1"),
        ("kols: {free: [lin], exclusive: [[lin, gu]]}", "unknown_name", "kols.exclusive.0"),
        ("kols: {free: [lin], exclusive: [[lin, lin]]}", "pair_of_one", "kols.exclusive.0"),
        ("kols: {tiers: {mid: {followers: [5万, 1万]}}}", "followers_turned_round", "kols.tiers.mid.followers"),
        ("kols: {min_cvr: 1%}", "limit_on_nothing_free", "kols.min_cvr"),
        ("kols: {free: [lin], tiers: {tail: {at_most: 1}}}", "tier_of_nobody", "kols.tiers.tail"),
        ("live: {free: [moon]}", "unknown_name", "live.free"),
        ("live: {free: [noon, noon]}", "named_twice", "live.free.1"),
        ("live: {free: [noon], exclusive: [[noon, guest]]}", "unknown_name", "live.exclusive.0"),
        ("live: {free: [noon, guest], exclusive: [[noon, noon]]}", "pair_of_one", "live.exclusive.0"),
        ("live: {at_most: 1}", "limit_on_nothing_free", "live.at_most"),
        ("choose: {c: {channels: [live.noon], at_most: 1}}", "unknown_name", "choose.c.channels"),
        ("live: {free: [guest, late]}", "room_of_absent_host", "live.free.1"),
        ("kpis: {cac: {at_least: 5, at_most: 4}}", "bounds_turned_round", "kpis.cac.at_least"),
        ("spend: exactly, reach: {gmv: 5}", "reach_spends_all", "spend"),
        ("risk: {}, reach: {gmv: 5}", "reach_knows_no_risk", "risk"),
        ("risk: {replications: 9}", "tail_of_no_run", "risk.replications"),  # a tenth of 9 runs is none
        ("risk: {alpha: 100%}", "not_below", "risk.alpha"),
        ("kpis: {cax: {at_most: 3}}", "unknown_kpi", "kpis.cax"),
        ("kpis: {cac: {}}", "bound_missing", "kpis.cac"),
        ("kpis: {cac: {at_most: 5%}}", "not_money", "kpis.cac.at_most"),
        ("reach: {gmv: 5, orders: 3}", "two_to_reach", "reach.orders"),
        ("reach: {gmv: 5%}", "not_money", "reach.gmv"),
        ("from: D11", "free_from_outside", "from"),
    ],
)  # fmt: skip
def test_a_wish_that_says_nothing_is_refused_at_its_place(shop, written, code, path):
    with pytest.raises(InputError) as refused:
        shop.loaded(f"{PLAN}{ROOMS}optimise: {{{written}}}")
    assert (code, f"optimise.{path}") in {(found.code, found.path) for found in refused.value.findings}
    for lang in ("zh", "en"):
        assert "{" not in render(refused.value.findings, lang)
    assert refused.value.exit_code == 2


def test_a_line_may_be_called_as_a_family_of_bookings(shop):
    loaded = shop.loaded(
        "calendar: {phases: {all: {from: D1, to: D3}}}\n"
        "channels: {live: {type: feed_ads, daily_budget: 10}, words: {type: search_ads, daily_budget: 10}}\n"
        "optimise: {channels: {live: {min_or_zero: 5}}, groups: {some: {channels: [live], share: [0%, 50%]}}}"
    )
    assert question_of(loaded, calendar_of(loaded)).groups["some"].lines == ("channels.live",)


@pytest.mark.parametrize(
    ("asked", "sets", "code", "family"),
    [
        ("kols: {free: [gu]}", ["kols.gu.fee=0"], "plan_booking_without_price", "kols"),
        ("live: {free: [gift]}", [], "plan_booking_without_price", "live"),
        ("kols: {free: [wei]}", [], "plan_creator_hosts", "kols"),
        ("kols: {free: [wei]}, live: {free: [guest]}", [], "plan_creator_hosts", "kols"),
    ],
)
def test_a_booking_must_cost_something_and_a_creator_do_no_more_than_post(shop, asked, sets, code, family):
    loaded = shop.loaded(f"{PLAN}{ROOMS}optimise: {{{asked}}}", *sets)
    with pytest.raises(InputError) as refused:
        question_of(loaded, calendar_of(loaded))
    assert [(found.code, found.path) for found in refused.value.findings] == [(code, f"optimise.{family}.free")]
    assert render(refused.value.findings, "zh")


def test_rooms_that_cannot_be_held_together_are_refused_before_anything_is_simulated(shop):
    """Both are off in the plan of today, so only a search would have held them at once."""
    asked = "optimise: {live: {free: [guest, late]}}"
    overlap = ["live.late.host=kols.wei", "live.late.active=no"]
    loaded = shop.loaded(PLAN + ROOMS + asked, *overlap)
    with pytest.raises(InputError) as refused:
        optimise(loaded)
    assert [(found.code, found.path) for found in refused.value.findings] == [("host_in_two_rooms", "live.late.host")]


def test_a_choice_too_wide_to_write_down_is_refused(shop):
    phases = ", ".join(f"p{day}: {{from: D{day}, to: D{day + 1}}}" for day in range(1, 10))
    lines = ", ".join(f"l{number}: {{type: feed_ads, daily_budget: 10}}" for number in range(4))
    limits = ", ".join(f"l{number}: {{min_or_zero: 10}}" for number in range(4))
    loaded = shop.loaded(
        f"calendar: {{days: 9, phases: {{{phases}}}}}\nchannels: {{{lines}}}\n"
        f"optimise: {{channels: {{{limits}}}, choose: {{some: {{channels: [l0, l1, l2, l3], at_most: 2}}}}}}"
    )
    with pytest.raises(InputError) as refused:
        question_of(loaded, calendar_of(loaded))
    assert [found.code for found in refused.value.findings] == ["plan_choice_too_wide"]  # 9⁴ ways


@pytest.fixture(scope="module")
def replanned():
    loaded = load("scenarios/replan_618.yaml")
    return question_of(loaded, calendar_of(loaded))


def test_money_of_phases_before_today_stays_and_the_rest_is_free(replanned):
    assert {cell.phase for cell in replanned.current} == {"蓄水", "爆发", "返场"}
    for cell, money in replanned.current.items():
        span = replanned.range(cell)
        assert (span.least, span.most) == ((money, money) if cell.phase == "蓄水" else (None, None))


def test_without_today_nothing_is_over_and_the_budget_is_the_same(replanned):
    loaded = load("scenarios/replan_618.yaml", ["calendar.today=null"])
    whole = question_of(loaded, calendar_of(loaded))
    assert whole.range(Cell("channels.千川商品", "蓄水")) == FREE
    assert whole.budget == replanned.budget
    assert whole.current == replanned.current


def test_a_plan_that_would_move_spent_money_gives_way_to_one_that_does_not(replanned):
    later = {cell: money for cell, money in replanned.current.items() if cell.phase != "蓄水"}
    wish = dict.fromkeys(replanned.current, 0.0) | {cell: money * 1.5 for cell, money in later.items()}
    plan = nearest(wish, replanned, limits_of(replanned))
    spent = {cell: money for cell, money in plan.items() if cell.phase == "蓄水"}
    assert spent == pytest.approx({cell: replanned.current[cell] for cell in spent}, abs=1)
    assert sum(plan.values()) == pytest.approx(replanned.budget, abs=len(plan))
    assert plan != pytest.approx(replanned.current, abs=1)


def test_a_line_with_a_dot_in_its_name_may_change_as_far_as_all_may(shop):
    plan = PLAN.replace("  feed: {type", '  "a.b": {type')
    loaded = shop.loaded(plan + "optimise: {change_limit: 20%}\n")
    question = question_of(loaded, calendar_of(loaded))
    assert question.changes == {'channels."a.b"': 0.2, "channels.words": 0.2}
