"""Bookings as cells of a budget question: what each creator or live room costs, and which may be booked together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from dacu import words
from dacu.clock.calendar import Calendar
from dacu.clock.hours import HOURS_A_DAY
from dacu.errors import Finding, InputError
from dacu.language.paths import join_path
from dacu.levers.kol import Creator
from dacu.plan.problem import Cell
from dacu.plan.question import Choice, Conversion, Range
from dacu.scenario.model import Scenario
from dacu.scenario.optimise import BookingsBlock, is_booking

FAMILIES = {"kols": ("达人", "creators"), "live": ("直播间", "rooms")}
"""Chinese and English names of what may be booked, by its block of the scenario and of `optimise`."""

TIERS = {"head": "头部", "mid": "腰部", "tail": "尾部", "koc": "KOC"}
"""Chinese names of the tiers."""


class Booking(NamedTuple):
    """What all posts of a creator or all sessions of a room cost for sure (fen), whether they are booked now, and the
    hours at which they begin.
    """

    price: int
    active: bool
    starts: Sequence[float]

    @property
    def spent(self) -> int:
        """What it costs now: its price, or nothing."""
        return self.price if self.active else 0


def path_of(name: str) -> str:
    """Scenario path of a budget line."""
    return join_path(("channels", name))


def line_or_booking(name: str) -> str:
    """Scenario path of a line by its name, or of a creator or room as `kols.<name>` or `live.<name>`."""
    return name if is_booking(name) else path_of(name)


def free_creators(scenario: Scenario) -> dict[str, Creator]:
    """Creators free to pick, by name."""
    known = scenario.kols
    return {name: creator for name in scenario.optimise.kols.free if isinstance(creator := known[name], Creator)}


def bookings(scenario: Scenario, calendar: Calendar) -> dict[str, Booking]:
    """Everything that is free to be booked or not, by path: creators, then rooms."""
    found = {join_path(("kols", name)): Booking(creator.price, creator.active, creator.starts(calendar))
             for name, creator in free_creators(scenario).items()}  # fmt: skip
    for name in scenario.optimise.live.free:
        room = scenario.live[name]
        price = room.price(calendar, scenario.creators)
        found[join_path(("live", name))] = Booking(price, room.active, room.starts(calendar))
    return found


def prices(scenario: Scenario, calendar: Calendar) -> dict[str, int]:
    """What each booking costs in all (fen), by path.

    InputError for one that costs nothing, or for a creator whose booking carries more than posts: a room of theirs.
    """
    hosts = {room.host: name for name, room in scenario.live.items()}
    found = bookings(scenario, calendar)
    for family, block in scenario.optimise.bookings.items():
        for name, path in zip(block.free, paths(family, block), strict=True):
            at = f"optimise.{family}.free"
            if path in hosts:
                raise InputError(Finding("plan_creator_hosts", None, at, name, {"room": hosts[path] or ""}))
            if not found[path].price:
                raise InputError(Finding("plan_booking_without_price", None, at, name))
    return {path: booking.price for path, booking in found.items()}


def booked(scenario: Scenario, calendar: Calendar) -> dict[Cell, int]:
    """What bookings cost now."""
    return {Cell(path): booking.spent for path, booking in bookings(scenario, calendar).items()}


def begun(scenario: Scenario, calendar: Calendar, first_day: int) -> dict[str, Range]:
    """What bookings cost of which a post or session of the campaign lies before the first free day: they stay as they
    are.
    """
    past = range(first_day * HOURS_A_DAY)
    return {
        path: Range(booking.spent, booking.spent)
        for path, booking in bookings(scenario, calendar).items()
        if any(int(hour) in past for hour in booking.starts)
    }


def outside_budget(scenario: Scenario) -> frozenset[str]:
    """Paths of bookings that the budget does not pay."""
    blocks = scenario.optimise.bookings.items()
    return frozenset(path for family, block in blocks if not block.in_budget for path in paths(family, block))


def paths(family: str, block: BookingsBlock) -> tuple[str, ...]:
    """Scenario paths of what a block sets free."""
    return tuple(join_path((family, name)) for name in block.free)


def choices(scenario: Scenario) -> dict[str, Choice]:
    """By path: choices among lines, and of bookings in all, of a pair that excludes each other, and of a tier."""
    block = scenario.optimise
    found: dict[str, Choice] = {}
    for name, choice in block.choose.items():
        lines = tuple(line_or_booking(line) for line in choice.channels)
        side: Literal["at_most", "exactly"] = "at_most" if choice.exactly is None else "exactly"
        found[f"choose.{name}"] = Choice(lines, side, getattr(choice, side))
    for family, some in block.bookings.items():
        if some.at_most is not None:
            found[f"{family}.at_most"] = Choice(paths(family, some), "at_most", some.at_most)
        for place, (one, other) in enumerate(some.exclusive):
            pair = join_path((family, one)), join_path((family, other))
            found[f"{family}.exclusive.{place}"] = Choice(pair, "at_most", 1)
    for name, tier in block.kols.tiers.items():
        if tier.at_most is not None:
            found[f"kols.tiers.{name}.at_most"] = Choice(_of_tier(scenario, name), "at_most", tier.at_most)
    return found


def conversions(scenario: Scenario) -> dict[str, Conversion]:
    """By path: floors of predicted conversion, of all creators free to pick or those of a tier."""
    picks = scenario.optimise.kols
    floors = {"kols": Conversion(paths("kols", picks), picks.min_cvr or 0.0)}
    floors |= {f"kols.tiers.{name}": Conversion(_of_tier(scenario, name), tier.min_cvr or 0.0)
               for name, tier in picks.tiers.items()}  # fmt: skip
    return {path: floor for path, floor in floors.items() if floor.least and floor.creators}


def names(scenario: Scenario) -> dict[str, tuple[str, str]]:
    """The (zh, en) name of every booking and of what is demanded of them."""
    named: dict[str, tuple[str, str]] = {}
    for family, block in scenario.optimise.bookings.items():
        zh, en = FAMILIES[family]
        named |= {path: (name, name) for name, path in zip(block.free, paths(family, block), strict=True)}
        named |= dict.fromkeys((family, f"{family}.at_most"), (zh, en))
        for place, (one, other) in enumerate(block.exclusive):
            names = words.joined(zh, one, "与", other), f"{en} out of {one} and {other}"
            named[f"{family}.exclusive.{place}"] = names
    for tier in scenario.optimise.kols.tiers:
        for key in (f"kols.tiers.{tier}", f"kols.tiers.{tier}.at_most"):
            named[key] = (words.joined(TIERS.get(tier, tier), "达人"), f"{tier} creators")
    return named


def _of_tier(scenario: Scenario, name: str) -> tuple[str, ...]:
    """Creators free to pick who belong to a tier."""
    tier = scenario.optimise.kols.tiers[name]
    free = free_creators(scenario).items()
    return tuple(join_path(("kols", pick)) for pick, creator in free if tier.holds(name, creator))
