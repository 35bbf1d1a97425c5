import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dacu.shop.bill import Line, Rulebook
from dacu.shop.blocks import ShopBlock, SkuBlock
from dacu.shop.goods import Goods, build_goods
from dacu.shop.offers import Claim, Kind, Offer, Present, Step, Window
from dacu.shop.prices import Buyer, Costs, FinalPrice, PriceTable, Storefront, alone, price_table

MEMBERS = 0b1_0000_0000
FRONTS = (Storefront("douyin", 0, 0.05), Storefront("tmall", 1, 0.03))
COSTS = Costs(FRONTS, fulfilment=400, margin_floor=0.2, commission=0.1)


def goods(**keys: str) -> Goods:
    blocks = {
        "serum": SkuBlock.model_validate({"list": "299", "cost": "90", **keys}),
        "mask": SkuBlock.model_validate({"list": "99", "cost": "20"}),
    }
    return build_goods(blocks, ShopBlock.model_validate({}))


def rule(name: str, kind: Kind, *windows: Window, **more: object) -> Offer:
    return Offer(path=f"promotions.{name}", kind=kind, windows=windows, **({"skus": (0, 1)} | more))  # type: ignore[arg-type]


SALE = rule("sale", Kind.UNIT_CUT, Window(24, 48), cut=200)
FLASH = rule("flash", Kind.UNIT_PRICE, Window(44, 44.25), price=19_900, skus=(0,))
MEMBER = rule("member", Kind.UNIT_CUT, Window(0, 72), cut=100, audience=MEMBERS)
COUPON = rule(
    "coupon", Kind.COUPON, Window(0, 12), steps=(Step(20_000, 3_000),), claimed_at=Claim.VISIT, valid_h=24, platform=0
)
CROSS = rule(
    "cross", Kind.PLATFORM_THRESHOLD, Window(24, 48), steps=(Step(30_000, 5_000),), repeat=True, funded=500, platform=1
)


SHOP = rule("shop", Kind.THRESHOLD, Window(30, 60), steps=(Step(28_000, 4_000),))
INSTANT = rule(
    "instant",
    Kind.UNIT_CUT,
    Window(48, 72),
    cut=150,
    asked_before=True,
    funded=1000,
    exclusive_with=("promotions.member",),
)
GIFT = rule("gift", Kind.GIFT, Window(24, 72), present=Present(25_000, 5_000, 900), skus=(0,))


def table(*rules: Offer, days: int = 3, **keys: str) -> PriceTable:
    stock = goods(**keys)
    book = Rulebook(rules, stock.list_price.tolist())
    return price_table(book, stock, {"members": MEMBERS}, COSTS, days, alone(len(stock)))


def row(
    found: PriceTable, at: float, platform: str, audience: str = "", holds: tuple[str, ...] = (), pieces: int = 1
) -> FinalPrice:
    (one,) = [
        row for row in found.rows
        if row.sku == "skus.serum" and row.start <= at < row.end and row.platform == platform
        and row.buyer == Buyer(audience, holds) and row.pieces == pieces
    ]  # fmt: skip
    return one


def test_a_day_is_cut_where_a_rule_begins_or_ends() -> None:
    found = table(FLASH)
    spans = sorted({(row.day, row.start, row.end) for row in found.rows})
    assert spans == [(1, 0, 24), (2, 24, 44), (2, 44, 44.25), (2, 44.25, 48), (3, 48, 72)]


def test_each_buyer_sees_what_is_open_to_them() -> None:
    found = table(SALE, FLASH, MEMBER, COUPON)
    assert [row(found, at, "douyin").pay for at in (0, 24, 44, 48)] == [29_900, 23_920, 19_900, 29_900]
    assert [row(found, at, "douyin", "members").pay for at in (0, 24, 44, 48)] == [26_910, 23_920, 19_900, 26_910]
    held = ("promotions.coupon",)
    assert [row(found, at, "douyin", "members", held).pay for at in (0, 24, 36)] == [23_910, 20_920, 23_920]
    assert row(found, 0, "tmall", "members", held).pay == 26_910


def test_the_coupon_of_an_audience_is_shown_for_that_audience_only() -> None:
    own = rule(
        "own", Kind.COUPON, Window(0, 72), steps=(Step(0, 1_000),), claimed_at=Claim.PUSH, valid_h=1, audience=MEMBERS
    )
    buyers = {row.buyer for row in table(own).rows}
    assert buyers == {Buyer(""), Buyer("members"), Buyer("members", ("promotions.own",))}


