"""Promotions as planners write them: the price rule each becomes, and what is refused."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from dacu.clock.activity import Rhythm
from dacu.clock.blocks import CalendarBlock
from dacu.clock.calendar import Calendar, build_calendar
from dacu.errors import InputError
from dacu.levers.coupon import Coupon
from dacu.levers.flash import Flash
from dacu.levers.gift import Gift
from dacu.levers.instant_discount import InstantDiscount
from dacu.levers.member_price import MemberPrice
from dacu.levers.promotion import Promotion
from dacu.levers.threshold import Threshold
from dacu.levers.time_discount import TimeDiscount
from dacu.shop.blocks import ShopBlock, SkuBlock
from dacu.shop.goods import Goods, build_goods
from dacu.shop.offers import EVERY_PLATFORM, UNLIMITED, Claim, Kind, Offer, Present, Step, Window

CALENDAR: dict[str, Any] = {
    "start": "2026-11-02",  # a Monday
    "days": "14",
    "phases": {"warm": {"from": "D1", "to": "D8"}, "burst": {"from": "D8 20:00", "to": "D11"}},
    "events": {"d11": {"announce": "D3", "start": "D10 20:00", "end": "D11 24:00"}},
}


class Stage:
    """As much of the stage as a promotion sees; offers land in `offers`."""

    path = "promotions.sale"

    def __init__(self) -> None:
        self.offers: list[Offer] = []

    @property
    def calendar(self) -> Calendar:
        rhythm = Rhythm(hours=(1.0,) * 24, weekdays=(1.0,) * 7, holiday=1.0)
        return build_calendar(CalendarBlock.model_validate(CALENDAR), rhythm, event_cpm_index=1.0)

    @property
    def goods(self) -> Goods:
        prices = {"serum": "299", "mask": "99"}
        blocks = {name: SkuBlock.model_validate({"list": price, "cost": "1"}) for name, price in prices.items()}
        return build_goods(blocks, ShopBlock.model_validate({}))

    def skus(self, names: Sequence[str] | None) -> tuple[int, ...]:
        return (0, 1) if names is None else tuple(self.goods.row(name) for name in names)

    def platform(self, name: str | None) -> int:
        return {"douyin": 0, "tmall": 1}[name or "douyin"]

    def audience(self, name: str | None) -> int:
        return 0 if name is None else 1 << 8

    def offer(self, offer: Offer) -> int:
        self.offers.append(offer)
        return len(self.offers) - 1


def opened(kind: type[Promotion], **keys: Any) -> Offer:
    """The rule of a promotion whose own checks pass."""
    block = kind.model_validate(keys)
    assert list(block.check()) == []
    stage = Stage()
    block.open(stage)  # type: ignore[arg-type]
    (offer,) = stage.offers
    return offer


def problems(kind: type[Promotion], **keys: Any) -> list[tuple[str, tuple[str, ...]]]:
    return [(problem.code, problem.at) for problem in kind.model_validate(keys).check()]


def refusals(kind: type[Promotion], **keys: Any) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as refused:
        opened(kind, **keys)
    return [(finding.code, finding.path) for finding in refused.value.findings]


def test_a_discount_without_more_words_stands_before_and_after_the_campaign_for_everybody() -> None:
    assert opened(TimeDiscount, cut="85折") == Offer(
        path="promotions.sale", kind=Kind.UNIT_CUT, skus=(0, 1), windows=(Window(-14 * 24, 379 * 24),), cut=150
    )  # fmt: skip


def test_a_discount_says_what_when_where_for_whom_and_who_pays() -> None:
    offer = opened(
        TimeDiscount, price="199", skus=["serum"], start="D3 20:00", end="D4", announce="D2", platform="tmall",
        audience="members", funded_by="40%", exclusive_with=["flash", "秒.杀"],
    )  # fmt: skip
    assert offer == Offer(
        path="promotions.sale",
        kind=Kind.UNIT_PRICE,
        skus=(0,),
        windows=(Window(68, 72, 24),),
        price=19_900,
        platform=1,
        audience=1 << 8,
        funded=400,
        exclusive_with=("promotions.flash", 'promotions."秒.杀"'),
    )


def test_phases_and_events_are_times_and_an_event_brings_its_announcement() -> None:
    assert opened(TimeDiscount, cut="10%", phases=["burst", "warm"]).windows == (Window(0, 168), Window(188, 240))
    assert opened(TimeDiscount, cut="10%", events=["d11"]).windows == (Window(236, 264, 48),)


def test_a_threshold_is_the_shops_or_the_platforms() -> None:
    shop = opened(Threshold, tiers={"t2": "满500减90", "t1": {"over": "300", "minus": "50"}})
    assert (shop.kind, shop.steps, shop.repeat) == (Kind.THRESHOLD, (Step(30_000, 5_000), Step(50_000, 9_000)), False)
    cross = opened(Threshold, level="platform", tiers={"t": "满300减50"}, repeat="yes", funded_by="0.5")
    assert (cross.kind, cross.repeat, cross.funded, cross.platform) == (
        Kind.PLATFORM_THRESHOLD, True, 500, EVERY_PLATFORM,
    )  # fmt: skip


def test_a_coupon_is_claimed_while_it_runs_and_valid_after() -> None:
    offer = opened(Coupon, face="20", over="199", quantity="1w", start="D1", end="D3", valid="3d", where="room")
    assert (offer.kind, offer.steps, offer.windows) == (Kind.COUPON, (Step(19_900, 2_000),), (Window(0, 48),))
    assert (offer.quantity, offer.per_user, offer.claimed_at, offer.valid_h) == (10_000, 1, Claim.ROOM, 72)
    assert offer.needs_claim
    assert not offer.public


def test_a_flash_sale_opens_at_its_start_or_at_every_time() -> None:
    once = opened(Flash, price="99", skus=["serum"], start="D3 20:00", minutes="15", quantity="100")
    assert (once.windows, once.quantity, once.per_user, once.visible_counter) == (
        (Window(68, 68.25),), 100, 1, True,
    )  # fmt: skip
    weekly = opened(Flash, cut="50%", every="周二 周四 20:00", phases=["warm"])
    assert weekly.windows == (Window(44, 45), Window(92, 93))
    assert (weekly.quantity, weekly.visible_counter) == (UNLIMITED, False)


def test_a_member_price_is_for_an_audience() -> None:
    assert opened(MemberPrice, cut="5%", audience="members").audience == 1 << 8
    with pytest.raises(ValueError, match="audience"):
        MemberPrice.model_validate({"cut": "5%"})


def test_an_instant_discount_is_a_cut_that_tiers_see_or_not() -> None:
    offer = opened(InstantDiscount, cut="15%", events=["d11"], funded_by="30%", exclusive_with=["flash"])
    assert (offer.kind, offer.cut, offer.funded, offer.asked_before) == (Kind.UNIT_CUT, 150, 300, False)
    assert (offer.windows, offer.exclusive_with) == ((Window(236, 264, 48),), ("promotions.flash",))
    assert opened(InstantDiscount, cut="85折", tiers_ask="before").asked_before
    assert problems(InstantDiscount, cut="12.55%") == [("finer_than_permille", ("cut",))]
    with pytest.raises(ValueError, match="cut"):
        InstantDiscount.model_validate({})


def test_a_gift_has_a_minimum_a_worth_and_a_cost_of_which_the_platform_may_bear_a_part() -> None:
    assert opened(Gift, over="199", value="59", cost="12.5").present == Present(19_900, 5_900, 1_250)
    assert opened(Gift, value="59", cost="12.5", funded_by="50%").present == Present(0, 5_900, 625)


def test_neutral_settings_take_nothing_off() -> None:
    assert opened(TimeDiscount, cut="0").unit_off(29_900) == 0
    assert opened(Coupon, face="0").order_off(29_900) == 0
    assert opened(Threshold, tiers={"t": {"over": "300", "minus": "0"}}).order_off(90_000) == 0


@pytest.mark.parametrize("cut", ["100%", "1.2", "-5%"])
def test_a_cut_of_the_whole_price_or_a_rise_is_refused(cut: str) -> None:
    with pytest.raises(ValueError, match=r"not_below|below_minimum"):
        TimeDiscount.model_validate({"cut": cut})


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ({}, ("cut_or_price", ())),
        ({"cut": "10%", "price": "9"}, ("cut_or_price", ("price",))),
        ({"cut": "12.55%"}, ("finer_than_permille", ("cut",))),
        ({"cut": "10%", "funded_by": "33.33%"}, ("finer_than_permille", ("funded_by",))),
        ({"cut": "10%", "phases": ["warm"], "start": "D1"}, ("time_said_twice", ("phases",))),
        ({"cut": "10%", "phases": ["warm"], "events": ["d11"]}, ("time_said_twice", ("phases",))),
    ],
)
def test_a_discount_that_contradicts_itself_is_found(
    keys: Mapping[str, Any], found: tuple[str, tuple[str, ...]]
) -> None:
    assert problems(TimeDiscount, **keys) == [found]


@pytest.mark.parametrize(
    ("tiers", "more", "found"),
    [
        ({}, {}, ("no_tier", ("tiers",))),
        ({"a": "满300减30", "b": "满400减50"}, {"repeat": "yes"}, ("one_tier", ("tiers",))),
        ({"a": "满300减300"}, {}, ("tier_takes_all", ("tiers", "a", "minus"))),
        ({"a": "满300减50", "b": "满500减40"}, {}, ("tiers_do_not_rise", ("tiers", "b"))),
        ({"a": "满300减40", "b": "满300减50"}, {}, ("tiers_do_not_rise", ("tiers", "b"))),
    ],
)
def test_tiers_that_make_no_sense_are_found(
    tiers: Mapping[str, str], more: Mapping[str, str], found: tuple[str, tuple[str, ...]]
) -> None:
    assert problems(Threshold, tiers=tiers, **more) == [found]


def test_a_rhythm_without_a_time_of_day_is_found() -> None:
    assert problems(Flash, cut="50%", every="周二") == [("repeat_without_time", ("every",))]


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ({"start": "D4", "end": "2026-11-04"}, ("promotion_ends_before_start", "promotions.sale.end")),
        ({"start": "D4", "announce": "D4 00:01"}, ("promotion_announced_late", "promotions.sale.announce")),
        ({"phases": ["brust"]}, ("no_such_phase_or_event", "promotions.sale.phases")),
        ({"events": ["618"]}, ("no_such_phase_or_event", "promotions.sale.events")),
    ],
)
def test_times_that_cannot_be_are_refused(keys: Mapping[str, Any], found: tuple[str, str]) -> None:
    assert refusals(TimeDiscount, cut="10%", **keys) == [found]


def test_a_misspelt_phase_gets_a_hint() -> None:
    with pytest.raises(InputError) as refused:
        opened(TimeDiscount, cut="10%", phases=["brust"])
    assert refused.value.findings[0].hint == "burst"


def test_a_promotion_that_gives_a_sku_away_is_refused() -> None:
    assert refusals(Coupon, face="99") == [("price_below_a_fen", "promotions.sale")]
    assert opened(Coupon, face="98.99").steps == (Step(0, 9_899),)
