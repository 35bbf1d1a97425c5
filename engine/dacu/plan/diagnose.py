"""Why no plan keeps the demands, and the least that must give way.

First plain arithmetic (clashes.py). Then an irreducible set: demands that cannot hold together, of which any one less
leaves a plan; found by leaving demands out (a deletion filter, Chinneck & Dravnieks 1991). Then the smallest relaxation
(elastic.py): new values of some limits with which there is a plan, and that plan. Last, for each limit in the conflict,
how far it could be met if all the others stayed. Rooms and choices stay as they are unless the choices alone leave no
plan.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from dacu import words
from dacu.errors import AnswerIsNo, Fault, Finding
from dacu.plan.clashes import MOST_NAMED, Clash, clashes, names, room_end, room_ends, shown
from dacu.plan.elastic import DEARNESS, is_choice, least_breach, plan_of, reach, size
from dacu.plan.problem import BLUR, Cell, Limit, Problem, Room, State

DIGITS = 5
"""A new value of a limit is written with so many digits, rounded to the loose side."""

TELLING = 1e-3
"""A limit broken by less than this share of its size is asked to hold if others can give instead."""

HAIRS = (1e-6, 1e-5, 1e-4, 1e-3)
"""How much looser, as a share, a new value is tried if the one found is met only within rounding."""

TOKEN = 1e-3
"""A cell that is nothing or at least something spends at least this share of it when its floor is left out."""

AMPLE = 100.0
"""A ceiling of a room left out is this many times all the money that any room or limit speaks of: enough for the rest
of a share of up to 99%, little enough for a solver's digits."""


@dataclass(frozen=True)
class Change:
    """A limit moved from its value to another one, in its own unit."""

    limit: Limit
    to: float

    def sentence(self, lang: str) -> str:
        """The change in a planner's words."""
        way = "raise" if self.to > self.limit.value else "lower"
        unit = self.limit.unit
        old, new = shown(self.limit.value, unit, lang), shown(self.to, unit, lang)
        return words.say(lang, f"plan_change_{way}", limit=names([self.limit], lang), old=old, new=new)


@dataclass(frozen=True)
class Breach:
    """A limit that the current plan breaks, and where the plan stands, in the limit's unit."""

    limit: Limit
    measured: float

    def sentence(self, lang: str) -> str:
        """The breach in a planner's words."""
        unit = self.limit.unit
        value, stands = shown(self.limit.value, unit, lang), shown(_digits(self.measured, DIGITS), unit, lang)
        apart = shown(_digits(abs(self.measured - self.limit.value), DIGITS), unit, lang)
        side = "over" if self.measured > self.limit.value else "under"
        return words.say(
            lang, f"plan_breach_{side}", limit=names([self.limit], lang), value=value, stands=stands, apart=apart
        )


@dataclass(frozen=True)
class Diagnosis:
    """What stands between the demands and a plan.

    `breaches`: what the current plan breaks. `findings`: contradictions seen by arithmetic. `conflict`: an irreducible
    set of demands, ends of rooms among them; empty if there is a plan after all. `relaxation`: new values of limits
    with which there is one. `reachable`: for the softest few limits of the conflict how far each can be met with all
    others kept (left out where the others leave no plan either). `plan` keeps the limits with the relaxation applied.
    `choices_alone`: the choices contradict each other or the rooms, whatever the money.
    """

    breaches: tuple[Breach, ...]
    findings: tuple[Clash, ...]
    conflict: tuple[Limit, ...]
    relaxation: tuple[Change, ...]
    reachable: tuple[Change, ...]
    plan: Mapping[Cell, float]
    choices_alone: bool = False

    @property
    def is_feasible(self) -> bool:
        """Whether a plan keeps everything as it stands."""
        return not self.conflict

    def sentences(self, lang: str) -> tuple[str, ...]:
        """The diagnosis in a planner's words, the current plan first."""
        return tuple(self._told(lang))

    def _told(self, lang: str) -> Iterator[str]:
        yield from (breach.sentence(lang) for breach in self.breaches)
        yield from (finding.sentence(lang) for finding in self.findings)
        if self.is_feasible:
            return
        if self.choices_alone:
            yield words.say(lang, "plan_choices_alone")
        several = "plan_conflict" if len(self.conflict) > 1 else "plan_conflict_one"
        yield words.say(lang, several, limits=names(self.conflict, lang))
        yield words.say(lang, "plan_relaxation", changes=_listed([x.sentence(lang) for x in self.relaxation], lang))
        for change in self.reachable:
            if (change,) != self.relaxation:
                yield words.say(lang, "plan_reachable", change=change.sentence(lang))

    def as_json(self) -> dict[str, Any]:
        """The same keys in every language; `conflicts` are ids, money is in the unit of the limits."""
        return {
            "conflicts": [limit.id for limit in self.conflict],
            "findings": [{"code": x.code, "limits": [limit.id for limit in x.limits]} for x in self.findings],
            "relaxation": [_record(x) for x in self.relaxation],
            "reachable": [_record(x) for x in self.reachable],
            "breaches": [
                {"limit": x.limit.id, "value": x.limit.value, "measured": x.measured, "unit": x.limit.unit}
                for x in self.breaches
            ],
            "choices_alone": self.choices_alone,
        }


