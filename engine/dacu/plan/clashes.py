"""Demands that contradict each other by plain arithmetic: no solver, only sums over lines that do not overlap."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from dacu import words
from dacu.plan.curves import best_spend
from dacu.plan.elastic import furthest_broken, size
from dacu.plan.problem import BLUR, ONE, Amount, Cell, Limit, Problem, Side, Unit

MOST_NAMED = 4
"""A sentence names so many demands and counts the others."""


class Figure(NamedTuple):
    """A value with its unit, as a limit has them."""

    value: float
    unit: Unit


Part = tuple[Limit, ...] | Figure | Cell
"""What a sentence speaks of: limits by name, a figure, a line."""


@dataclass(frozen=True)
class Clash:
    """Demands that cannot hold together: the code of the sentence, the demands, and what the sentence says of them."""

    code: str
    limits: tuple[Limit, ...]
    parts: Mapping[str, Part]

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the demands."""
        return frozenset(limit.id for limit in self.limits)

    def sentence(self, lang: str) -> str:
        """The contradiction in a planner's words."""
        return words.say(lang, self.code, **{name: _told(part, lang) for name, part in self.parts.items()})


class _Sum(NamedTuple):
    """The least or the most money of some cells, and the demands that say so."""

    money: float
    by: tuple[Limit, ...]


def clashes(problem: Problem) -> tuple[Clash, ...]:
    """What can be seen without a search, each set of demands once."""
    tests = (_floors_above_caps, _caps_below_floors, _shares_above_whole, _shares_against_money, _ratios, _alone)
    found: dict[frozenset[str], Clash] = {}
    for clash in chain.from_iterable(test(problem) for test in tests):
        if not any(known <= clash.ids for known in found):
            found[clash.ids] = clash
    return tuple(found.values())


def room_ends(problem: Problem) -> dict[str, Limit]:
    """What the room of each cell demands, as limits: its floor and its ceiling, in the unit of the problem's money."""
    unit: Unit = "fen" if any(limit.unit == "fen" for limit in problem.limits) else "plain"
    sides: Mapping[str, Side] = {"least": "at_least", "most": "at_most"}
    ends = {}
    for cell, room in problem.rooms.items():
        for end, side in sides.items():
            zh, en = (words.say(lang, f"plan_room_{end}", cell=cell_name(cell, lang)) for lang in words.LANGUAGES)
            path = room_end(cell, end)
            ends[path] = Limit(path, side, getattr(room, end), unit, zh, en, (Amount({cell: 1.0}),))
    return ends


def room_end(cell: Cell, end: str) -> str:
    """The id of an end (`least` or `most`) of a cell's room."""
    return ".".join(part for part in (*cell, end) if part)


def cell_name(cell: Cell, lang: str) -> str:
    """A cell in a sentence."""
    if not cell.phase:
        return cell.line
    return f"{cell.line}·{cell.phase}" if lang == "zh" else f"{cell.line} in {cell.phase}"


def shown(value: float, unit: Unit, lang: str) -> str:
    """A value of a limit exactly as it is to be written, never shortened: `¥48万`, `¥480,000`, `35%`, `2.4`."""
    if unit == "share":
        return f"{100 * value:.10g}%"
    if unit == "fen":
        yuan = value / 100
        return f"¥{yuan / 10_000:,.12g}万" if lang == "zh" and abs(yuan) >= 10_000 else f"¥{yuan:,.12g}"
    return f"{value:,.10g}"


def names(limits: Iterable[Limit], lang: str) -> str:
    """Limits in a row of names; the first few if there are many."""
    every = [words.name_of(limit, lang) for limit in limits]
    listed = words.listed(every[:MOST_NAMED], lang)
    more = len(every) - MOST_NAMED
    return listed if more <= 0 else words.say(lang, "plan_and_more", listed=listed, more=more)


def _told(part: Part, lang: str) -> str:
    if isinstance(part, Figure):
        return shown(part.value, part.unit, lang)
    return cell_name(part, lang) if isinstance(part, Cell) else names(part, lang)


def _many(limits: tuple[Limit, ...]) -> str:
    return "s" if len(limits) > 1 else ""


