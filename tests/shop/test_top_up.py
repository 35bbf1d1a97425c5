from dacu.shop.bill import Line, Rulebook
from dacu.shop.offers import Claim, Kind, Offer, Present, Step
from dacu.shop.top_up import TopUp, top_up

LIST = (12_900, 1_900, 4_900, 29_900)
ALL = (0, 1, 2, 3)
EVERY = 0xFFFFFFFF


def threshold(*steps: tuple[int, int], **more: object) -> Offer:
    tiers = tuple(Step(*step) for step in steps)
    return Offer(path="promotions.full", kind=Kind.THRESHOLD, skus=ALL, windows=(), steps=tiers, **more)  # type: ignore[arg-type]


def nearest(rules: list[Offer], *basket: tuple[int, int], **more: object) -> TopUp | None:
    return top_up(Rulebook(rules, LIST), tuple(Line(*line) for line in basket), EVERY, **more)  # type: ignore[arg-type]


def test_the_gap_to_the_next_tier_and_the_cheapest_sku_that_fills_it() -> None:
    # 129.00 in the basket: 41.00 missing to 170; the SKU of 19.00 does not close it, the one of 49.00 does
    assert nearest([threshold((17_000, 2_000))], (0, 1)) == TopUp(4_100, 17_000, 2_000, 2)


def test_above_a_tier_only_the_further_saving_counts() -> None:
    assert nearest([threshold((10_000, 1_000), (14_000, 1_800))], (0, 1)) == TopUp(1_100, 14_000, 800, 1)


def test_a_repeated_threshold_comes_again() -> None:
    assert nearest([threshold((5_000, 500), repeat=True)], (0, 1)) == TopUp(2_100, 15_000, 500, 2)


def test_a_tier_that_gives_no_more_is_no_aim() -> None:
    assert nearest([threshold((10_000, 1_000), (14_000, 1_000))], (0, 1)) is None


def test_a_sku_that_costs_just_the_gap_fills_it() -> None:
    assert nearest([threshold((14_800, 1_000))], (0, 1)) == TopUp(1_900, 14_800, 1_000, 1)


def test_beyond_the_last_tier_there_is_nothing_to_reach() -> None:
    assert nearest([threshold((10_000, 1_000))], (0, 1)) is None


def test_what_is_sold_out_fills_no_gap() -> None:
    assert nearest([threshold((17_000, 2_000))], (0, 1), sold_out={2}) == TopUp(4_100, 17_000, 2_000, 0)


def test_nothing_large_enough_is_no_filler() -> None:
    assert nearest([threshold((99_000, 9_000))], (0, 1)) is None


def test_the_gap_counts_unit_prices_beside_the_rule() -> None:
    cut = Offer(path="promotions.cut", kind=Kind.UNIT_CUT, skus=(0,), windows=(), cut=100)
    assert nearest([cut, threshold((17_000, 2_000))], (0, 1)) == TopUp(5_390, 17_000, 2_000, 0)
    unseen = Offer(path="promotions.cut", kind=Kind.UNIT_CUT, skus=(0,), windows=(), cut=100, asked_before=True)
    assert nearest([unseen, threshold((17_000, 2_000))], (0, 1)) == TopUp(4_100, 17_000, 2_000, 2)
    apart = Offer(
        path="promotions.cut", kind=Kind.UNIT_CUT, skus=(0,), windows=(), cut=100, exclusive_with=("promotions.full",)
    )
    alone = threshold((17_000, 2_000), exclusive_with=("promotions.cut",))
    assert nearest([apart, threshold((17_000, 2_000))], (0, 1)) == TopUp(4_100, 17_000, 2_000, 2)
    assert nearest([cut, alone], (0, 1)) == TopUp(4_100, 17_000, 2_000, 2)


def test_a_gift_is_worth_topping_up_for() -> None:
    gift = Offer(path="promotions.gift", kind=Kind.GIFT, skus=ALL, windows=(), present=Present(17_000, 4_000, 900))
    book, basket = Rulebook([gift], LIST), (Line(0, 1),)
    assert top_up(book, basket, 0b1, gift=0.5) == TopUp(4_100, 17_000, 2_000, 2)
    assert top_up(book, basket, 0b1) is None
    assert top_up(book, (Line(0, 2),), 0b1, gift=0.5) is None


def test_the_nearest_of_several_rules_is_told() -> None:
    coupon = Offer(
        path="promotions.coupon",
        kind=Kind.COUPON,
        skus=ALL,
        windows=(),
        steps=(Step(13_900, 900),),
        claimed_at=Claim.PUSH,
    )
    assert nearest([threshold((17_000, 2_000)), coupon], (0, 1)) == TopUp(1_000, 13_900, 900, 1)


def test_a_rule_on_none_of_the_skus_in_the_basket_is_no_reason_to_top_up() -> None:
    other = Offer(path="promotions.o", kind=Kind.THRESHOLD, skus=(3,), windows=(), steps=(Step(30_000, 900),))
    assert nearest([other], (0, 1)) is None
