from dacu.shop.blocks import ShopBlock, SkuBlock
from dacu.shop.checks import falls_below_a_fen, two_prices_at_once, unknown_exclusives
from dacu.shop.goods import build_goods
from dacu.shop.offers import Claim, Kind, Offer, Step, Window

NOON, EVENING = Window(12, 14), Window(20, 24)
GOODS = build_goods(
    {
        name: SkuBlock.model_validate({"list": price, "cost": "1"})
        for name, price in (("mini", "9.9"), ("serum", "299"))
    },
    ShopBlock.model_validate({}),
)


def cut(name: str = "sale", permille: int = 100, *windows: Window, **more: object) -> Offer:
    shared: dict[str, object] = {"skus": (0, 1), "windows": windows or (NOON,)}
    return Offer(path=f"promotions.{name}", kind=Kind.UNIT_CUT, cut=permille, **(shared | more))  # type: ignore[arg-type]


def coupon(over: int, off: int) -> Offer:
    return Offer(
        path="promotions.coupon",
        kind=Kind.COUPON,
        skus=(0, 1),
        windows=(),
        steps=(Step(over, off),),
        claimed_at=Claim.VISIT,
    )


def given_away(rule: Offer) -> list[str]:
    return [finding.args["sku"] for finding in falls_below_a_fen(rule, GOODS)]


def test_a_coupon_without_a_minimum_may_not_eat_a_cheap_sku() -> None:
    assert given_away(coupon(0, 990)) == ["skus.mini"]
    assert given_away(coupon(0, 989)) == []
    assert given_away(coupon(991, 990)) == []


def test_a_cut_that_rounds_to_the_whole_price_gives_the_sku_away() -> None:
    penny = build_goods({"p": SkuBlock.model_validate({"list": "0.01", "cost": "0"})}, ShopBlock.model_validate({}))
    assert [f.code for f in falls_below_a_fen(cut(permille=600, skus=(0,)), penny)] == ["price_below_a_fen"]
    assert given_away(cut(permille=999)) == []


def clashes(*rules: Offer) -> list[tuple[str, str]]:
    return [(finding.path, finding.args["against"]) for finding in two_prices_at_once(rules, GOODS)]


def test_two_cuts_on_one_sku_at_one_time_for_the_same_people_clash() -> None:
    assert clashes(cut("a"), cut("b", 200, Window(13, 15))) == [("promotions.b", "promotions.a")]


def test_prices_apart_in_time_sku_audience_platform_or_quantity_do_not_clash() -> None:
    for other in (
        cut("b", 200, EVENING),
        cut("b", 200, Window(14, 15)),
        cut("b", 200, Window(10, 12)),
        cut("b", 200, audience=2),
        cut("b", 200, quantity=100),
    ):
        assert clashes(cut("a"), other) == []
    assert clashes(cut("a", skus=(0,)), cut("b", skus=(1,))) == []
    assert clashes(cut("a", platform=0), cut("b", platform=1)) == []
    assert clashes(cut("a", platform=0), cut("b")) == [("promotions.b", "promotions.a")]


def test_a_price_that_must_be_claimed_clashes_with_none() -> None:
    assert clashes(cut("sale"), cut("room", claimed_at=Claim.ROOM), cut("other_room", claimed_at=Claim.ROOM)) == []


def test_prices_that_exclude_each_other_do_not_clash() -> None:
    assert clashes(cut("a", exclusive_with=("promotions.b",)), cut("b")) == []


def test_order_rules_never_clash() -> None:
    assert clashes(coupon(0, 1), coupon(0, 2)) == []


def test_excluding_what_is_not_there_is_told() -> None:
    (finding,) = unknown_exclusives([cut("a", exclusive_with=("promotions.flahs", "promotions.b")), cut("b")])
    assert (finding.path, finding.value) == ("promotions.a.exclusive_with", "promotions.flahs")
