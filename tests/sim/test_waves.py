"""A sale in waves as people live it: one wave is a sale as any; each wave is waited for, sold and protected."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dacu.errors import InputError
from dacu.shop.prices import alone
from dacu.sim.tally import Measure
from dacu.sim.world import World
from dacu_cli.price_verb import price_table_of

Bits = Callable[[World], dict[str, bytes]]

ADS = """
platforms: {tmall: {}}
channels: {feed_ads: {platform: tmall, daily_budget: 300}, venue: {platform: tmall}}
market: {baseline: {feed_ads: 300}}
"""
SHARED = "announce: D1, price_protection: {until: D9}, venue: {exposures: 2000}"
WHEN = "start: D2 10:00, end: D2 24:00, presale: {start: D1 12:00, pay_within: 6h}"
ONE = f"""{ADS}
calendar: {{days: 3, events: {{sale: {{platform: tmall, cpm_index: 2, {SHARED}, {WHEN}}}}}}}
promotions:
  cut: {{type: time_discount, events: [sale], cut: 20%}}
  ahead: {{type: presale, events: [sale], skus: [cream], cut: 30%, deposit: 20}}
"""
TWO = """
calendar:
  days: 6
  events:
    sale: {announce: D1, price_check: 1d, waves: {开门红: {start: D2, end: D3}, 正日: {start: D5, end: D6}}}
promotions:
  first: {type: time_discount, events: [sale.开门红], cut: 10%}
  main: {type: time_discount, events: [sale.正日], cut: 20%}
