"""The scenarios that come with dacu: they load, and they are what their names promise."""

from functools import cache
from pathlib import Path

import pytest

from dacu.clock.calendar import Calendar, occurrences
from dacu.kpis import compute
from dacu.ledger import Account
from dacu.levers.groups import Scheduled
from dacu.levers.live import LiveRoom
from dacu.levers.paid import Paid
from dacu.levers.venue import Venue
from dacu.people.population import Seed
from dacu.plan.budgets import question_of
from dacu.plan.limits import keeps, limits_of
from dacu.plan.near import nearest
from dacu.plan.problem import Cell
from dacu.plan.question import Question, Range
from dacu.scenario.diff import Change, differences
from dacu.scenario.load import Loaded, load
from dacu.scenario.model import Scenario
from dacu.shop.prices import alone
from dacu.sim.measure import measure
from dacu.sim.run import finish, live_until
from dacu.sim.settle import settle
from dacu.sim.stage import build, calendar_of
from dacu_cli.price_verb import price_table_of

FOLDER = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted(path.name for path in FOLDER.glob("*.yaml"))
RULES = sorted(path.name for path in (FOLDER / "rules").glob("*.yaml"))
SAME_SHOP = ("baseline_shop.yaml", "bigsale_1111.yaml", "budget_618.yaml", "ops_service.yaml")


@cache
def loaded(reference: str) -> Loaded:
    return load(str(FOLDER / reference))


def scenario(reference: str) -> Scenario:
    return loaded(reference).scenario


def calendar(reference: str) -> Calendar:
    return calendar_of(loaded(reference))


def paid_lines(reference: str) -> dict[str, Paid]:
    return {name: line for name, line in scenario(reference).channels.items() if isinstance(line, Paid)}


def spend_by_day(reference: str) -> list[int]:
    lines, days = paid_lines(reference).values(), calendar(reference)
    return [sum(int(line.by_day(days)[day]) for line in lines) for day in range(days.days)]


def every_reference() -> list[str]:
    """Each file, and each with each of its variants."""
    variants = {name: loaded(name).composed.variants_available for name in SHIPPED}
    return [*SHIPPED, *(f"{name}+{variant}" for name in SHIPPED for variant in variants[name])]


@pytest.mark.parametrize("reference", every_reference())
def test_a_shipped_scenario_sets_the_stage(reference: str) -> None:
    world = build(loaded(reference), Seed(1, 0), agents=200)
    assert world.t == calendar(reference).first_hour
    assert world.setting.warnings == ()


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_states_its_coefficients_nowhere(name: str) -> None:
    assert loaded(name).overridden == ()


@pytest.mark.parametrize("name", SAME_SHOP)
def test_every_block_is_explained_in_chinese_and_english(name: str) -> None:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    comments = [line.partition("# ")[2] for line in lines if "# " in line]
    chinese = [text for text in comments if any("\u4e00" <= sign <= "\u9fff" for sign in text)]
    english = [text for text in comments if any("a" <= sign <= "z" for sign in text)]
    settings = [line for line in lines if line and not line.startswith("#")]
    assert min(len(chinese), len(english)) > len(settings) / 4


@pytest.mark.parametrize("name", SAME_SHOP)
def test_the_usual_spend_names_every_paid_line(name: str) -> None:
    assert set(scenario(name).market.baseline) == set(paid_lines(name))


@pytest.mark.parametrize("name", SAME_SHOP)
def test_the_assortment_is_four_to_three_to_three(name: str) -> None:
    skus = scenario(name).skus.values()
    assert [sum(sku.role == role for sku in skus) for role in ("traffic", "profit", "image")] == [4, 3, 3]
    assert (min(sku.list for sku in skus), max(sku.list for sku in skus)) == (69_00, 369_00)


def test_the_ordinary_shop_has_no_sale_and_spends_as_usual() -> None:
    shop = scenario("baseline_shop.yaml")
    assert (shop.people.size, shop.people.customers) == (1_000_000, 0.05)
    assert (dict(shop.promotions), dict(shop.calendar.events)) == ({}, {})
    assert set(spend_by_day("baseline_shop.yaml")) == {sum(shop.market.baseline.values())}


def test_the_sale_is_announced_after_two_ordinary_weeks() -> None:
    days = calendar("bigsale_1111.yaml")
    event = days.events[0]
    assert 14 * 24 <= event.announce < event.start
    assert days.date(int(event.start)).isoformat() == "2026-11-11"
    assert event.end <= days.end_hour