class NoPlan(AnswerIsNo):
    """No plan keeps the limits; the diagnosis says why, and what would have to give."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        super().__init__(Finding("plan_infeasible", path="optimise"))
        self.diagnosis = diagnosis


def diagnose(problem: Problem, current: Mapping[Cell, float] | None = None) -> Diagnosis:
    """Why no plan keeps the limits, and what to change; and what the current plan breaks, if one is given."""
    broken = () if current is None else tuple(breaches(problem, current))
    seen, plan = clashes(problem), plan_of(problem)
    if plan is not None:
        return Diagnosis(broken, seen, (), (), (), plan)
    conflict = irreducible(problem)
    relaxation, plan, choices_alone = relax(problem)
    reachable = tuple(_reachable(problem, conflict))
    return Diagnosis(broken, seen, conflict, relaxation, reachable, plan, choices_alone)


def applied(problem: Problem, changes: Sequence[Change]) -> Problem:
    """The problem with some limits moved."""
    to = {change.limit.id: change.to for change in changes}
    return replace(problem, limits=tuple(replace(x, value=to.get(x.id, x.value)) for x in problem.limits))


def irreducible(problem: Problem) -> tuple[Limit, ...]:
    """Demands of an infeasible problem that leave no plan together, and do if any one is left out.

    Ends of rooms are left out first, so that the conflict speaks of limits where it can. The limits that have a price
    where the demands are broken least are usually all that it takes, and the search begins with them.
    """
    ends, loose = room_ends(problem), list(_loose_ends(problem))
    members = {**{path: ends[path] for path in loose}, **{limit.id: limit for limit in problem.limits}}

    def has_plan(ids: Sequence[str]) -> bool:
        return plan_of(_with_only(problem, frozenset(ids))) is not None

    kept = list(members)
    priced = _priced(problem)
    likely = [name for name in kept if name in priced or name in loose]
    if len(likely) < len(kept) and not has_plan(likely):
        kept = likely
    if not has_plan(rest := [name for name in kept if name not in loose]):
        kept = rest
    stretch = len(kept)
    while stretch > 1:
        stretch = (stretch + 1) // 2
        kept = _left_out(kept, stretch, has_plan)
    return tuple(members[name] for name in kept)


def _priced(problem: Problem) -> frozenset[str]:
    """The limits that stand in the way where the demands are broken least, and all that count what is chosen."""
    try:
        priced = least_breach(problem).priced
    except AnswerIsNo:
        priced = frozenset()
    return priced | {limit.id for limit in problem.limits if is_choice(limit)}


def _loose_ends(problem: Problem) -> Iterator[str]:
    return (room_end(cell, end) for cell in problem.rooms for end in _loosening(problem, cell))


def _left_out(ids: list[str], stretch: int, has_plan: Callable[[Sequence[str]], bool]) -> list[str]:
    """The ids without the stretches of so many that the conflict does not need."""
    place = 0
    while place < len(ids):
        rest = [*ids[:place], *ids[place + stretch :]]
        if has_plan(rest):
            place += stretch
        else:
            ids = rest
    return ids


def _with_only(problem: Problem, ids: frozenset[str]) -> Problem:
    """The problem with these limits and ends of rooms, the others left out."""
    rooms = {}
    for cell, room in problem.rooms.items():
        looser = {e: at for e, at in _loosening(problem, cell).items() if room_end(cell, e) not in ids}
        rooms[cell] = Room(looser.get("least", room.least), looser.get("most", room.most), room.or_zero)
    return replace(problem, rooms=rooms, limits=tuple(limit for limit in problem.limits if limit.id in ids))


def _loosening(problem: Problem, cell: Cell) -> dict[str, float]:
    """The ends of a cell's room that can be left out, and where they go: as far as its curves are known."""
    room, curves = problem.rooms[cell], [row[cell] for row in problem.curves.values() if cell in row]
    known = max((curve.low for curve in curves), default=0.0), min((curve.high for curve in curves), default=math.inf)
    lowest = max(known[0], TOKEN * room.least if cell in problem.switched else 0.0)
    money = [limit.value for limit in problem.limits if limit.unit in {"fen", "plain"} and limit.is_money]
    ample = AMPLE * max(math.fsum(other.most for other in problem.rooms.values()), *money, 0.0)
    highest = known[1] if math.isfinite(known[1]) else ample
    return {
        **({"least": lowest} if lowest < room.least else {}),
        **({"most": highest} if highest > room.most else {}),
    }