def test_a_price_of_a_live_room_is_shown_alone_and_with_a_coupon() -> None:
    room = rule("room", Kind.UNIT_PRICE, Window(8, 10), price=25_000, claimed_at=Claim.ROOM)
    found = table(room, COUPON)
    paths = ("promotions.room", "promotions.coupon")
    assert [row(found, 8, "douyin", holds=held).pay for held in ((), paths[:1], paths)] == [29_900, 25_000, 22_000]


def test_the_margin_is_what_stays_after_fee_goods_and_fulfilment() -> None:
    found = row(table(SALE, CROSS), 30, "tmall", pieces=2)
    # 2 × 239.20 = 478.40 − 50.00, of which the platform bears 25.00; fee 3% of 428.40 = 12.852
    assert (found.list_value, found.pay, found.platform_off, found.shop_off) == (59_800, 42_840, 2_500, 14_460)
    assert found.margin == 42_840 + 2_500 - 1_285 - 2 * 9_000 - 400
    assert found.margin_share == pytest.approx(25_655 / 42_840)
    assert found.piece_price == 21_420
    assert found.offers == ("promotions.sale", "promotions.cross")


def test_a_gift_costs_margin_and_a_creator_takes_a_commission() -> None:
    found = row(table(SHOP, INSTANT, GIFT), 50, "douyin")
    # 299.00 less 15%, paid by the platform (44.85), less 40.00: tiers ask for 299.00; fee 5% of 214.15 = 10.7075
    assert (found.pay, found.platform_off, found.shop_off) == (21_415, 4_485, 4_000)
    assert found.offers == ("promotions.shop", "promotions.instant", "promotions.gift")
    assert found.margin == 21_415 + 4_485 - 1_071 - 9_000 - 900 - 400
    assert found.creator_margin == found.margin - 2_142  # 10% of 214.15 = 21.415, to the even fen 21.42
    assert found.creator_margin_share == pytest.approx(12_387 / 21_415)


def test_the_margin_floor_asks_what_a_creator_leaves() -> None:
    found = table(cost="215")
    # 299 − 215 − 4 − 14.95 = 65.05 is 21.8% of 299; less 29.90 it is 35.15, 11.8%
    assert {f.args["price"] for f in found.warnings if f.code == "margin_below_floor"} >= {"11.8%"}


def test_a_broken_floor_is_told_once_for_each_combination() -> None:
    found = table(SALE, FLASH, COUPON, floor_price="210")
    told = [f for f in found.warnings if f.code == "price_below_floor"]
    assert [f.args["offers"] for f in told] == ["promotions.sale + promotions.coupon", "promotions.flash"]
    assert (told[0].args["price"], told[0].args["limit"], told[0].args["from"]) == ("209.20", "210", "D2 00:00")
    assert "209.20" in told[0].sentence("zh")
    assert not row(found, 30, "tmall").below_floor


def test_selling_below_cost_and_below_the_margin_floor_is_told() -> None:
    found = table(SALE, cost="240")
    codes = {(f.code, f.args["sku"], f.args["offers"]) for f in found.warnings}
    assert ("price_below_cost", "skus.serum", "promotions.sale") in codes
    assert ("margin_below_floor", "skus.serum", "promotions.sale") in codes
    assert ("margin_below_floor", "skus.serum", "list") in codes  # 299 − 240 − 4 − 14.95 is 13% of 299


def basket(*lines: tuple[int, int], rules: tuple[Offer, ...], **keys: str) -> PriceTable:
    """Row 0 is the serum at 299.00, row 1 the mask at 99.00."""
    stock = goods(**keys)
    book = Rulebook(rules, stock.list_price.tolist())
    return price_table(book, stock, {"members": MEMBERS}, COSTS, 3, [tuple(Line(*line) for line in lines)])


def at(found: PriceTable, hour: float, holds: tuple[str, ...] = ()) -> FinalPrice:
    (one,) = [
        row for row in found.rows
        if row.start <= hour < row.end and row.platform == "douyin" and row.buyer == Buyer("", holds)
    ]  # fmt: skip
    return one


