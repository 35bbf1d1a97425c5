"""The price engine against arithmetic by hand, and against a brute force that tries every set of rules."""

from fractions import Fraction
from itertools import chain, combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from dacu.shop.bill import Bill, BilledLine, Line, Rulebook
from dacu.shop.offers import Claim, Kind, Offer, Present, Stack, Step, present_of

LIST = (12_900, 19_900, 29_900)
ALL = (0, 1, 2)
EVERY = 0xFFFFFFFF


def cut(name: str, permille: int, skus: tuple[int, ...] = ALL, **more: object) -> Offer:
    return Offer(path=f"promotions.{name}", kind=Kind.UNIT_CUT, skus=skus, windows=(), cut=permille, **more)  # type: ignore[arg-type]


def price(name: str, fen: int, skus: tuple[int, ...] = ALL, **more: object) -> Offer:
    return Offer(path=f"promotions.{name}", kind=Kind.UNIT_PRICE, skus=skus, windows=(), price=fen, **more)  # type: ignore[arg-type]


def order(name: str, kind: Kind, *steps: tuple[int, int], skus: tuple[int, ...] = ALL, **more: object) -> Offer:
    tiers = tuple(Step(*step) for step in steps)
    return Offer(path=f"promotions.{name}", kind=kind, skus=skus, windows=(), steps=tiers, **more)  # type: ignore[arg-type]


def gift(name: str, over: int, value: int, cost: int = 0, skus: tuple[int, ...] = ALL, **more: object) -> Offer:
    present = Present(over, value, cost)
    return Offer(path=f"promotions.{name}", kind=Kind.GIFT, skus=skus, windows=(), present=present, **more)  # type: ignore[arg-type]


def coupon(name: str, over: int, off: int, skus: tuple[int, ...] = ALL, **more: object) -> Offer:
    return order(name, Kind.COUPON, (over, off), skus=skus, claimed_at=Claim.VISIT, **more)


def bill(rules: list[Offer], *basket: tuple[int, int], eligible: int = EVERY) -> Bill:
    return Rulebook(rules, LIST).bill(tuple(Line(*line) for line in basket), eligible)


def used(rules: list[Offer], made: Bill) -> set[str]:
    return {rule.path.removeprefix("promotions.") for bit, rule in enumerate(rules) if made.offers >> bit & 1}


def test_without_rules_a_basket_costs_its_list_value() -> None:
    made = bill([], (0, 2), (2, 1))
    assert (made.list_value, made.pay, made.offers) == (55_700, 55_700, 0)
    assert made.lines == (BilledLine(0, 2, 25_800, 0, 0, 25_800), BilledLine(2, 1, 29_900, 0, 0, 29_900))


def test_a_cut_is_rounded_a_piece_not_a_line() -> None:
    # 129.00 × 12.5% = 16.125 → 16.12 (half to even), three pieces 48.36
    assert bill([cut("sale", 125)], (0, 3)).shop_off == 3 * 1_612


def test_the_lowest_unit_price_wins_on_each_sku() -> None:
    rules = [cut("sale", 100), price("flash", 9_900, (0,)), cut("member", 200, (1,))]
    made = bill(rules, (0, 1), (1, 1), (2, 1))
    assert [line.pay for line in made.lines] == [9_900, 15_920, 26_910]
    assert used(rules, made) == {"sale", "flash", "member"}


def test_a_price_above_the_list_price_changes_nothing() -> None:
    assert bill([price("dear", 99_900)], (0, 1)).pay == 12_900


def test_a_limited_price_covers_so_many_pieces_of_an_order() -> None:
    assert bill([price("flash", 9_900, (0,), per_user=1)], (0, 3)).pay == 9_900 + 2 * 12_900


def test_a_threshold_asks_for_the_value_at_unit_prices() -> None:
    rules = [cut("sale", 100), order("full", Kind.THRESHOLD, (30_000, 5_000))]
    # list 328.00, at unit prices 295.20: below 300; skipping the cut would reach it: 278.00
    made = bill(rules, (0, 1), (1, 1))
    assert (made.pay, used(rules, made)) == (27_800, {"full"})
    # 498.00 at 10% off is 448.20, less 50
    assert bill(rules, (1, 1), (2, 1)).pay == 39_820


