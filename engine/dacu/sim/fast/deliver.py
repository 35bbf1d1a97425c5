"""Twins of the kernels of sim/deliver.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.behaviour import choice, interest, maths
from dacu.behaviour.compiled import ceiling, compile_scalar, hashed, in_parts, scalar, step_of, top
from dacu.sim import crowd, deliver
from dacu.sim.fast.crowd import raise_one

ONE, VIEW, MOST_PARTS = interest.ONE, interest.VIEW, crowd.MOST_PARTS
SHARES, FARTHEST, ALL_SLOTS, MOST_VIEWS = deliver.SHARES, deliver.FARTHEST, deliver.ALL_SLOTS, deliver.MOST_VIEWS
Aimed, Spread = deliver.Aimed, deliver.Spread
exposure_gain, match_appeal = scalar(interest.exposure_gain), scalar(choice.match_appeal)
weariness = scalar(interest.weariness)
exp32, exp64, one_minus_exp32 = scalar(maths.exp32), scalar(maths.exp64), scalar(maths.one_minus_exp32)


def sink(
    users: Any, placement: Any, views: Any, quality: Any, matches: Any, rates: Any, fatigue_of: Any, bits: Any,
    awareness: Any, fatigue: Any, reached: Any,
) -> None:  # fmt: skip
    """See deliver.sink. Rows are gone through in turn, so a person may stand in several."""
    for row in range(len(users)):
        person, door = users[row], placement[row]
        left = ONE - exposure_gain(rates[door], quality[row], matches[row])
        power = left
        for _ in range(1, views[row]):
            power *= left
        raise_one(awareness, person, ONE - power)
        channel = fatigue_of[door]
        if channel >= 0:
            fatigue[channel, person] = min(np.int64(fatigue[channel, person]) + views[row] * VIEW, MOST_PARTS)
        reached[person] |= bits[door]


def spread_over(
    key: Any, wanted: Any, behaviour: Any, online: Any, platform: Any, slot: Any, audiences: Any, seen: Any,
    appeal: Any, matched: Any, persona: Any, affinity: Any, fatigue: Any, log_of_views: Any,
) -> Any:  # fmt: skip
    """See deliver.spread_over."""
    aimed = aim(
        wanted, behaviour, online, platform, slot, audiences, seen, appeal, matched, persona, affinity, fatigue,
        log_of_views,
    )  # fmt: skip
    reached = len(aimed.rows)
    share = np.float32(wanted.volume / max(aimed.parts, 1))
    users, mean = np.empty(reached, np.int32), np.empty(reached, np.float32)
    for place in range(reached):
        users[place] = online[aimed.rows[place]]
        mean[place] = np.float32(aimed.weight[place]) * share
    viewers, views = count_views(key, users, mean)
    slots = np.empty(len(viewers), np.uint8)
    for place in range(len(viewers)):
        slots[place] = slot[aimed.rows[viewers[place]]]
        if wanted.cap:
            views[place] = min(views[place], wanted.cap - np.int64(seen[users[viewers[place]]]))
    return Spread(users[viewers], slots, views, reached, aimed.utility, aimed.squares)


@compile_scalar
def aim(
    wanted: Any, behaviour: Any, online: Any, platform: Any, slot: Any, audiences: Any, seen: Any, appeal: Any,
    matched: Any, persona: Any, affinity: Any, fatigue: Any, log_of_views: Any,
) -> Any:  # fmt: skip
    """See deliver.aim: who, then their utility and its sums, then weights, a loop each."""
    rows = np.empty(len(online), np.int64)
    count = 0
    for row in range(len(online)):
        rows[count] = row
        inside = platform[row] == wanted.platform
        if wanted.audience:
            inside &= (audiences[online[row]] & wanted.audience) != 0
        if wanted.slots != ALL_SLOTS:
            inside &= ((wanted.slots >> slot[row]) & 1) != 0
        if wanted.cap:
            inside &= seen[online[row]] < wanted.cap
        count += inside
    rows = rows[:count]
    weight = np.empty(count, np.int64)
    utility = np.empty(count, np.float32)
    for place in range(count):
        row = rows[place]
        person = online[row]
        fit = match_appeal(behaviour, matched[row]) + affinity[persona[person]]
        if len(fatigue):
            fit -= weariness(log_of_views, fatigue[person], behaviour.click.fatigue)
        utility[place] = appeal[row] + fit
    total, squares, parts = 0, 0, 0
    for place in range(count):
        fixed = int(np.rint(utility[place] * SHARES))
        total += fixed
        squares += fixed * fixed
    for place in range(count):
        aimed = int(exp32(min((utility[place] - wanted.mean) * wanted.slope, FARTHEST)) * SHARES)
        weight[place] = aimed
        parts += aimed
    return Aimed(rows, weight, parts, total, squares)


def counted(key: Any, users: Any, mean: Any) -> Any:
    """See deliver.counted."""
    step = step_of(key)
    draws = np.empty(len(users), np.uint32)
    for row in range(len(users)):
        draws[row] = top(hashed(users[row], step, key))
    seen = np.empty(len(users), np.int64)
    likely, count = 0, 0
    for row in range(len(users)):
        seen[likely] = row
        likely += draws[row] <= ceiling(mean[row])
    for row in seen[:likely]:
        seen[count] = row
        count += draws[row] < in_parts(one_minus_exp32(mean[row]))
    seen = seen[:count]
    views = np.ones(count, np.int64)
    for place in range(count):
        left = np.float64(draws[seen[place]]) * 2.0**-32
        rate = np.float64(mean[seen[place]])
        term = exp64(-rate)
        tail = 1.0 - term
        for more in range(1, MOST_VIEWS):
            term = term * rate / more
            tail -= term
            if not left < tail:
                break
            views[place] += 1
    return seen, views


count_views = compile_scalar(counted)
