import numpy as np
import pytest

from dacu.errors import InputError
from dacu.shop.offers import Claim, Kind, Offer, Offers, Step, Window


def cut(path: str = "promotions.cut", *windows: Window, **more: object) -> Offer:
    return Offer(path=path, kind=Kind.UNIT_CUT, skus=(0,), windows=windows, cut=150, **more)  # type: ignore[arg-type]


def coupon(path: str = "promotions.coupon", *windows: Window, **more: object) -> Offer:
    steps = (Step(1000, 100),)
    return Offer(path=path, kind=Kind.COUPON, skus=(0,), windows=windows, steps=steps, claimed_at=Claim.VISIT, **more)  # type: ignore[arg-type]


def test_a_quarter_of_an_hour_opens_exactly_three_slots() -> None:
    offers = Offers([cut("promotions.cut", Window(20.0, 20.25))])
    assert [int(offers.slots_open(t)[0]) for t in (19, 20, 21)] == [0, 0b111, 0]


def test_a_window_that_starts_at_a_third_of_an_hour_keeps_its_slot() -> None:
    assert list(Window(20 + 1 / 3, 20.5).slots) == [244, 245]


def test_a_window_over_midnight_before_the_first_day_is_open_in_each_of_its_hours() -> None:
    offers = Offers([cut("promotions.cut", Window(-1.5, 1.0))])
    assert [int(offers.slots_open(t)[0]) for t in (-3, -2, -1, 0, 1)] == [0, 0b111111000000, 0xFFF, 0xFFF, 0]


def test_two_windows_in_one_hour_are_both_open() -> None:
    offers = Offers([cut("promotions.cut", Window(20.0, 20.25), Window(20.5, 20.75))])
    assert int(offers.slots_open(20)[0]) == 0b111000111


def test_closing_counts_the_hours_left_of_the_open_window() -> None:
    offers = Offers([cut("promotions.cut", Window(10.0, 12.5), Window(30.0, 31.0)), cut("promotions.late")])
    assert offers.closes(11).tolist() == [1.5, np.inf]
    assert offers.closes(13).tolist() == [np.inf, np.inf]
    assert offers.closes(30)[0] == 1.0


def test_more_than_32_offers_are_refused() -> None:
    with pytest.raises(InputError) as refused:
        Offers([cut(f"promotions.p{i}") for i in range(33)])
    assert refused.value.findings[0].path == "promotions.p32"


def eligible(offers: Offers, *, slot: int = 0, platform: int = 0, audiences: int = 0, held: int = 0) -> int:
    people = [np.array([value], np.uint32) for value in (audiences, held)]
    places = [np.array([value], np.uint8) for value in (slot, platform)]
    return int(offers.eligible(20, *places, *people)[0])


def test_a_price_counts_in_its_slots_only() -> None:
    offers = Offers([cut("promotions.cut", Window(20.0, 20.25))])
    assert [eligible(offers, slot=slot) for slot in (0, 2, 3, 11)] == [1, 1, 0, 0]


def test_a_price_counts_on_its_platform_only() -> None:
    offers = Offers([cut("promotions.cut", Window(0, 24), platform=1)])
    assert [eligible(offers, platform=platform) for platform in (0, 1)] == [0, 1]


def test_a_price_for_an_audience_is_for_that_audience() -> None:
    offers = Offers([cut("promotions.cut", Window(0, 24), audience=0b100)])
    assert [eligible(offers, audiences=bits) for bits in (0, 0b011, 0b110)] == [0, 0, 1]


def test_a_coupon_counts_for_who_holds_it_even_when_all_are_given_out() -> None:
    offers = Offers([cut("promotions.cut", Window(0, 1)), coupon("promotions.coupon", Window(0, 1), quantity=5)])
    offers.left[1] = 0
    assert [eligible(offers, held=held) for held in (0b00, 0b01, 0b10)] == [0, 0, 0b10]


def test_a_sold_out_price_counts_for_nobody() -> None:
    offers = Offers([cut("promotions.cut", Window(0, 24), quantity=5)])
    assert eligible(offers) == 1
    offers.left[0] = 0
    assert eligible(offers) == 0


def test_each_window_brings_its_pieces_and_coupons_come_once() -> None:
    flash = cut("promotions.flash", Window(20, 21), Window(44, 45), quantity=5)
    offers = Offers([flash, coupon("promotions.coupon", Window(20, 21), Window(44, 45), quantity=7)])
    offers.left[:] = (2, 3)
    offers.refill(43)
    assert offers.left.tolist() == [2, 3]
    offers.refill(44)
    assert offers.left.tolist() == [5, 3]


def test_a_copy_keeps_its_own_count() -> None:
    offers = Offers([cut("promotions.cut", Window(0, 24), quantity=5)])
    twin = offers.copy()
    twin.left[0] -= 1
    assert (offers.left[0], twin.left[0]) == (5, 4)
    assert twin.slots_open(0).tolist() == offers.slots_open(0).tolist()


def test_a_repeated_threshold_counts_as_often_as_it_fits() -> None:
    rule = Offer(path="p", kind=Kind.PLATFORM_THRESHOLD, skus=(0,), windows=(), steps=(Step(300, 50),), repeat=True)
    assert [rule.order_off(value) for value in (299, 300, 599, 600, 950)] == [0, 50, 50, 100, 150]


def test_the_best_tier_reached_counts() -> None:
    rule = Offer(path="p", kind=Kind.THRESHOLD, skus=(0,), windows=(), steps=(Step(200, 20), Step(300, 50)))
    assert [rule.order_off(value) for value in (199, 200, 299, 300, 900)] == [0, 20, 20, 50, 50]