"""
BUSY = "people.customers=80%"


def test_a_sale_in_one_wave_is_the_sale_without_waves(shop: Any, bits: Bits) -> None:
    waved = ONE.replace("cpm_index: 2,", "").replace(WHEN, f"waves: {{正日: {{{WHEN}, cpm_index: 2}}}}")
    assert "waves" in waved
    for named in ("sale", "sale.正日"):
        world = shop.world(waved.replace("[sale]", f"[{named}]"), BUSY)
        assert bits(world) == bits(shop.world(ONE, BUSY))
    assert world.reservations["deposit"].any()
    assert world.tally.count[Measure.VIEWS, :, 1].any()


def test_a_dear_day_is_a_wave_of_that_media_price(shop: Any, bits: Bits) -> None:
    """Waves without promotions are nothing but their media price."""
    by_day, by_wave, flat = (
        shop.world(f"calendar: {{events: {{sale: {{announce: D1, {when}}}}}}}\n{ADS}")
        for when in (
            "start: D1, end: D3, cpm_index: 1, cpm_days: {D2: 3}",
            "waves: {a: {start: D1, end: D2, cpm_index: 1}, b: {start: D2, end: D3, cpm_index: 3}}",
            "start: D1, end: D3, cpm_index: 1",
        )
    )
    assert bits(by_day) == bits(by_wave)
    dear, plain = (world.tally.count[Measure.VIEWS, :, 0] for world in (by_day, flat))
    assert (dear[:24] == plain[:24]).all()
    assert plain[24:48].sum() / 3 < dear[24:48].sum() < plain[24:48].sum() / 2  # a rarer win is a cheaper one


def test_each_wave_is_waited_for_at_its_own_price(shop: Any) -> None:
    outlook = shop.world(TWO, until=-24).setting.outlook
    price, days = zip(*((view.price[0], view.days[0]) for view in (outlook.coming(t, 0) for t in range(-24, 144))),
                      strict=True)  # fmt: skip
    hour = dict(zip(range(-24, 144), price, strict=True))
    # 69.00 less 20% is 55.20, the lower of the two, from the announcement until the main wave opens
    assert {t for t, fen in hour.items() if fen == 5_520} == set(range(96))
    assert {t for t, fen in hour.items() if fen != 5_520} == {*range(-24, 0), *range(96, 144)}
    assert days[24 + 0] == 4
    assert days[24 + 72] == 1
    equal = shop.world(TWO.replace("cut: 20%", "cut: 10%"), until=-24).setting.outlook
    # of equal prices the first still to come: D2 before it, D5 from the day it opens on
    assert [equal.coming(t, 0).days[0] for t in (0, 12, 24, 48, 72)] == [1, 0.5, 3, 2, 1]


def test_people_hold_back_between_the_waves(shop: Any) -> None:
    told = shop.world(TWO, BUSY, until=96)
    surprise = shop.world(TWO, BUSY, "promotions.main=null", until=96)
    between = [
        int(world.ledger.lines["qty"][world.ledger.lines["slot"] >= 48 * 12].sum()) for world in (told, surprise)
    ]
    assert 0 < between[0] < 0.9 * between[1]


def test_prices_are_those_of_each_wave(shop: Any) -> None:
    rows = _of_one_piece(shop.loaded(TWO))
    found = {row.day: row.pay for row in rows if row.sku == "skus.mask"}
    # 69.00; less 10% 62.10; less 20% 55.20
    assert found == {1: 6_900, 2: 6_210, 3: 6_900, 4: 6_900, 5: 5_520, 6: 6_900}


def test_the_price_check_is_one_before_the_first_wave(shop: Any) -> None:
    before = "  before: {{type: time_discount, cut: {}, start: {}, end: {}, skus: [mask]}}\n"
    for cut, start, end, told in (
        ("25%", "D1", "D2", ["skus.mask"]),  # 51.75, below both waves
        ("15%", "D1", "D2", []),  # 58.65, not below the main wave
        ("25%", "D3", "D5", []),  # between the waves
    ):
        warnings = shop.world(TWO + before.format(cut, start, end), until=-24).setting.warnings
        assert [finding.args["sku"] for finding in warnings] == told


def test_who_bought_in_a_wave_is_protected_against_the_next(shop: Any) -> None:
    plan = TWO.replace("price_check: 1d", "price_protection: {until: D9}") + "shop: {category: 女装}\n"
    world = shop.world(plan, BUSY, "behaviour.price.claim=1", until=98)
    lines, weight = world.ledger.lines, world.setting.weight
    claimed = lines["price_back"] > 0
    hour = lines["slot"] // 12
    kept = (lines["refund"] == 0) | (lines["returned"] > 96)
    # a piece at 62.10, 125.10 or 242.10 in the first wave, at 55.20, 111.20 or 215.20 in the main one
    difference = np.array([690, 1_390, 2_690])[lines["sku"][claimed]] * lines["qty"][claimed] * weight
    assert (lines["price_back"][claimed] == difference).all()
    assert claimed.any()
    assert (claimed == ((hour >= 24) & (hour < 48) & kept)).all()  # not those of the days between, at the full price


def test_the_venue_has_an_opening_hour_in_each_wave(shop: Any) -> None:
    waves = "{a: {start: D1 10:00, end: D1 14:00}, b: {start: D2 10:00, end: D2 14:00}}"
    sale = f"calendar: {{events: {{sale: {{announce: D1, venue: {{exposures: 2000}}, waves: {waves}}}}}}}\n"
    plan = f"{sale}channels: {{venue: {{}}}}\npromotions: {{cut: {{type: time_discount, cut: 20%}}}}\n"
    views = shop.world(plan, "people.agents=5000", "people.size=5000").tally.count[Measure.VIEWS, :, 0]
    assert set(np.flatnonzero(views)) == {10, 11, 12, 13, 34, 35, 36, 37}
    assert views[10] > 2 * views[11]
    assert views[34] > 2 * views[35]


REFUSED = {
    "[sale.开门红]": {
        "[sale.开门]": ("no_such_wave", "plan.yaml:7", "sale.开门红"),
        "[sale.返场]": ("no_such_wave", "plan.yaml:7", ""),
        "[slae.开门红]": ("no_such_phase_or_event", "", "sale.开门红"),
        "[slae]": ("no_such_phase_or_event", "", "sale"),
    },
    "waves: {开门红": {
        "start: D2, waves: {开门红": ("waves_and_own", "plan.yaml:7", ""),
        "cpm_days: {D8: 2}, waves: {开门红": ("cpm_day_outside", "plan.yaml:7", ""),
        "cpm_days: {D2: 2, 2026-09-08: 3}, waves: {开门红": ("cpm_day_twice", "plan.yaml:7", ""),
        "cpm_days: {D2: 20}, waves: {开门红": ("above_maximum", "", ""),
        "cpm_days: {day2: 2}, waves: {开门红": ("not_a_date", "", ""),
    },
    "正日: {start: D5": {"正日: {start: D2 23:00": ("waves_overlap", "plan.yaml:7", "")},
    "announce: D1,": {"announce: D2 00:01,": ("announced_after_start", "plan.yaml:7", "")},
    "waves: {开门红: {start: D2, end: D3}, 正日: {start: D5, end: D6}}": {
        "start: D2": ("event_without_time", "", ""),
        "start: D2, end: D4": ("no_such_wave", "plan.yaml:7", ""),
    },
    "{type: time_discount, events: [sale.正日], cut: 20%}": {
        "{type: presale, events: [sale], cut: 20%, deposit: 5}": ("event_without_presale", "", ""),
    },
}
CASES = [(old, new, *told) for old, slips in REFUSED.items() for new, told in slips.items()]


@pytest.mark.parametrize(("old", "new", "code", "where", "hint"), CASES)
def test_a_slip_is_told_at_its_line_in_both_languages(
    shop: Any, old: str, new: str, code: str, where: str, hint: str
) -> None:
    assert old in TWO
    with pytest.raises(InputError) as refused:
        shop.world(TWO.replace(old, new, 1), until=-24)
    finding = refused.value.findings[0]
    assert {finding.code for finding in refused.value.findings} == {code}
    assert finding.mark
    assert finding.mark.file == "plan.yaml"
    assert finding.hint == hint
    for lang in ("en", "zh"):
        assert where in finding.sentence(lang)


def test_a_presale_of_several_waves_names_one(shop: Any) -> None:
    plan = TWO.replace("end: D3", "end: D3, presale: {start: D1, pay_within: 2h}")
    plan = plan.replace("end: D6}", "end: D6, presale: {start: D4, pay_within: 2h}}")
    ahead = "  ahead: {type: presale, events: [%s], skus: [mask], cut: 30%%, deposit: 5}\n"
    with pytest.raises(InputError) as refused:
        shop.world(plan + ahead % "sale", until=-24)
    (finding,) = refused.value.findings
    assert finding.code == "presale_in_several_waves"
    assert all("sale.开门红, sale.正日" in finding.sentence(lang) for lang in ("en", "zh"))
    rows = _of_one_piece(shop.loaded(plan + ahead % "sale.正日"))
    # 69.00 less 30% is 48.30, for a deposit on D4
    assert [row.start for row in rows if row.sku == "skus.mask" and row.pay == 4_830] == [72]


def _of_one_piece(loaded):
    return price_table_of(loaded, alone(len(loaded.scenario.skus), 1)).rows