def relax(problem: Problem) -> tuple[tuple[Change, ...], dict[Cell, float], bool]:
    """The smallest relaxation, a plan that keeps the limits so moved, and whether choices had to give.

    A limit broken by next to nothing is kept if the others can do without: near a vertical start of a curve a trifle of
    money returns much, and "0.0002% instead of 0%" is no advice.
    """
    everything = frozenset(limit.id for limit in problem.limits)
    soft, choices_alone = frozenset(limit.id for limit in problem.limits if not is_choice(limit)), False
    try:
        state = problem.state(least_breach(problem, soft).money)
    except AnswerIsNo:
        soft, choices_alone = everything, True
        state = problem.state(least_breach(problem, soft).money)
    telling = frozenset(x.id for x in problem.limits if x.excess(state) > TELLING * size(problem, x))
    for gives in (telling, soft):
        found = _moved(problem, gives)
        if found is not None:
            return *found, choices_alone
    raise Fault(Finding("plan_not_relaxed", path="optimise"))


def _moved(problem: Problem, soft: frozenset[str]) -> tuple[tuple[Change, ...], dict[Cell, float]] | None:
    """Some of these limits moved as little as leaves a plan, and that plan; None if the others leave none."""
    try:
        state = problem.state(least_breach(problem, soft).money)
    except AnswerIsNo:
        return None
    changes = {x.id: Change(x, x.measured(state)) for x in problem.limits if x.id in soft and _is_broken(x, state)}
    for limit_id in list(changes):
        changes[limit_id] = _best(problem, changes, limit_id)
    ways: list[Callable[[Change], Change]] = [_written, lambda change: change]
    ways += [partial(_loosened, hair=hair) for hair in HAIRS]
    for way in ways:
        moved = tuple(way(change) for change in changes.values())
        plan = plan_of(applied(problem, moved))
        if plan is not None:
            return moved, plan
    return None


def _best(problem: Problem, changes: Mapping[str, Change], limit_id: str) -> Change:
    """A change made as small as it can be while the others stand: what a ratio reaches depends on the money spent."""
    change = changes[limit_id]
    others = applied(problem, [other for other in changes.values() if other is not change])
    found = reach(others, change.limit)
    if found is None or abs(found[0] - change.limit.value) > abs(change.to - change.limit.value):
        return change
    return Change(change.limit, found[0])


def _reachable(problem: Problem, conflict: Sequence[Limit]) -> Iterator[Change]:
    """How far the softest few limits of a conflict can each be met while all else stays."""
    own = {limit.id for limit in problem.limits}
    limits = sorted((limit for limit in conflict if limit.id in own), key=lambda limit: DEARNESS[limit.kind])
    for limit in limits[:MOST_NAMED]:
        found = reach(problem, limit)
        if found is not None and any(found[1].values()):  # to spend nothing is no plan
            yield _written(Change(limit, found[0]))


def _written(change: Change) -> Change:
    """The new value with few digits, rounded away from the old one; a figure that has few digits stays."""
    near = _digits(change.to, DIGITS)
    if abs(near - change.to) <= 1e-9 * abs(change.to):
        return Change(change.limit, near)
    away = math.ceil if change.to > change.limit.value else math.floor
    unit = 10.0 ** (math.floor(math.log10(abs(change.to))) + 1 - DIGITS)
    unit = max(unit, 1.0) if change.limit.unit in {"fen", "count"} else unit
    return Change(change.limit, _digits(away(change.to / unit) * unit, DIGITS + 1))


def _loosened(change: Change, hair: float) -> Change:
    """The new value looser by a hair, for one that is met only within rounding."""
    return _written(
        Change(change.limit, change.to + math.copysign(hair * abs(change.to), change.to - change.limit.value))
    )


def _digits(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def _is_broken(limit: Limit, state: State) -> bool:
    return limit.excess(state) > BLUR * limit.weight(state)


def breaches(problem: Problem, current: Mapping[Cell, float]) -> Iterator[Breach]:
    """The ends of rooms and the limits that a plan breaks; responses are judged only where all curves are known."""
    state, ends = State(current), room_ends(problem)
    for cell, room in problem.rooms.items():
        for end in ("least", "most"):
            closed = room.or_zero and current[cell] == 0
            if not closed and _is_broken(ends[room_end(cell, end)], state):
                yield Breach(ends[room_end(cell, end)], current[cell])
    known = all(
        curve.low <= current[cell] <= curve.high for row in problem.curves.values() for cell, curve in row.items()
    )
    state = problem.state(current) if known else state
    for limit in problem.limits:
        if (known or limit.is_money) and _is_broken(limit, state):
            yield Breach(limit, limit.measured(state))


def _listed(parts: Sequence[str], lang: str) -> str:
    return (";" if lang == "zh" else "; ").join(parts)


def _record(change: Change) -> dict[str, Any]:
    return {"limit": change.limit.id, "from": change.limit.value, "to": change.to, "unit": change.limit.unit}