@pytest.mark.parametrize("rules", RULES)
def test_every_promotion_of_a_dated_rule_file_is_used(rules: str) -> None:
    """On a shop of one SKU that sells on all platforms of the sale."""
    sale = load(str(FOLDER / "rules" / rules), ("skus.serum.list=299", "skus.serum.cost=70"))
    used = {path for row in price_table_of(sale).rows for path in row.offers}
    assert used == {f"promotions.{name}" for name in sale.scenario.promotions}
    assert {row.platform for row in price_table_of(sale).rows} == set(sale.scenario.platforms)


@pytest.mark.parametrize("rules", RULES)
def test_every_figure_of_a_dated_rule_file_is_reported_or_assumed(rules: str) -> None:
    blocks = (FOLDER / "rules" / rules).read_text(encoding="utf-8").split("dacu: 1\n")[1]
    for line in blocks.splitlines():
        if any(key in line for key in ("announce:", " start: 2025", "end:", "cpm_index:")) and line.startswith(
            "      "
        ):
            assert "[报道]" in line or "[假设]" in line, line


def test_tmall_sells_in_two_waves_under_one_announcement() -> None:
    """From 16 May, 20:00, to the 26th, and from the 31st to 20 June; D1 is 6 May."""
    (sale,) = (event for event in calendar("sale_618_2025.yaml").events if event.platform == "tmall")
    assert [(wave.name, wave.start, wave.end) for wave in sale.waves] == [("第一波", 260, 504), ("第二波", 600, 1104)]
    assert [sale.awaited(t) for t in (57, 58, 259, 260, 504, 599, 600)] == [False, True, True, False, True, True, False]


def test_the_second_wave_is_deeper_in_its_variant() -> None:
    sale = loaded("sale_618_2025.yaml+deeper_wave2")
    rows = price_table_of(sale, alone(len(sale.scenario.skus), 1)).rows
    paid = {row.day: row.pay for row in rows if (row.sku, row.platform) == ("skus.toner", "tmall")}
    # 139.00 less 15% is 118.15, less 25% 104.25; on D11 the sale opens at 20:00, on D22 to D25 it is closed
    assert [paid[day] for day in (10, 12, 21)] == [139_00, 118_15, 118_15]
    assert [paid[day] for day in (22, 25, 26, 46)] == [139_00, 139_00, 104_25, 104_25]


def test_two_days_are_dearer_on_douyin_in_their_variant() -> None:
    base, dear = calendar("sale_618_2025.yaml"), calendar("sale_618_2025.yaml+dear_days")
    prices = [(base.media_price(24 * day, "douyin"), dear.media_price(24 * day, "douyin")) for day in (6, 7, 8, 43, 44)]
    assert prices == [(1, 1), (1.4, 1.8), (1.4, 1.4), (1.4, 2.2), (1, 1)]
    assert base.media_price(24 * 25, "tmall") == dear.media_price(24 * 25, "tmall") == 1.5


def test_the_instant_discount_makes_the_price_of_the_sale() -> None:
    rows = price_table_of(loaded("sale_618_2025.yaml")).rows
    on = [row for row in rows if row.sku == "skus.serum" and row.platform == "tmall" and row.start == 260]
    # 5-16 20:00: 329 less 15% (49.35) is 279.65, below 299; two are 559.30, less 30
    assert [(row.pieces, row.pay) for row in on][:2] == [(1, 27_965), (2, 52_930)]
    assert on[0].offers == ("promotions.tmall_instant", "promotions.gift")
    # fee 5% of 279.65 is 13.98; cost 72, gift 6, parcel 4
    assert on[0].margin == 27_965 - 1_398 - 7_200 - 600 - 400
    before = price_table_of(loaded("sale_618_2025.yaml+tiers_before")).rows
    assert next(
        row.pay for row in before if row.sku == "skus.serum" and row.platform == "tmall" and row.start == 260
    ) == (27_965 - 3_000)


def test_ad_money_is_five_fold_in_the_burst() -> None:
    days = calendar("bigsale_1111.yaml")
    spend = paid_lines("bigsale_1111.yaml")["feed_ads"].by_day(days)
    assert (int(spend[0]), int(spend[24])) == (10_000_00, 50_000_00)


@pytest.mark.parametrize(
    ("reference", "sessions"),
    [("bigsale_1111.yaml", 3), ("bigsale_1111.yaml+nightly_live", 7), ("membership_live.yaml", 3)],
)
def test_the_room_opens_so_often_a_week(reference: str, sessions: int) -> None:
    room = scenario(reference).live["main"]
    assert isinstance(room, LiveRoom)
    assert room.every is not None
    days = calendar(reference)
    weeks = [occurrences(room.every, days, first * 24, (first + 7) * 24) for first in range(0, 28, 7)]
    assert [len(week) for week in weeks] == [sessions] * 4


