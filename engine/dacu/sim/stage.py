"""Setting the stage: a scenario becomes a World at its first hour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from dacu.behaviour.scalars import exp64
from dacu.clock.activity import Rhythm
from dacu.clock.agenda import Agenda
from dacu.clock.calendar import Calendar, build_calendar
from dacu.draws import path_hash
from dacu.errors import Finding, InputError
from dacu.language.paths import join_path, split_path
from dacu.language.tree import find
from dacu.ledger import Ledger
from dacu.levers.base import Lever
from dacu.people.platforms import build_platforms
from dacu.people.population import Seed, build_born, build_users, persona_table
from dacu.people.users import Born
from dacu.scenario.load import Loaded
from dacu.scenario.model import Scenario
from dacu.shop.bill import Rulebook
from dacu.shop.categories import category_of, unknown_category
from dacu.shop.checks import dearer_in_the_sale, two_prices_at_once, unknown_exclusives
from dacu.shop.goods import UNLIMITED
from dacu.shop.offers import Kind, Offers
from dacu.shop.outlook import Outlook
from dacu.shop.service import SECONDS, Desk
from dacu.shop.shifts import build_capacity, build_shift
from dacu.shop.supply import build_supply
from dacu.sim.contracts import ill_timed_shows
from dacu.sim.kept import kept_at_first
from dacu.sim.morning import tell_apart
from dacu.sim.opening import StageBuilder
from dacu.sim.parcels import WAYS
from dacu.sim.places import Places
from dacu.sim.programme import enrol
from dacu.sim.rooms import empty_room
from dacu.sim.tally import Tally
from dacu.sim.world import FATIGUE_CHANNELS, RESTOCK, LeverRow, Setting, World

DEFAULT_AGENTS = 100_000
EVENT_CPM = 1.6  # media price in an event that does not say, multiples of a normal day
REACH_BITS = 32


def levers_of(scenario: Scenario) -> Iterator[tuple[str, Lever]]:
    """All levers of a scenario with their paths: content, channels, creators, rooms, promotions, risks, members."""
    yield from _under(("live",), scenario.live)
    yield from _under(("content", "accounts"), scenario.content.accounts)
    yield from _under(("channels",), scenario.channels)
    yield from scenario.creators.items()
    yield from _under(("promotions",), scenario.promotions)
    yield from _under(("risks",), scenario.risks)
    if scenario.members.on:
        yield "members", scenario.members


def _under(family: tuple[str, ...], levers: Mapping[str, Lever]) -> Iterator[tuple[str, Lever]]:
    return ((join_path((*family, name)), lever) for name, lever in levers.items())


def size(loaded: Loaded, agents: int | None) -> tuple[int, int]:
    """(agents, people each stands for): weight = ⌈people ÷ agents⌉, then as many agents as people need."""
    people = loaded.scenario.people
    wanted = agents or people.agents or DEFAULT_AGENTS
    weight = max(1, -(-people.size // wanted))
    return max(1, round(people.size / weight)), weight


def calendar_of(loaded: Loaded) -> Calendar:
    """The compiled calendar."""
    activity = loaded.behaviour.activity
    rhythm = Rhythm(activity.hours, activity.weekdays, activity.holiday)
    return build_calendar(loaded.scenario.calendar, rhythm, EVENT_CPM)


def build(loaded: Loaded, seed: Seed, agents: int | None = None, born: Born | None = None) -> World:
    """The World at the first hour of the warm-up. `born` shares people between runs of equal people and seed."""
    count, weight = size(loaded, agents)
    platforms = build_platforms(loaded.scenario.platforms)
    born = born or build_born(seed, count, loaded.scenario.people, loaded.behaviour, platforms)
    stage = StageBuilder(loaded, calendar_of(loaded), seed, born, weight)
    rows = _open_levers(loaded, stage)
    offers = _offers(loaded, stage)
    setting = _setting(loaded, stage, seed, weight, rows, offers)
    if ill_timed := list(ill_timed_shows(setting)):
        raise InputError(*(placed(loaded, finding) for finding in ill_timed))
    return _world(loaded, stage, setting, offers, born)


def _open_levers(loaded: Loaded, stage: StageBuilder) -> list[LeverRow]:
    """Open every lever; findings of all of them are collected, each placed at its own line."""
    rows: list[LeverRow] = []
    findings: list[Finding] = []
    for index, (path, lever) in enumerate(levers_of(loaded.scenario)):
        rows.append(LeverRow(path, lever, path_hash(path), min(index, REACH_BITS - 1)))
        try:
            lever.open(stage.for_lever(index, path))
        except InputError as error:
            findings += error.findings
    if findings:
        raise InputError(*(placed(loaded, finding) for finding in findings))
    return rows


def placed(loaded: Loaded, finding: Finding) -> Finding:
    """A finding with the file and line of its path; those of {against}, the other thing involved, as {where}."""
    if finding.mark is not None or not finding.path:
        return finding
    tree, args = loaded.composed.tree, dict(finding.args)
    if "against" in args:
        other = find(tree, split_path(args["against"]))[1]
        args["where"] = f"{other.file}:{other.line}"
    return replace(finding, mark=find(tree, split_path(finding.path))[1], args=args)


def _offers(loaded: Loaded, stage: StageBuilder) -> Offers:
    findings = list(two_prices_at_once(stage.offers, stage.goods))
    if findings:
        raise InputError(*(placed(loaded, finding) for finding in findings))
    return Offers(stage.offers)


def _setting(
    loaded: Loaded, stage: StageBuilder, seed: Seed, weight: int, rows: list[LeverRow], offers: Offers
) -> Setting:
    behaviour, table = loaded.behaviour, persona_table(loaded.scenario.people, loaded.behaviour)
    people, default = behaviour.people, behaviour.personas.values()
    spend = people.spend_median * exp64(people.spend_sigma**2 / 2)
    price_sense = people.price_median * exp64(people.price_sigma**2 / 2)
    book = Rulebook(offers.rules, stage.goods.list_price.tolist())
    outlook, platforms = Outlook(book), stage.platforms
    selling = {platforms.names[row]: row for row in platforms.selling}
    hashes = [path_hash(stage.goods.path(row)) for row in range(len(stage.goods))]
    return Setting(
        seed=seed, weight=weight, calendar=stage.calendar, behaviour=behaviour, personas=tuple(table.values()),
        persona_names=tuple(table), platforms=stage.platforms, present=stage.present, shop=loaded.scenario.shop,
        **_back_office(loaded), market=loaded.scenario.market, rulebook=book, outlook=outlook, levers=tuple(rows),
        activities=tuple(stage.activities), rooms=tuple(stage.rooms), room_levers=tuple(stage.room_levers),
        own_items=tuple(np.array(own, np.int32) for own in stage.own_items), sku_hash=np.array(hashes, np.uint64),
        offer_hash=np.array([path_hash(rule.path) for rule in offers.rules], np.uint64),
        offer_lever=tuple(stage.offer_lever),
        mean_spend=spend * sum(p.share * p.spend for p in default),
        mean_price_sense=price_sense * sum(p.share * p.price for p in default),
        has_members=stage.member_list >= 0, invitation=stage.invitation,
        audiences=tuple(loaded.scenario.people.audiences.values()),
        members=loaded.scenario.members if loaded.scenario.members.on else None, level_bits=stage.level_bits,
        budgets=stage.budgets, baselines=stage.baselines, charges=tuple(stage.charges),
        warnings=(*stage.calendar.warnings, *(placed(loaded, f) for f in unknown_exclusives(offers.rules)),
                  *(placed(loaded, f) for f in unknown_category(loaded.scenario.shop)),
                  *(placed(loaded, f) for f in dearer_in_the_sale(outlook, stage.calendar, selling, stage.goods))),
    )  # fmt: skip


def _back_office(loaded: Loaded) -> dict[str, Any]:
    """Warehouse, desks and the category's refunds, compiled."""
    operations, start = loaded.scenario.operations, loaded.scenario.calendar.start
    warehouse, service = operations.warehouse, operations.service
    shift, handle = build_shift(service.shift, start), service.handle * SECONDS
    cases = None if service.aftersale_seats is None else Desk(service.aftersale_seats, handle, shift)
    return {
        "operations": operations, "category": category_of(loaded.behaviour, loaded.scenario.shop),
        "capacity": build_capacity(
            warehouse.units_per_hour, build_shift(warehouse.shift, start), warehouse.surge, start
        ),
        "desk": Desk(service.seats, handle, shift), "case_desk": cases,
    }  # fmt: skip


