"""Rows on plans, contracts and prices: growth, the optimised budget, target ROI, guarantees, final prices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from math import inf

from bench import SEED, Plan
from figures import Found, Read, Runs, daily, kpi, lines, mean, ratio, yes
from table import row

from dacu.clock.calendar import occurrences
from dacu.language.patch import overlay, setting_patch
from dacu.ledger import round_fen
from dacu.levers.contract import brackets
from dacu.people.population import Seed
from dacu.plan.optimise import Optimised, optimise
from dacu.plan.written import budgets_by_day
from dacu.results import Replication
from dacu.scenario.load import from_tree
from dacu.shop.bill import Line, Rulebook
from dacu.shop.prices import FinalPrice
from dacu.sim.opening import FIRST_AUDIENCE_BIT
from dacu.sim.run import run as simulate
from dacu.sim.stage import build, calendar_of
from dacu.sim.world import World

Results = Mapping[str, Runs]

BUDGET = Plan("budget_618.yaml", agents=20_000)
SEARCH = 280.0  # seconds of search, as by default; half of it leaves no time for a round


@cache
def best() -> Optimised:
    """The budget of 618 as the optimiser would split it; searched for once."""
    return optimise(BUDGET.load(), seed=SEED, agents=BUDGET.agents, workers=2, seconds=SEARCH)


@row("A18", "largest day's spend of the optimised budget ÷ a usual day's", 0, 5)
def _(r: Results) -> Found:
    found = best()
    by_day = sum(budgets_by_day(found.answer.plan, found.calendar).values())
    usual = sum(BUDGET.load().scenario.market.baseline.values())
    prices = {price.limit.id: price for price in found.answer.binding}
    cap = prices.get("optimise.daily_cap_multiple")
    parts = {"gain": found.answer.verified.gain.mean, "rounds": len(found.answer.rounds), "runs": found.answer.runs,
             "price_of_a_usual_day": cap.gain if cap else None}  # fmt: skip
    at_most = round(int(max(by_day)) / usual, 4)  # each line's day is rounded to the fen
    return Found(at_most, parts=parts).provided(cap is not None)


CREATORS = Plan("budget_618.yaml+creators", agents=5_000)
BENCHMARK = 0.01  # predicted conversion of mid-tier creators, as optimise.kols.tiers.mid.min_cvr of the variant


@row("A31", "least conversion of the mid-tier creators picked, as simulated", BENCHMARK, 1)
def _(r: Results) -> Found:
    """Of the plan with its creators, simulated anew; with none picked nothing is violated."""
    loaded = CREATORS.load()
    found = optimise(loaded, seed=SEED, agents=CREATORS.agents, workers=2, seconds=SEARCH)
    tree = loaded.composed.tree
    booked = [cell.line for cell, money in found.answer.plan.items() if not cell.phase and money]
    for number, path in enumerate(booked, 1):
        tree = overlay(tree, setting_patch(f"{path}.active=yes", number))
    run = simulate(from_tree(replace(loaded.composed, tree=tree)), SEED, 0, CREATORS.agents)
    table = run.tables["channels"]
    rows = {path: place for place, path in enumerate(table.keys["channel"])}
    orders, clicks = table.numbers["orders"], table.numbers["clicks"]
    mid = [path for path in booked if loaded.scenario.creators[path].rank == "mid"]
    converted = {path: (orders[rows[path]] or 0) / (clicks[rows[path]] or 1) for path in mid}
    return Found(min(converted.values(), default=1.0), parts={path.split(".")[1]: x for path, x in converted.items()})


@row("A33", "shares of brand and performance inside their bounds", 1, 1)
def _(r: Results) -> Found:
    found, total = best(), sum(best().answer.plan.values())
    prices = {price.limit.id: price.price for price in found.answer.prices}
    inside, parts = True, dict[str, float | None]()
    for name, group in found.question.groups.items():
        share = sum(money for cell, money in found.answer.plan.items() if cell.line in group.lines) / total
        inside &= (group.least or 0) - 1e-6 <= share <= (1 if group.most is None else group.most) + 1e-6
        parts[name] = share
        parts |= {f"{name}_price_{end}": prices.get(f"optimise.groups.{name}.share.{end}") for end in ("min", "max")}
    return yes(inside, **parts)


GROWTH = {name: Plan(f"growth_plan.yaml{variant}", agents=15_000)
          for name, variant in (("plan", ""), ("none", "+unchanged"))}  # fmt: skip
FIRST, SECOND = slice(0, 30), slice(30, 60)  # days


@row("A22", "GMV of days 31–60 ÷ days 1–30 − 1", 0.20, inf, **GROWTH)
def _(r: Results) -> Found:
    def month(days: slice) -> Read:
        return lambda run: sum(daily(run, "gmv_expected")[days])

    def growth(name: str) -> Found:
        found = ratio(r[name], month(SECOND), month(FIRST))
        return Found(*(None if end is None else end - 1 for end in (found.value, found.low, found.high)))

    return growth("plan").beside(unchanged=growth("none"))


@row("A23", "share rank: rivals below the shop", 0.90, 1, **GROWTH)
def _(r: Results) -> Found:
    rank = kpi("share_rank")
    return mean(r["plan"], rank).beside(unchanged=mean(r["none"], rank), gmv=mean(r["plan"], kpi("gmv")))


ROOMS = Plan("membership_live.yaml")


@row("A24", "sessions a week", 3, 3)
def _(r: Results) -> Found:
    loaded = ROOMS.load()
    calendar = calendar_of(loaded)
    weeks = calendar.days // 7
    rooms = [room for room in loaded.scenario.live.values() if room.active and room.every is not None]
    shows = sum(len(list(occurrences(room.every, calendar, 0, weeks * 7 * 24))) for room in rooms)
    return Found(shows / weeks)


PROMISE = Plan("kol_guarantee.yaml", agents=15_000)
PAID_BASIS = Plan("kol_guarantee.yaml+paid_basis", agents=15_000)


def _terms(run: Replication) -> dict[tuple[str, str], tuple[float, float]]:
    """Of each term of a contract: sales that count and what is owed, yuan."""
    table = run.tables["contracts"]
    counted, owed = ([value or 0.0 for value in table.numbers[name]] for name in ("counted", "owed"))
    keys = zip(table.keys["contract"], table.keys["term"], strict=True)
    return dict(zip(keys, zip(counted, owed, strict=True), strict=True))


@row("A32", "largest gap between ledger and contract, fen", 0, 1, promise=PROMISE)
def _(r: Results) -> Found:
    """Fees × (1 − sales ÷ (ROI × fees)) comes back; commission is the rate of each bracket on what lies in it."""
    scenario = PROMISE.load().scenario
    creator, guest = scenario.creators["kols.head"], scenario.live["guest"]
    fees = len(creator.posts) * creator.fee + len(guest.sessions) * guest.slot_fee
    roi = creator.guarantee.roi if creator.guarantee else None

    def gap(run: Replication) -> float:
        terms = _terms(run)
        counted = terms["kols.head", "guarantee"][0] * 100
        due = -fees * (1 - min(1.0, counted / ((roi or 0) * fees)))
        commission = 0
        for path, block in (("kols.head", creator), ("live.guest", guest)):
            kept = sum(sales for (owner, term), (sales, _) in terms.items() if owner == path and term != "guarantee")
            earned = 0.0
            for part in brackets(block.commission):
                top = kept * 100 if part.end is None else min(kept * 100, part.end)
                earned += float(part.rate) * max(0.0, top - part.start)
            commission += int(round_fen(earned))
        booked = dict(zip(run.tables["ledger"].keys["account"], run.tables["ledger"].numbers["yuan"], strict=True))
        gaps = (booked["guarantee"] or 0) * 100 - due, (booked["commission"] or 0) * 100 - commission
        return max(abs(one) for one in gaps)

    worst = max(gap(run) for run in r["promise"])
    back = mean(r["promise"], lambda run: -_terms(run)["kols.head", "guarantee"][1])
    return Found(worst, parts={"fees": fees / 100}).beside(given_back=back)


@row("N10", "make-good on paid basis ÷ on settled basis", 0, 1, settled=PROMISE, paid=PAID_BASIS)
def _(r: Results) -> Found:
    def back(run: Replication) -> float:
        return -_terms(run)["kols.head", "guarantee"][1]

    pairs = zip(r["paid"], r["settled"], strict=True)
    told = ratio(r["paid"], back, lambda run: 1.0).value or 0.0
    settled = ratio(r["settled"], back, lambda run: 1.0).value or 0.0
    always = all(back(paid) <= back(kept) for paid, kept in pairs)
    return Found(told / settled if settled else None, parts={"paid": told, "settled": settled}).provided(always)


TARGETS = {name: Plan(f"plain_shop.yaml+feed_{name}") for name in ("none", "target_low", "target_high")}


@row("N04", "target-ROI line: platform ROI ≥ true ROI, a higher target delivers less", 1, 1, **TARGETS)
def _(r: Results) -> Found:
    feed = ("channels.feed_ads", "feed_ads")

    def told(name: str) -> float:
        return mean(r[name], lambda run: (kpi("gmv")(run) or 0) / (lines("spend", *feed)(run) or 1)).value or 0

    def true(name: str) -> float:
        more = (mean(r[name], kpi("gmv")).value or 0) - (mean(r["none"], kpi("gmv")).value or 0)
        return more / (mean(r[name], lines("spend", *feed)).value or 1)

    spent = {name: mean(r[name], lines("spend", *feed)).value or 0 for name in ("target_low", "target_high")}
    honest = all(told(name) >= true(name) for name in spent)
    parts = {f"{name}_{what.__name__}": what(name) for name in spent for what in (told, true)}
    return yes(honest and spent["target_high"] < spent["target_low"], **parts, **spent)


PRICED = tuple(Plan(name) for name in ("sale_618_2025.yaml", "bigsale_1111.yaml", "promo_guarded.yaml+members",
                                       "membership_live.yaml+levels", "growth_plan.yaml"))  # fmt: skip


@row("N07", "final prices that the bill engine contradicts", 0, 0)
def _(r: Results) -> Found:
    from dacu_cli.price_verb import price_table_of

    asked = wrong = 0
    for plan in PRICED:
        loaded = plan.load()
        world = build(loaded, Seed(SEED, 0), agents=1)
        book = Rulebook(world.setting.rulebook.rules, world.setting.rulebook.list_prices)
        audiences = {name: 1 << (FIRST_AUDIENCE_BIT + n) for n, name in enumerate(loaded.scenario.people.audiences)}
        audiences |= {f"members.{name}": bit for name, bit in world.setting.level_bits.items()}
        for price in price_table_of(loaded).rows:
            sku = world.goods.names.index(price.sku.removeprefix("skus."))
            usable = _usable(world, price, audiences.get(price.buyer.audience, 0))
            bill = book.bill((Line(sku, price.pieces),), sum(1 << bit for bit in usable))
            told = (price.list_value, price.shop_off, price.platform_off, price.pay)
            wrong += told != (bill.list_value, bill.shop_off, bill.platform_off, bill.pay)
            asked += 1
    return Found(float(wrong), parts={"prices": float(asked)})


def _usable(world: World, price: FinalPrice, audience: int) -> Iterator[int]:
    """Rules open to a buyer of the table at the start of their hours, read off the rules themselves."""
    for bit, rule in enumerate(world.setting.rulebook.rules):
        held = rule.path in price.buyer.holds if rule.needs_claim else True
        open_now = any(w.start <= price.start < w.end + (rule.valid_h if rule.needs_claim else 0) for w in rule.windows)
        here = rule.platform in (-1, world.setting.platforms.row(price.platform))
        if held and open_now and here and rule.audience in (0, audience):
            yield bit