def test_paid_entries_are_bought_only_when_the_room_is_open() -> None:
    days = calendar("bigsale_1111.yaml")
    room, entries = scenario("bigsale_1111.yaml").live["main"], paid_lines("bigsale_1111.yaml")["live_ads"]
    assert isinstance(room, LiveRoom)
    assert room.every is not None
    open_ = {int(hour) // 24 for hour in occurrences(room.every, days, 0, days.end_hour)}
    assert {day for day, fen in enumerate(entries.by_day(days)) if fen} == open_


def test_a_deep_coupon_changes_the_face_alone_and_doubles_it() -> None:
    base, deep = loaded("bigsale_1111.yaml").composed, loaded("bigsale_1111.yaml+deep_coupon").composed
    change = differences(base, deep)
    assert [(c.path, c.before, c.after) for c in change] == [("promotions.coupon.face", "20", "40")]


def test_the_presale_is_all_that_its_variants_add() -> None:
    """One block each, so that with and without are a pair; Tmall alone takes deposits."""
    pairs = (("bigsale_1111.yaml", "presale", "presale"), ("sale_618_2025.yaml", "tmall_presale", "serum_presale"))
    for name, variant, block in pairs:
        base, ahead = loaded(name).composed, loaded(f"{name}+{variant}").composed
        assert [change.path for change in differences(base, ahead)] == [f"promotions.{block}"]
    rows = price_table_of(loaded("sale_618_2025.yaml+tmall_presale")).rows
    ours = [row for row in rows if "promotions.serum_presale" in row.offers]
    assert {(row.platform, row.sku) for row in ours} == {("tmall", "skus.serum")}
    # 265 with 30 paid now that count for 45: 250 in all; the sample comes by the event, not ahead
    assert {row.piece_price for row in ours if row.pieces == 1} == {250_00}


def test_the_guard_is_all_that_its_variant_switches_off() -> None:
    guarded, open_ = loaded("promo_guarded.yaml").composed, loaded("promo_guarded.yaml+guard_off").composed
    assert [(c.path, c.after) for c in differences(guarded, open_)] == [("shop.abuse_guard", "0%")]


def test_more_creators_are_added_and_nobody_else_is_touched() -> None:
    base, more = loaded("bigsale_1111.yaml").composed, loaded("bigsale_1111.yaml+more_kol").composed
    assert {_kind(change) for change in differences(base, more)} == {("kols", "not there")}


def _kind(change: Change) -> tuple[str, str | None]:
    return change.path.split(".")[0], change.before


def test_creators_are_one_head_three_mid_and_four_small() -> None:
    ranks = [creator.rank for creator in scenario("bigsale_1111.yaml").kols.values()]
    assert sorted(ranks) == ["head", "koc", "koc", "mid", "mid", "mid", "tail", "tail"]


@pytest.mark.parametrize(("variant", "joins"), [("", True), ("+no_venue", False)])
def test_the_shop_may_stay_out_of_the_venue(variant: str, joins: bool) -> None:
    venue = scenario(f"bigsale_1111.yaml{variant}").channels["venue"]
    assert isinstance(venue, Venue)
    assert venue.joins is joins


def test_the_media_plan_has_nine_lines_on_two_platforms_that_sell_and_one_that_seeds() -> None:
    plan = scenario("budget_618.yaml")
    lines = paid_lines("budget_618.yaml")
    assert len(lines) == 9
    assert {name: platform.sells for name, platform in plan.platforms.items()} == {
        "douyin": True, "tmall": True, "xiaohongshu": False,
    }  # fmt: skip
    assert {line.platform for line in lines.values()} == set(plan.platforms)
    assert all(set(line.budget) == set(plan.calendar.phases) for line in lines.values())


def test_what_may_move_is_the_whole_media_plan() -> None:
    assert set(scenario("budget_618.yaml").optimise.channels) == set(paid_lines("budget_618.yaml"))


def test_the_current_plan_keeps_its_own_limits() -> None:
    """An optimiser that starts from it starts inside, and has only to do better."""
    plan, lines = scenario("budget_618.yaml"), paid_lines("budget_618.yaml")
    days = spend_by_day("budget_618.yaml")
    question, total = plan.optimise, sum(days)
    assert 200_0000_00 <= total <= 400_0000_00
    assert question.daily_cap_multiple == 5
    assert max(days) <= 5 * sum(plan.market.baseline.values())
    for name, line in question.channels.items():
        spent = sum(lines[name].budget.values())
        assert (line.min or 0) <= spent <= (total if line.max is None else line.max)
    for phase, limits in question.phases.items():
        assert sum(line.budget[phase] for line in lines.values()) >= (limits.min or 0)
    for group in question.groups.values():
        share = sum(sum(lines[name].budget.values()) for name in group.channels) / total
        assert group.share[0] <= share <= group.share[1]


def question(reference: str) -> Question:
    return question_of(loaded(reference), calendar(reference))


def test_the_wish_list_has_every_kind_of_limit_and_its_current_plan_keeps_those_of_money() -> None:
    asked = question("budget_618.yaml+wish_list")
    levels = dict.fromkeys([figure.name for figure in asked.figures], 1.0)
    levels |= {f"incremental.{line}": 1.0 for line in asked.incremental}
    kinds = {limit.id.split(".")[1] for limit in limits_of(asked, levels)}
    assert kinds == {
        "budget", "channels", "phases", "groups", "rows", "choose", "kols", "live", "kpis", "roi_floor", "margin_floor",
        "daily_cap_multiple", "change_per_day",
    }  # fmt: skip
    assert len(asked.bookings) == 6
    assert keeps(asked.current, limits_of(asked))


def test_three_slots_are_free_of_which_two_may_be_held_and_none_is_yet() -> None:
    asked = question("budget_618.yaml+live_slots")
    assert asked.bookings == {"live.noon": 9_000_00, "live.midnight": 7_500_00, "live.morning": 3_400_00}
    assert not any(asked.current[cell] for cell in asked.cells_of(asked.bookings))
    limits = [limit for limit in limits_of(asked) if limit.id.startswith("optimise.live")]
    assert [(limit.id, limit.value) for limit in limits] == [
        ("optimise.live.at_most", 2), ("optimise.live.exclusive.0", 1),
    ]  # fmt: skip
    for held, kept in ((("noon", "midnight"), True), (("noon", "morning"), True), (("midnight", "morning"), False)):
        assert keeps({Cell(f"live.{room}"): 1 for room in held}, limits) is kept


def test_where_one_boosted_line_may_stay_the_smaller_one_goes() -> None:
    asked = question("budget_618.yaml+one_boost")
    limits = limits_of(asked)
    assert not keeps(asked.current, limits)
    repaired = nearest(asked.current, asked, limits)
    assert keeps(repaired, limits)
    spent = {line: sum(repaired[cell] for cell in asked.cells_of([line])) for line in asked.line_names}
    assert spent["channels.随心推"] == pytest.approx(0)  # 8.5万 against 12万
    assert spent["channels.薯条"] == pytest.approx(12_0000_00)


def test_halfway_the_build_up_is_spent() -> None:
    asked = question("budget_618.yaml+halfway")
    built_up = [cell for cell in asked.current if cell.phase == "蓄水"]
    assert all(asked.range(cell) == Range(asked.current[cell], asked.current[cell]) for cell in built_up)
    assert asked.range(Cell("channels.千川商品", "爆发")).least == 6_0000_00  # a day of six


@pytest.mark.parametrize(("variant", "kinds"), [("", 3), ("+no_draw", 2), ("+quiet_group", 0), ("+nothing", 0)])
def test_variants_switch_group_activities_off_one_by_one(variant: str, kinds: int) -> None:
    promotions = scenario(f"membership_live.yaml{variant}").promotions.values()
    assert sum(isinstance(promotion, Scheduled) for promotion in promotions) == kinds


@pytest.mark.slow
def test_two_posts_a_day_bring_more_over_sixty_days_than_one_or_eight() -> None:
    contribution = {}
    for variant in ("+posts_1", "+posts_2", "+posts_8"):
        world = build(loaded(f"posting_sweep.yaml{variant}"), Seed(1, 0), agents=4000)
        live_until(world, world.setting.calendar.end_hour)
        settle(world)
        contribution[variant] = compute(measure(world).expected)["contribution"]
    assert contribution["+posts_8"] < contribution["+posts_1"] < contribution["+posts_2"]


def test_the_guarantee_of_a_head_creator_under_target_is_kept_to_the_fen() -> None:
    """A32: fees of 200,000 promise an ROI of 2.5 on settled sales of the note and the show."""
    plan = scenario("kol_guarantee.yaml")
    creator, room = plan.creators["kols.head"], plan.live["guest"]
    assert creator.rank == "head"
    assert room.host == "kols.head"
    base = len(creator.posts) * creator.fee + len(room.sessions) * room.slot_fee
    assert base == 200_000_00
    world = build(loaded("kol_guarantee.yaml"), Seed(1, 0), agents=2000)
    live_until(world, world.setting.calendar.end_hour)
    finish(world)
    lines, rows = world.ledger.lines, world.setting.by_path
    mine = (lines["lever"] == rows["kols.head"]) | (lines["room"] == rows["live.guest"])
    days = (lines["slot"] >= (24 + 19) * 12) & (lines["slot"] < (48 + 20 + 240) * 12)
    sales = int(lines["paid"][mine & days & (lines["refund"] == 0)].sum())
    assert 0 < sales < 2.5 * base
    assert world.ledger.spent(Account.GUARANTEE) == pytest.approx(-base * (1 - sales / (2.5 * base)), abs=1)