def test_all_four_classes_stack_and_their_thresholds_do_not_see_each_other() -> None:
    rules = [
        cut("sale", 200),
        order("shop", Kind.THRESHOLD, (20_000, 2_000), (30_000, 5_000)),
        order("cross", Kind.PLATFORM_THRESHOLD, (30_000, 5_000), repeat=True),
        coupon("coupon", 35_000, 3_000),
    ]
    # 129 + 2 × 199 = 527.00; 20% off: 103.20 + 318.40 = 421.60; −50 −50 −30
    made = bill(rules, (0, 1), (1, 2))
    assert (made.list_value, made.pay) == (52_700, 29_160)
    assert made.offers == 0b1111


def test_tiers_ask_after_an_instant_discount_or_before_it() -> None:
    full = order("full", Kind.THRESHOLD, (28_000, 4_000))
    # 299.00 less 15% (44.85) is 254.15: below 280; 299.00 less 40.00 alone would be 259.00
    after = [cut("instant", 150), full]
    assert (bill(after, (2, 1)).pay, used(after, bill(after, (2, 1)))) == (25_415, {"instant"})
    before = [cut("instant", 150, asked_before=True), full]
    assert (bill(before, (2, 1)).pay, used(before, bill(before, (2, 1)))) == (21_415, {"instant", "full"})


def test_tiers_see_the_cut_of_each_line_as_its_own_rule_says() -> None:
    rules = [
        cut("instant", 150, (2,), asked_before=True),
        cut("sale", 100, (0,)),
        order("full", Kind.THRESHOLD, (41_510, 1)),
    ]
    # 299.00 before its discount and 116.10 after its own are 415.10, just enough; paid is 254.15 + 116.10 − 0.01
    assert bill(rules, (0, 1), (2, 1)).pay == 25_415 + 11_610 - 1


def test_the_most_valuable_gift_reached_goes_with_the_order_and_changes_no_price() -> None:
    rules = [
        gift("small", 0, 1_000, 200),
        gift("large", 25_000, 5_000, 900),
        gift("huge", 26_000, 9_000),
        cut("sale", 150),
    ]
    made = bill(rules, (2, 1))  # 254.15
    assert (made.pay, used(rules, made)) == (25_415, {"large", "sale"})
    assert present_of(rules, made.offers) == Present(25_000, 5_000, 900)
    assert used(rules, bill(rules, (0, 1))) == {"small", "sale"}
    assert used(rules, bill(rules, (0, 1), eligible=0b1000)) == {"sale"}


def test_a_gift_asks_for_the_value_of_its_own_goods_and_stays_away_from_what_it_excludes() -> None:
    rules = [gift("g", 20_000, 1_000, skus=(0,), exclusive_with=("promotions.c",)), coupon("c", 0, 100)]
    assert used(rules, bill(rules, (0, 1), (2, 1), eligible=0b01)) == set()
    assert used(rules, bill(rules, (0, 2), eligible=0b01)) == {"g"}
    assert used(rules, bill(rules, (0, 2))) == {"c"}  # money off comes first


def test_one_coupon_an_order() -> None:
    rules = [coupon("small", 0, 1_000), coupon("large", 10_000, 2_500)]
    made = bill(rules, (0, 1))
    assert (made.pay, used(rules, made)) == (10_400, {"large"})


def test_a_rule_outside_the_eligible_bits_does_not_count() -> None:
    rules = [cut("sale", 100), coupon("coupon", 0, 1_000)]
    assert [bill(rules, (0, 1), eligible=bits).pay for bits in (0b00, 0b01, 0b10, 0b11)] == [
        12_900, 11_610, 11_900, 10_610,
    ]  # fmt: skip


def test_rules_that_exclude_each_other_are_not_combined() -> None:
    rules = [price("flash", 9_900, (0,), exclusive_with=("promotions.coupon",)), coupon("coupon", 0, 1_000)]
    made = bill(rules, (0, 1))
    assert (made.pay, used(rules, made)) == (9_900, {"flash"})  # not 89.00
    # where the flash price saves less than the coupon, it is left
    rules = [price("flash", 12_800, (0,), exclusive_with=("promotions.coupon",)), coupon("coupon", 0, 1_000)]
    assert used(rules, bill(rules, (0, 1))) == {"coupon"}


def test_of_equally_good_rules_the_first_path_is_used() -> None:
    rules = [coupon("b", 0, 1_000), coupon("a", 5_000, 1_000), coupon("c", 0, 1_000)]
    assert used(rules, bill(rules, (0, 1))) == {"a"}
    rules = [cut("z", 100), price("y", 11_610, (0,))]
    assert used(rules, bill(rules, (0, 1))) == {"y"}


def test_of_equally_good_sets_the_smaller_is_used() -> None:
    rules = [cut("a", 100), coupon("b", 0, 1_000), coupon("z", 0, 2_290, exclusive_with=("promotions.a",))]
    assert used(rules, bill(rules, (0, 1))) == {"z"}  # 22.90 off either way