def _floors_above_caps(problem: Problem) -> Iterator[Clash]:
    for cap in problem.limits:
        if cap.side == "at_least" or not _sums_money(cap):
            continue
        least, floors = _least(problem, _cells(cap), cap)
        if least > cap.value * (1 + BLUR):
            total, value = Figure(least, cap.unit), Figure(cap.value, cap.unit)
            parts: dict[str, Part] = {"floors": floors, "total": total, "cap": (cap,), "value": value}
            yield Clash(f"plan_clash_floor{_many(floors)}", (*floors, cap), parts)


def _caps_below_floors(problem: Problem) -> Iterator[Clash]:
    for floor in problem.limits:
        if floor.side == "at_most" or not _sums_money(floor):
            continue
        most, caps = _most(problem, _cells(floor), floor)
        if most < floor.value * (1 - BLUR):
            total, value = Figure(most, floor.unit), Figure(floor.value, floor.unit)
            parts: dict[str, Part] = {"caps": caps, "total": total, "floor": (floor,), "value": value}
            yield Clash(f"plan_clash_cap{_many(caps)}", (*caps, floor), parts)


def _shares_above_whole(problem: Problem) -> Iterator[Clash]:
    """Floors of shares of one whole, of lines that do not overlap, that sum above 100%."""
    shares = [limit for limit in problem.limits if limit.side == "at_least" and _is_share(limit)]
    for first in shares:
        alike = _apart(sorted((x for x in shares if x.of == first.of), key=lambda x: -x.value))
        total = math.fsum(limit.value for limit in alike)
        if total > 1 + BLUR:
            yield Clash("plan_clash_shares", alike, {"shares": alike, "total": Figure(total, "share")})


def _shares_against_money(problem: Problem) -> Iterator[Clash]:
    """A share of at least so much money that is more than its lines may take, or the other way round."""
    for share in filter(_is_share, problem.limits):
        part, whole = _cells(share), share.of.cells
        least, most = _least(problem, whole, share), _most(problem, part, share)
        if share.side != "at_most" and share.value * least.money > most.money * (1 + BLUR):
            yield _share_clash("plan_clash_share_floor", share, most, least)
        least, most = _least(problem, part, share), _most(problem, whole, share)
        if share.side != "at_least" and share.value * most.money < least.money * (1 - BLUR):
            yield _share_clash("plan_clash_share_cap", share, least, most)


def _share_clash(code: str, share: Limit, part: _Sum, whole: _Sum) -> Clash:
    unit: Unit = next((x.unit for x in (*part.by, *whole.by)), "plain")
    figures = {"whole": whole.money, "needed": share.value * whole.money, "money": part.money}
    parts: dict[str, Part] = {name: Figure(value, unit) for name, value in figures.items()}
    parts |= {"share": (share,), "value": Figure(share.value, "share"), "limits": part.by}
    return Clash(code, (share, *part.by, *whole.by), parts)


def _ratios(problem: Problem) -> Iterator[Clash]:
    """A floor of responses to money above the best ratio of any one line, where something must be spent."""
    for floor in problem.limits:
        if floor.side != "at_least" or not _is_ratio(floor) or _least(problem, floor.of.cells, floor).money <= 0:
            continue
        ratios = {cell: best_ratio(problem, floor, cell) for cell in floor.of.cells if problem.rooms[cell].most > 0}
        best = max(ratios, key=lambda cell: ratios[cell])
        if ratios[best] < floor.value * (1 - BLUR):
            value, ratio = Figure(floor.value, floor.unit), Figure(float(f"{ratios[best]:.4g}"), floor.unit)
            yield Clash("plan_clash_ratio", (floor,), {"floor": (floor,), "value": value, "cell": best, "best": ratio})


def best_ratio(problem: Problem, floor: Limit, cell: Cell) -> float:
    """The highest ratio that one cell alone reaches anywhere in its room, by Dinkelbach's steps on its true curve."""
    room, money = problem.rooms[cell], floor.of.money.get(cell, 0.0)
    own = Amount(response={m: {cell: row[cell]} for m, row in floor.amounts[0].response.items() if cell in row})
    start = max(room.least, 1e-6 * room.most)
    if not own.response or money <= 0:
        return 0.0
    ((measure, row),) = own.response.items()
    curve, factor = problem.curves[measure][cell], row[cell]
    ratio = factor * curve.at(room.most) / (money * room.most)
    for _ in range(60):
        spend = best_spend(curve, ratio * money / factor, start, room.most)
        better = factor * curve.at(spend) / (money * spend)
        if better <= ratio * (1 + 1e-12):
            break
        ratio = better
    return ratio


