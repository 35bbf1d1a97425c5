"""`dacu prices` of baskets on the shipped scenarios: each row is the bill, and no allowed set of rules is cheaper."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import chain, combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dacu.ledger import round_fen
from dacu.people.population import Seed
from dacu.scenario.load import Loaded, load
from dacu.shop.bill import Line, Rulebook
from dacu.shop.offers import Claim, Kind, Offer, Stack, present_of
from dacu.shop.prices import FinalPrice
from dacu.sim.opening import FIRST_AUDIENCE_BIT
from dacu.sim.stage import build
from dacu.sim.world import World
from dacu_cli.price_verb import price_table_of

FOLDER = Path(__file__).parents[2] / "scenarios"
PLANS = (
    "bigsale_1111.yaml", "bigsale_1111.yaml+presale", "sale_618_2025.yaml", "sale_618_2025.yaml+tiers_before",
    "sale_618_2025.yaml+tmall_presale", "promo_guarded.yaml+members", "membership_live.yaml+levels",
)  # fmt: skip


@cache
def opened(plan: str) -> tuple[Loaded, World]:
    loaded = load(str(FOLDER / plan))
    return loaded, build(loaded, Seed(1, 0), agents=1)


def audience_bit(plan: str, name: str) -> int:
    loaded, world = opened(plan)
    named = {name: 1 << (FIRST_AUDIENCE_BIT + place) for place, name in enumerate(loaded.scenario.people.audiences)}
    levels = {f"members.{name}": bit for name, bit in world.setting.level_bits.items()}
    return ({"": 0} | named | levels)[name]


def open_to(plan: str, audience: str, platform: str, hour: float, holds: Sequence[str]) -> list[Offer]:
    """Rules that someone may use, read off the rules themselves."""
    _, world = opened(plan)
    row, bit = world.setting.platforms.row(platform), audience_bit(plan, audience)
    return [
        rule
        for rule in world.setting.rulebook.rules
        if rule.platform in (-1, row)
        and rule.audience in (0, bit)
        and (rule.path in holds or not rule.needs_claim)
        and any(w.start <= hour < w.end + (rule.valid_h if rule.needs_claim else 0) for w in rule.windows)
    ]


def baskets_of(plan: str) -> st.SearchStrategy[list[tuple[Line, ...]]]:
    """One to three baskets of 1–4 SKUs, 1–5 pieces of each."""
    skus = len(opened(plan)[1].goods)
    pieces = st.dictionaries(st.integers(0, skus - 1), st.integers(1, 5), min_size=1, max_size=4)
    basket = pieces.map(lambda found: tuple(Line(sku, found[sku]) for sku in sorted(found)))
    return st.lists(basket, min_size=1, max_size=3, unique=True)


def rows_at(plan: str, baskets: list[tuple[Line, ...]], hour: float) -> list[FinalPrice]:
    return [row for row in price_table_of(opened(plan)[0], baskets).rows if row.start <= hour < row.end]


def basket_of(plan: str, row: FinalPrice) -> tuple[Line, ...]:
    names = opened(plan)[1].goods.names
    return tuple(Line(names.index(line.sku.removeprefix("skus.")), line.pieces) for line in row.lines)


@pytest.mark.parametrize("plan", PLANS)
@settings(max_examples=12)
@given(data=st.data())
def test_a_row_is_the_bill_and_no_allowed_set_of_rules_is_cheaper(plan: str, data: st.DataObject) -> None:
    loaded, world = opened(plan)
    hour = data.draw(st.integers(0, 24 * 4 * loaded.scenario.calendar.days - 1)) / 4
    baskets = data.draw(baskets_of(plan))
    rules, prices = world.setting.rulebook.rules, world.setting.rulebook.list_prices
    rows = rows_at(plan, baskets, hour)
    assert {basket_of(plan, row) for row in rows} == set(baskets)
    for row in rows:
        usable = open_to(plan, row.buyer.audience, row.platform, hour, row.buyer.holds)
        bill = Rulebook(rules, prices).bill(basket_of(plan, row), sum(1 << rules.index(rule) for rule in usable))
        assert (row.list_value, row.shop_off, row.platform_off, row.pay) == (
            bill.list_value, bill.shop_off, bill.platform_off, bill.pay,
        )  # fmt: skip
        assert [line[1:6] for line in row.lines] == [line[1:] for line in bill.lines]
        assert row.offers == tuple(rule.path for bit, rule in enumerate(rules) if bill.offers >> bit & 1)
        assert sum(fen * count for line in row.lines for fen, count in line.piece_prices) == row.pay
        assert all(sum(count for _, count in line.piece_prices) == line.pieces for line in row.lines)
        ways = [by_hand(chosen, prices, basket_of(plan, row)) for chosen in allowed_sets(usable)]
        assert row.pay == min(sum(pay.values()) for pay in ways)
        told = [line.pay for line in row.lines]
        assert told in [list(pay.values()) for pay in ways], "the split is that of a set of rules"
        front = world.setting.platforms.row(row.platform)
        goods = sum(qty * int(world.goods.cost[sku]) for sku, qty in basket_of(plan, row))
        fee = int(round_fen(row.pay * float(world.setting.platforms.fee[front])))
        parcel = loaded.scenario.shop.fulfilment + loaded.scenario.operations.carrying.freight
        insurance = loaded.scenario.operations.returns.insurance
        parcel += insurance.premium if insurance.on else 0
        gift = present_of(rules, bill.offers).cost
        assert row.margin == row.pay + row.platform_off - fee - goods - gift - parcel


@pytest.mark.parametrize("plan", PLANS)
@settings(max_examples=12)
@given(data=st.data())
def test_whoever_holds_many_coupons_pays_the_lowest_row_of_those_they_hold(plan: str, data: st.DataObject) -> None:
    """Anyone's price is in the table: of a room's own prices a viewer holds one, of coupons any."""
    loaded, world = opened(plan)
    hour = data.draw(st.integers(0, 24 * 4 * loaded.scenario.calendar.days - 1)) / 4
    (basket, *_) = data.draw(baskets_of(plan))
    rules, prices = world.setting.rulebook.rules, world.setting.rulebook.list_prices
    coupons = [rule.path for rule in rules if rule.needs_claim and rule.claimed_at is not Claim.ROOM]
    rooms = [rule.path for rule in rules if rule.claimed_at is Claim.ROOM]
    held = data.draw(st.sets(st.sampled_from(coupons))) if coupons else set()
    held |= data.draw(st.sets(st.sampled_from(rooms), max_size=1)) if rooms else set()
    rows = rows_at(plan, [basket], hour)
    for audience, platform in {(row.buyer.audience, row.platform) for row in rows}:
        usable = open_to(plan, audience, platform, hour, sorted(held))
        bill = Rulebook(rules, prices).bill(basket, sum(1 << rules.index(rule) for rule in usable))
        theirs = [row.pay for row in rows if (row.buyer.audience, row.platform) == (audience, platform)
                  and held >= set(row.buyer.holds)]  # fmt: skip
        assert bill.pay == min(theirs)


def allowed_sets(usable: list[Offer]) -> Iterator[tuple[Offer, ...]]:
    """Every set of rules with at most one threshold, platform threshold and coupon, and none that another excludes."""
    for chosen in chain.from_iterable(combinations(usable, size) for size in range(len(usable) + 1)):
        stacks = [rule.kind.stack for rule in chosen if rule.kind.stack not in (Stack.UNIT, Stack.GIFT)]
        paths = {rule.path for rule in chosen}
        if len(set(stacks)) == len(stacks) and not any(paths & set(rule.exclusive_with) for rule in chosen):
            yield chosen


def by_hand(chosen: tuple[Offer, ...], prices: Sequence[int], basket: tuple[Line, ...]) -> dict[int, int]:
    """Fen of each SKU with every rule of the set applied, written without regard for speed."""
    pay, asked = {}, {}
    for sku, qty in basket:
        unit = [rule for rule in chosen if rule.kind.stack is Stack.UNIT and sku in rule.skus]
        offs = [(piece_off(rule, prices[sku]) * min(qty, rule.per_user or qty), rule.asked_before) for rule in unit]
        off, before = max(offs, key=lambda one: one[0], default=(0, False))
        pay[sku] = qty * prices[sku] - off
        asked[sku] = qty * prices[sku] if before else pay[sku]
    for rule in sorted(chosen, key=lambda rule: rule.kind.stack):
        if rule.steps:
            scope = [sku for sku in pay if sku in rule.skus]
            value = sum(asked[sku] for sku in scope)
            reached = [step.off for step in rule.steps if value >= step.over]
            off = rule.steps[0].off * (value // rule.steps[0].over) if rule.repeat else max(reached, default=0)
            take(pay, scope, min(off, sum(pay[sku] for sku in scope), sum(pay.values()) - 1))
    return pay


def piece_off(rule: Offer, price: int) -> int:
    """Fen off one piece: a share or down to a price, and what a deposit counts for beyond itself."""
    cut = rule.kind is Kind.UNIT_CUT
    off = round(Fraction(price * rule.cut, 1000)) if cut else max(0, price - rule.price)
    if rule.deposit is None:
        return off
    deposit = rule.deposit.piece or round(Fraction((price - off) * rule.deposit.share, 1000))
    return off + round(Fraction(deposit * (rule.deposit.counts - 1000), 1000))


def take(pay: dict[int, int], scope: list[int], off: int) -> None:
    """Pro rata to what each SKU still costs; the fen lacking go to the largest rests, of equal ones the first."""
    total = sum(pay[sku] for sku in scope)
    if not off:
        return
    exact = {sku: Fraction(off * pay[sku], total) for sku in scope}
    parts = {sku: int(share) for sku, share in exact.items()}
    for sku in sorted(scope, key=lambda sku: parts[sku] - exact[sku])[: off - sum(parts.values())]:
        parts[sku] += 1
    for sku in scope:
        pay[sku] -= parts[sku]