def test_an_order_costs_at_least_one_fen_and_says_that_it_was_clipped() -> None:
    rules = [price("flash", 100, (0,)), coupon("coupon", 0, 5_000)]
    made = bill(rules, (0, 1))
    assert (made.pay, made.clipped) == (1, True)
    assert not bill(rules, (1, 1)).clipped


def test_an_order_discount_is_spread_over_three_lines_to_the_fen() -> None:
    # 50.00 by 129 : 398 : 299 is 7.808…, 24.092…, 18.099…; the two fen lacking go to the largest rests
    made = bill([order("full", Kind.THRESHOLD, (30_000, 5_000))], (0, 1), (1, 2), (2, 1))
    assert [line.shop_off for line in made.lines] == [781, 2_409, 1_810]


def test_a_scoped_discount_lies_on_its_own_lines_only() -> None:
    made = bill([coupon("coupon", 0, 999, (0, 2))], (0, 1), (1, 1), (2, 1))
    assert [line.shop_off for line in made.lines] == [301, 0, 698]  # 9.99 × 129/428 = 3.011…, 6.978…


def test_the_platform_bears_its_share_once_an_order() -> None:
    made = bill([order("cross", Kind.PLATFORM_THRESHOLD, (30_000, 5_001), funded=500)], (0, 1), (1, 1))
    assert (made.platform_off, made.shop_off) == (2_500, 2_501)  # 25.005 → 25.00, half to even
    assert sum(line.platform_off for line in made.lines) == 2_500


def test_the_platform_bears_its_share_of_what_is_really_taken_off() -> None:
    made = bill([price("flash", 100, (0,)), coupon("coupon", 0, 5_000, funded=500)], (0, 1))
    assert (made.pay, made.platform_off) == (1, 50)  # 0.99 taken, not 50.00; half of it is 0.495


def test_the_same_sku_on_two_lines_is_one_line() -> None:
    assert bill([cut("sale", 100)], (1, 1), (0, 1), (1, 2)) == bill([cut("sale", 100)], (0, 1), (1, 3))


# --- properties -------------------------------------------------------------------------------------------------------

NAMES = "abcdef"
SCOPES = st.sampled_from([(0,), (1,), (0, 1), (1, 2), ALL])
OTHERS = st.sets(st.sampled_from(NAMES), max_size=2).map(sorted)
FUNDED = st.sampled_from([0, 333, 500, 1000])
PRICES = st.tuples(*[st.integers(1, 3_000)] * 3)
BASKETS = st.lists(st.builds(Line, st.sampled_from(ALL), st.integers(1, 4)), min_size=1, max_size=3).map(tuple)


@st.composite
def rule_sets(draw: st.DrawFn) -> list[Offer]:
    rules = []
    for name in NAMES[: draw(st.integers(0, 6))]:
        kind = draw(st.sampled_from(list(Kind)))
        more = {
            "skus": draw(SCOPES),
            "funded": draw(FUNDED),
            "exclusive_with": tuple(f"promotions.{c}" for c in draw(OTHERS) if c != name),
        }  # fmt: skip
        if kind is Kind.UNIT_CUT:
            own = {"per_user": draw(st.integers(0, 2)), "asked_before": draw(st.booleans())}
            rules.append(cut(name, draw(st.integers(0, 999)), **own, **more))
        elif kind is Kind.UNIT_PRICE:
            rules.append(price(name, draw(st.integers(1, 3_000)), **more))
        elif kind is Kind.GIFT:
            rules.append(gift(name, draw(st.integers(0, 5_000)), draw(st.integers(0, 900)), **more))
        else:
            over = draw(st.integers(1, 5_000))
            repeat = kind is Kind.PLATFORM_THRESHOLD
            rules.append(order(name, kind, (over, draw(st.integers(0, over))), repeat=repeat, **more))
    return rules


@settings(deadline=None)
@given(rule_sets(), PRICES, BASKETS)
def test_each_line_and_the_total_add_up(rules: list[Offer], prices: tuple[int, ...], basket: tuple[Line, ...]) -> None:
    made = Rulebook(rules, prices).bill(basket, EVERY)
    assert made.list_value == made.shop_off + made.platform_off + made.pay == sum(prices[s] * q for s, q in basket)
    for column in ("list_value", "shop_off", "platform_off", "pay"):
        assert getattr(made, column) == sum(getattr(line, column) for line in made.lines)
    for line in made.lines:
        assert line.list_value == line.shop_off + line.platform_off + line.pay
        assert min(line.shop_off, line.platform_off, line.pay) >= 0
    assert made.pay >= 1


