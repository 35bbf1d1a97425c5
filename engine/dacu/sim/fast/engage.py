"""Twins of the kernels of sim/engage.py. Views stand touch by touch, so a loop over both needs no index of either."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.behaviour import choice, interest, maths
from dacu.behaviour.compiled import hashed, hashed_pair, in_parts, mix, scalar, step_of, top, unit
from dacu.sim import engage
from dacu.sim.fast.interest import cosine

ONE, TURNS = interest.ONE, engage.TURNS
SLACK = 1 + 1e-9  # far above the rounding of a logarithm
interaction_utility, follow_utility = scalar(choice.interaction_utility), scalar(choice.follow_utility)
weariness = scalar(interest.weariness)
match_appeal, sigmoid32, log64 = scalar(choice.match_appeal), scalar(maths.sigmoid32), scalar(maths.log64)


def show_items(
    key: Any, users: Any, views: Any, placement: Any, start: Any, count: Any, items: Any, weights: Any, hashes: Any
) -> Any:
    """See engage.show_items."""
    step = step_of(key)
    shown = np.empty(views.sum(), items.dtype)
    draws = np.empty(len(items), np.float64)
    view = 0
    for row in range(len(users)):
        first = start[placement[row]]
        end = first + count[placement[row]]
        for turn in range(views[row]):
            best, least = first, np.inf
            if end - first > 1:
                word = hashed(np.int64(users[row]) * TURNS + turn, step, key)
                for place in range(end - first):
                    draws[place] = unit(mix(word ^ hashes[first + place]))
                for offer in range(first, end):
                    draw, weight = draws[offer - first], np.float64(weights[offer])
                    if weight > 0 and 1.0 - draw <= least * weight * SLACK:  # −ln u ≥ 1 − u: the others cannot win
                        score = -log64(draw) / weight
                        if score < least:
                            best, least = offer, score
            shown[view] = items[best]
            view += 1
    return shown


def feel(
    behaviour: Any, users: Any, views: Any, placement: Any, appeal: Any, item: Any, interests: Any, topics: Any,
    persona: Any, fatigue: Any, fatigue_of: Any, log_of_views: Any, table: Any, note: Any, live: Any,
) -> Any:  # fmt: skip
    """See engage.feel."""
    matched = np.empty(len(item), np.float32)
    utility = np.empty(len(item), np.float32)
    view = 0
    for row in range(len(users)):
        person = users[row]
        kind = persona[person]
        channel = fatigue_of[placement[row]]
        tired = np.float32(0)
        if channel >= 0:
            tired = weariness(log_of_views, fatigue[channel, person], behaviour.click.fatigue)
        for _ in range(views[row]):
            shown = item[view]
            match = min(cosine(interests, person, topics, shown) * table.use[shown], ONE)
            worth = table.appeal[shown] + table.note[shown] * note[kind] + table.live[shown] * live[kind]
            matched[view] = match
            utility[view] = appeal[row] + match_appeal(behaviour, match) + worth - tired
            view += 1
    return matched, utility


def interact(
    key: Any, behaviour: Any, users: Any, views: Any, item: Any, matched: Any, consideration: Any, likes: Any
) -> Any:
    """See engage.interact."""
    step = step_of(key)
    utilities = np.empty(len(item), np.float32)
    chances, draws = np.empty(len(item), np.uint32), np.empty(len(item), np.uint32)
    acted, touch_of = np.empty(len(item), np.int64), np.empty(len(item), np.int64)
    view, count = 0, 0
    for row in range(len(users)):
        for _ in range(views[row]):
            shown = item[view]
            utility = interaction_utility(
                behaviour, likes.quality[shown], likes.new_format[shown], matched[view], consideration[row]
            )  # fmt: skip
            utilities[view] = utility + likes.usual
            view += 1
    for view in range(len(item)):
        chances[view] = in_parts(sigmoid32(utilities[view]))
    view = 0
    for row in range(len(users)):
        for turn in range(views[row]):
            draw = top(hashed_pair(np.int64(users[row]) * TURNS + turn, step, key, likes.hash[item[view]]))
            acted[count], touch_of[count], draws[count] = view, row, draw
            count += draw < chances[view]
            view += 1
    return chances, acted[:count], touch_of[:count], draws[:count]


def follow(key: Any, behaviour: Any, users: Any, views: Any, item: Any, matched: Any, likes: Any, account: Any) -> Any:
    """See engage.follow."""
    step = step_of(key)
    who, what = np.empty(len(item), np.int32), np.empty(len(item), np.int32)
    view, count = 0, 0
    for row in range(len(users)):
        for turn in range(views[row]):
            shown = item[view]
            if account[shown] >= 0:
                utility = follow_utility(behaviour, likes.quality[shown], matched[view])
                draw = top(hashed_pair(np.int64(users[row]) * TURNS + turn, step, key, likes.hash[shown]))
                who[count], what[count] = users[row], shown
                count += draw < in_parts(sigmoid32(utility + likes.usual))
            view += 1
    return who[:count], what[:count]


def click(
    key: Any, users: Any, views: Any, placement: Any, utility: Any, item: Any, linked: Any, usual: Any, hashes: Any
) -> Any:
    """See engage.click."""
    step = step_of(key)
    missing = np.empty(len(item), np.float32)
    view = 0
    for row in range(len(users)):
        for _ in range(views[row]):
            missing[view] = utility[view] + usual[placement[row]]
            view += 1
    for view in range(len(item)):
        missing[view] = ONE - sigmoid32(missing[view])
    chances, clicked = np.empty(len(users), np.uint32), np.empty(len(users), np.int64)
    view, count = 0, 0
    for row in range(len(users)):
        missed = ONE
        for _ in range(views[row]):
            if linked[item[view]]:
                missed *= missing[view]
            view += 1
        chances[row] = in_parts(ONE - missed)
        clicked[count] = row
        count += top(hashed_pair(users[row], step, key, hashes[placement[row]])) < chances[row]
    return chances, clicked[:count]