def _alone(problem: Problem) -> Iterator[Clash]:
    """A demand that no plan within the rooms meets, whatever becomes of the others."""
    for limit in problem.limits:
        if limit.side == "exactly" or _sums_money(limit):
            continue
        passes = [furthest_broken(problem, replace(limit, amounts=(amount,))) for amount in limit.amounts]
        best = min(above if limit.side == "at_least" else below for above, below in passes)
        if best < -BLUR * size(problem, limit):
            figure = Figure(limit.value, limit.unit)
            yield Clash("plan_clash_alone", (limit,), {"limit": (limit,), "value": figure})


def _least(problem: Problem, cells: Iterable[Cell], but: Limit) -> _Sum:
    """The money that these cells must take: floors that do not overlap, and the rooms of the cells they leave."""
    own = frozenset(cells)
    rooms = {cell: 0.0 if problem.rooms[cell].or_zero else problem.rooms[cell].least for cell in own}
    floors = [x for x in _money_limits(problem, but, "at_least") if own.issuperset(_cells(x))]
    gains = {x.id: x.value - math.fsum(rooms[cell] for cell in _cells(x)) for x in floors}
    counted, left = _most_telling(floors, gains, own)
    total = math.fsum([*(x.value for x in counted), *(rooms[cell] for cell in left)])
    return _Sum(total, (*counted, *_ends(problem, (cell for cell in left if rooms[cell] > 0), "least")))


def _most(problem: Problem, cells: Iterable[Cell], but: Limit) -> _Sum:
    """The money that these cells may take: ceilings that do not overlap, and the rooms of the cells they leave."""
    own = frozenset(cells)
    rooms = {cell: room.most for cell, room in problem.rooms.items()}
    caps = [x for x in _money_limits(problem, but, "at_most") if own.intersection(_cells(x))]
    gains = {x.id: math.fsum(rooms[cell] for cell in own.intersection(_cells(x))) - x.value for x in caps}
    counted, left = _most_telling(caps, gains, own)
    total = math.fsum([*(x.value for x in counted), *(rooms[cell] for cell in left)])
    return _Sum(total, (*counted, *_ends(problem, left, "most")))


def _money_limits(problem: Problem, but: Limit, side: Side) -> list[Limit]:
    return [x for x in problem.limits if x.id != but.id and x.side in (side, "exactly") and _sums_money(x)]


def _most_telling(
    limits: Iterable[Limit], gains: Mapping[str, float], cells: frozenset[Cell]
) -> tuple[tuple[Limit, ...], frozenset[Cell]]:
    """Of limits that say more than the rooms, the most telling that do not overlap; and the cells that they leave."""
    counted = _apart(sorted((x for x in limits if gains[x.id] > 0), key=lambda x: -gains[x.id]))
    return counted, cells.difference(*map(_cells, counted))


def _cells(limit: Limit) -> tuple[Cell, ...]:
    return limit.amounts[0].cells


def _ends(problem: Problem, cells: Iterable[Cell], end: str) -> Iterator[Limit]:
    ends, wanted = room_ends(problem), frozenset(cells)
    return (ends[room_end(cell, end)] for cell in problem.rooms if cell in wanted)


def _apart(limits: Iterable[Limit]) -> tuple[Limit, ...]:
    """Of these limits, in this order, those that share no cell with an earlier one."""
    taken: set[Cell] = set()
    kept = []
    for limit in limits:
        if taken.isdisjoint(_cells(limit)):
            kept.append(limit)
            taken.update(_cells(limit))
    return tuple(kept)


def _sums_money(limit: Limit) -> bool:
    """Whether it speaks of the plain sum of the money of some cells."""
    return len(limit.amounts) == 1 and limit.of == ONE and _is_sum(limit.amounts[0])


def _is_share(limit: Limit) -> bool:
    if limit.unit != "share" or len(limit.amounts) != 1:
        return False
    (part,) = limit.amounts
    return _is_sum(part) and _is_sum(limit.of) and set(part.cells) <= set(limit.of.cells)


def _is_ratio(limit: Limit) -> bool:
    """Whether it sets one measure of responses against money, with nothing else in it."""
    (first, *others), of = limit.amounts, limit.of
    pure = not first.money and not first.chosen and not first.base and len(first.response) == 1
    return not others and pure and of.is_money and not of.base and bool(of.money)


def _is_sum(amount: Amount) -> bool:
    return amount.is_money and not amount.base and bool(amount.money) and set(amount.money.values()) == {1.0}