def test_what_falls_on_each_piece_of_a_basket_is_exact_to_the_fen() -> None:
    found = at(basket((0, 1), (1, 3), rules=(SHOP,)), 30)
    # 299.00 + 3 × 99.00 = 596.00; 40.00 off: 20.067… on the serum, 19.933… on the masks
    serum, mask = found.lines
    assert (found.list_value, found.pay, found.offers) == (59_600, 55_600, ("promotions.shop",))
    assert (serum.pay, mask.pay) == (29_900 - 2_007, 29_700 - 1_993)
    # 277.07 is 92.356… a mask: two at 92.36, one at 92.35
    assert (serum.piece_prices, mask.piece_prices) == (((27_893, 1),), ((9_236, 2), (9_235, 1)))
    # fee 5% of 556.00; goods 90.00 + 3 × 20.00; parcel 4.00; a creator takes 10%
    assert found.margin == 55_600 - 2_780 - 15_000 - 400
    assert found.creator_margin == found.margin - 5_560
    assert found.basket == "serum×1 + mask×3"


def test_a_basket_is_shown_to_everyone_whom_a_rule_of_one_of_its_goods_concerns() -> None:
    own = rule("own", Kind.COUPON, Window(0, 72), steps=(Step(0, 1_000),), claimed_at=Claim.VISIT, skus=(1,))
    found = basket((0, 1), (1, 1), rules=(own, FLASH))
    assert {row.buyer for row in found.rows} == {Buyer(""), Buyer("", ("promotions.own",))}
    # the coupon lies on the mask alone; the flash price stands on the serum
    assert [line.pay for line in at(found, 44, ("promotions.own",)).lines] == [19_900, 8_900]
    assert {row.buyer for row in basket((0, 1), rules=(own,)).rows} == {Buyer("")}


def test_a_line_below_its_floor_or_cost_is_told_though_the_basket_as_a_whole_is_not() -> None:
    found = basket((0, 1), (1, 1), rules=(SHOP,), floor_price="270", cost="268.96")
    # 40.00 × 299 ÷ 398 = 30.050… off the serum: 268.95
    assert found.rows[0].lines[0].pay == 29_900
    told = {(f.code, f.path, f.args["price"], f.args["limit"], f.args["from"]) for f in found.warnings}
    assert ("basket_price_below_floor", "skus.serum", "268.95", "270", "D2 06:00") in told
    assert ("basket_price_below_cost", "skus.serum", "268.95", "268.96", "D2 06:00") in told
    # 358.00 − 17.90 − 288.96 − 4.00 − 35.80 = 11.34 is 3.2% of 358.00
    margins = [f for f in found.warnings if f.code == "basket_margin_below_floor" and f.args["offers"] != "list"]
    assert [(f.path, f.args["price"]) for f in margins] == [("shop.margin_floor", "3.2%")]
    for finding in found.warnings:
        assert all("serum×1 + mask×1" in finding.sentence(lang) for lang in ("zh", "en"))


EVERY_RULE = (SALE, FLASH, MEMBER, COUPON, CROSS, SHOP, INSTANT, GIFT)


@settings(deadline=None, max_examples=25)
@given(st.sets(st.sampled_from(EVERY_RULE)), st.integers(0, 71))
def test_every_price_is_the_price_engines(chosen: set[Offer], hour: int) -> None:
    rules = sorted(chosen, key=lambda rule: rule.path)
    stock = goods()
    prices = stock.list_price.tolist()
    found = price_table(Rulebook(rules, prices), stock, {"members": MEMBERS}, COSTS, 3, alone(len(stock)))
    for one in [row for row in found.rows if row.start <= hour < row.end]:
        (platform,) = (front.row for front in FRONTS if front.platform == one.platform)
        eligible = sum(
            1 << bit
            for bit, rule in enumerate(rules)
            if rule.runs_on(platform)
            and rule.audience in (0, MEMBERS if one.buyer.audience else 0)
            and (not rule.needs_claim or rule.path in one.buyer.holds)
            and any(w.start <= hour < w.end + rule.valid_h for w in rule.windows)
        )
        basket = (Line(stock.row(one.sku.removeprefix("skus.")), one.pieces),)
        fresh = Rulebook(rules, prices).bill(basket, eligible)
        assert (one.pay, one.shop_off, one.platform_off) == (fresh.pay, fresh.shop_off, fresh.platform_off)
        assert one.offers == tuple(rule.path for bit, rule in enumerate(rules) if fresh.offers >> bit & 1)