def _world(loaded: Loaded, stage: StageBuilder, setting: Setting, offers: Offers, born: Born) -> World:
    calendar, levers = stage.calendar, len(setting.levers)
    first = calendar.first_hour
    users = build_users(setting.seed, born, loaded.scenario.people, loaded.behaviour, FATIGUE_CHANNELS, first)
    users.follows |= stage.follows
    if setting.members is not None:
        enrol(users, setting.members, setting.seed)
    if setting.shop.abuse_guard:
        users.refused = np.zeros(len(users), np.uint32)
    agenda = Agenda(float(first))
    for restock in stage.goods.restocks:
        hour = stage.arrival(calendar.hour(restock.at))
        if hour is not None and 0 <= hour < calendar.end_hour:
            agenda.add(hour, RESTOCK, restock.sku, restock.units)
    for hour, kind, entity, amount in stage.due:
        agenda.add(hour, kind, entity, amount)
    appeal = np.zeros((levers, 3))
    appeal[:, 1:] = (0.5, 1.0)
    agents, refunds = len(born.persona), (len(WAYS), len(stage.goods), len(setting.platforms))
    capped = [i for i, row in enumerate(setting.levers) if getattr(row.lever, "cap", 0)]
    coupons = [bit for bit, rule in enumerate(offers.rules) if rule.needs_claim and rule.kind is Kind.COUPON]
    world = World(
        setting=setting, t=first, users=users, items=stage.items.build(len(stage.goods)), goods=stage.goods.copy(),
        offers=offers, agenda=agenda, ledger=Ledger(),
        tally=Tally.empty(setting.weight, calendar.end_hour, levers, refunds, len(stage.rooms)),
        state=stage.states,
        spent=np.zeros((levers, calendar.days), np.int64), spent_today=np.zeros(levers, np.int64), appeal=appeal,
        seen_today={lever: np.zeros(agents, np.uint8) for lever in capped},
        coupon_until={bit: np.zeros(agents, np.int32) for bit in coupons},
        coupons_left={bit: np.zeros(agents, np.uint8) for bit in coupons}, lists=stage.lists,
        fan_bits=stage.fan_bits, member_list=stage.member_list, customers=np.empty(0, np.int32),
        recent=np.empty(0, np.int32), guests=np.empty(0, np.int32), sales=np.zeros(len(setting.platforms), np.int64),
        receipts=np.zeros(len(stage.goods), np.int64),
        restocked=np.zeros(len(stage.goods), np.int64),
        extra_shows=np.zeros(len(setting.rooms), np.bool_),
        kept=kept_at_first(setting.rooms, len(stage.goods)),
        places=Places.empty(setting.weight, calendar.days, len(setting.platforms)),
        supply=build_supply(setting.operations, stage.goods.names), opening=stage.goods.stock.copy(),
        rooms=[empty_room() for _ in stage.rooms],
    )  # fmt: skip
    world.goods.stock[:] = UNLIMITED
    tell_apart(world)
    return world