@settings(deadline=None)
@given(rule_sets(), PRICES, BASKETS, st.randoms())
def test_the_order_of_lines_and_rules_does_not_matter(
    rules: list[Offer], prices: tuple[int, ...], basket: tuple[Line, ...], chance: Random
) -> None:
    one = Rulebook(rules, prices).bill(basket, EVERY)
    mixed_rules, mixed_basket = list(rules), list(basket)
    chance.shuffle(mixed_rules)
    chance.shuffle(mixed_basket)
    other = Rulebook(mixed_rules, prices).bill(tuple(mixed_basket), EVERY)
    assert one.lines == other.lines
    assert used(rules, one) == used(mixed_rules, other)


@settings(deadline=None)
@given(rule_sets(), PRICES, BASKETS, st.integers(0, 63), st.integers(0, 63))
def test_another_rule_never_raises_the_price(
    rules: list[Offer], prices: tuple[int, ...], basket: tuple[Line, ...], some: int, more: int
) -> None:
    book = Rulebook(rules, prices)
    assert book.bill(basket, some | more).pay <= book.bill(basket, some).pay


@settings(deadline=None)
@given(rule_sets(), PRICES, BASKETS)
def test_no_allowed_set_is_cheaper(rules: list[Offer], prices: tuple[int, ...], basket: tuple[Line, ...]) -> None:
    sets = chain.from_iterable(combinations(rules, size) for size in range(len(rules) + 1))
    cheapest = min(pay_by_hand(chosen, prices, basket) for chosen in sets if allowed(chosen))
    assert Rulebook(rules, prices).bill(basket, EVERY).pay == cheapest


@settings(deadline=None)
@given(rule_sets(), PRICES, BASKETS)
def test_the_rules_named_are_allowed_and_make_the_price(
    rules: list[Offer], prices: tuple[int, ...], basket: tuple[Line, ...]
) -> None:
    made = Rulebook(rules, prices).bill(basket, EVERY)
    chosen = tuple(rule for bit, rule in enumerate(rules) if made.offers >> bit & 1)
    assert allowed(chosen)
    assert pay_by_hand(chosen, prices, basket) == made.pay


def allowed(chosen: tuple[Offer, ...]) -> bool:
    stacks = [rule.kind.stack for rule in chosen if rule.kind.stack is not Stack.UNIT]
    paths = {rule.path for rule in chosen}
    return len(set(stacks)) == len(stacks) and not any(paths & set(rule.exclusive_with) for rule in chosen)


def pay_by_hand(chosen: tuple[Offer, ...], prices: tuple[int, ...], basket: tuple[Line, ...]) -> int:
    """Every rule of the set applied, written without regard for speed."""
    pieces = {sku: sum(q for s, q in basket if s == sku) for sku in sorted({line.sku for line in basket})}
    pay = {sku: qty * prices[sku] for sku, qty in pieces.items()}
    subtotal = dict(pay)
    for sku, qty in pieces.items():
        most = 0
        for rule in chosen:
            if sku in rule.skus and rule.kind.stack is Stack.UNIT:
                off = round(Fraction(prices[sku] * rule.cut, 1000)) if rule.cut else 0
                if rule.kind is Kind.UNIT_PRICE:
                    off = max(0, prices[sku] - rule.price)
                off *= min(qty, rule.per_user) if rule.per_user else qty
                if off > most:
                    most, subtotal[sku] = off, qty * prices[sku] - (0 if rule.asked_before else off)
        pay[sku] -= min(most, sum(pay.values()) - 1)
    for rule in sorted(chosen, key=lambda rule: rule.kind):
        if rule.kind.stack is not Stack.UNIT:
            scope = [sku for sku in pay if sku in rule.skus]
            off = rule.order_off(sum(subtotal[sku] for sku in scope))
            off = min(off, sum(pay[sku] for sku in scope), sum(pay.values()) - 1)
            take_pro_rata(pay, scope, off)
    return sum(pay.values())


def take_pro_rata(pay: dict[int, int], scope: list[int], off: int) -> None:
    total = sum(pay[sku] for sku in scope)
    if off == 0:
        return
    exact = {sku: Fraction(off * pay[sku], total) for sku in scope}
    parts = {sku: int(share) for sku, share in exact.items()}
    by_rest = sorted(scope, key=lambda sku: (parts[sku] - exact[sku], sku))
    for sku in by_rest[: off - sum(parts.values())]:
        parts[sku] += 1
    for sku, part in parts.items():
        pay[sku] -= part
