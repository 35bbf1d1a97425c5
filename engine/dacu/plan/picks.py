"""Creators as cells of a budget question: what each costs, and which of them may be booked together."""

from __future__ import annotations

from typing import Literal

from dacu.errors import Finding, InputError
from dacu.language.paths import join_path
from dacu.levers.kol import Creator
from dacu.plan.problem import Cell
from dacu.plan.question import Choice, Conversion
from dacu.scenario.model import Scenario

TIERS = {"head": "头部", "mid": "腰部", "tail": "尾部", "koc": "KOC"}
"""Chinese names of the tiers."""


def path_of(name: str) -> str:
    """Scenario path of a budget line."""
    return join_path(("channels", name))


def creator_path(name: str) -> str:
    """Scenario path of a creator."""
    return join_path(("kols", name))


def line_or_creator(name: str) -> str:
    """Scenario path of a line by its name, or of a creator as `kols.<name>`."""
    return name if name.startswith("kols.") else path_of(name)


def free_creators(scenario: Scenario) -> dict[str, Creator]:
    """Creators free to pick, by name."""
    known = scenario.kols
    return {name: creator for name in scenario.optimise.kols.free if isinstance(creator := known[name], Creator)}


def prices(scenario: Scenario) -> dict[str, int]:
    """What each creator who is free to pick costs in all (fen), by path.

    InputError for one who costs nothing, or whose booking carries more than posts: a room of theirs.
    """
    hosts = {room.host: name for name, room in scenario.live.items()}
    for name, creator in free_creators(scenario).items():
        path = creator_path(name)
        if path in hosts:
            raise InputError(
                Finding("plan_creator_hosts", None, "optimise.kols.free", name, {"room": hosts[path] or ""})
            )
        if not creator.price:
            raise InputError(Finding("plan_creator_without_price", None, "optimise.kols.free", name))
    return {creator_path(name): creator.price for name, creator in free_creators(scenario).items()}


def booked(scenario: Scenario) -> dict[Cell, int]:
    """What creators who are free to pick cost now: their price, or nothing."""
    creators = free_creators(scenario).items()
    return {Cell(creator_path(name)): creator.price if creator.active else 0 for name, creator in creators}


def choices(scenario: Scenario) -> dict[str, Choice]:
    """By path: choices among lines, and of creators in all, of a pair that excludes each other, and of a tier."""
    block = scenario.optimise
    found: dict[str, Choice] = {}
    for name, choice in block.choose.items():
        lines = tuple(line_or_creator(line) for line in choice.channels)
        side: Literal["at_most", "exactly"] = "at_most" if choice.exactly is None else "exactly"
        found[f"choose.{name}"] = Choice(lines, side, getattr(choice, side))
    picks = block.kols
    if picks.at_most is not None:
        found["kols.at_most"] = Choice(tuple(map(creator_path, picks.free)), "at_most", picks.at_most)
    for place, pair in enumerate(picks.exclusive):
        found[f"kols.exclusive.{place}"] = Choice(tuple(map(creator_path, pair)), "at_most", 1)
    for name, tier in picks.tiers.items():
        if tier.at_most is not None:
            found[f"kols.tiers.{name}.at_most"] = Choice(_of_tier(scenario, name), "at_most", tier.at_most)
    return found


def conversions(scenario: Scenario) -> dict[str, Conversion]:
    """By path: floors of predicted conversion, of all creators free to pick or those of a tier."""
    picks = scenario.optimise.kols
    floors = {"kols": Conversion(tuple(map(creator_path, picks.free)), picks.min_cvr or 0.0)}
    floors |= {f"kols.tiers.{name}": Conversion(_of_tier(scenario, name), tier.min_cvr or 0.0)
               for name, tier in picks.tiers.items()}  # fmt: skip
    return {path: floor for path, floor in floors.items() if floor.least and floor.creators}


def names(scenario: Scenario) -> dict[str, tuple[str, str]]:
    """The (zh, en) name of every creator free to pick and of what is demanded of them."""
    picks = scenario.optimise.kols
    named = {creator_path(name): (name, name) for name in picks.free}
    named |= dict.fromkeys(("kols", "kols.at_most"), ("达人", "creators"))
    for place, (one, other) in enumerate(picks.exclusive):
        named[f"kols.exclusive.{place}"] = (f"达人{one}与{other}", f"creators out of {one} and {other}")
    for tier in picks.tiers:
        for key in (f"kols.tiers.{tier}", f"kols.tiers.{tier}.at_most"):
            named[key] = (f"{TIERS.get(tier, tier)}达人", f"{tier} creators")
    return named


def _of_tier(scenario: Scenario, name: str) -> tuple[str, ...]:
    """Creators free to pick who belong to a tier."""
    tier = scenario.optimise.kols.tiers[name]
    return tuple(creator_path(pick) for pick, creator in free_creators(scenario).items() if tier.holds(name, creator))
