"""Twins of the kernels of sim/engage.py. Views stand touch by touch, so a loop over both needs no index of either."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.behaviour import choice, interest, maths
from dacu.behaviour.compiled import compile_scalar, hashed, hashed_pair, in_parts, mix, scalar, step_of, top, unit
from dacu.sim import engage
from dacu.sim.fast import crowd
from dacu.sim.fast.counts import poisson_count
from dacu.sim.fast.interest import cosine
from dacu.sim.tally import CHANCE

ONE, TURNS = interest.ONE, engage.TURNS
Acted, Lived = engage.Acted, engage.Lived
read_need, read_appeal = compile_scalar(crowd.read_need), compile_scalar(crowd.read_appeal)
SLACK = 1 + 1e-9  # far above the rounding of a logarithm
interaction_utility, follow_utility = scalar(choice.interaction_utility), scalar(choice.follow_utility)
weariness, item_appeal = scalar(interest.weariness), scalar(choice.item_appeal)
match_appeal, sigmoid32, log64 = scalar(choice.match_appeal), scalar(maths.sigmoid32), scalar(maths.log64)


def live_views(
    keys: Any, behaviour: Any, content: Any, users: Any, views: Any, placement: Any, people: Any, offered: Any,
    shown: Any, usual: Any, fatigue_of: Any, hashes: Any, note: Any, live: Any, log_of_views: Any, edges: Any,
    hour: Any,
) -> Any:  # fmt: skip
    """See engage.live_views."""
    item = show_items(keys.item, users, views, placement, offered, shown.hash)
    needs = read_need(users, people.stocked_until, people.cycle, hour)
    appeal, consideration = read_appeal(behaviour, users, people.awareness, people.consideration, needs)
    matched, utility = feel(
        behaviour, users, views, placement, appeal, item, people, shown, fatigue_of, log_of_views, note, live
    )  # fmt: skip
    acted, liked = interact(
        keys.interact, behaviour, content, users, views, item, matched, consideration, shown, usual.interact, edges
    )  # fmt: skip
    fans, fans_item = follow(keys.follow, behaviour, content, users, views, item, matched, shown, usual.follow)
    chances, clicked = click(keys.click, users, views, placement, utility, item, shown, usual.click, hashes)
    last, matched_last = np.empty(len(users), np.int32), np.empty(len(users), np.float32)
    seen, leads, clicks = np.zeros((3, len(hashes)), np.int64)
    times = np.zeros(len(shown.hash), np.int64)
    view = 0
    for row in range(len(users)):
        door = placement[row]
        seen[door] += views[row]
        clicks[door] += np.int64(chances[row])
        for _ in range(views[row]):
            leads[door] += shown.leads[item[view]]
            times[item[view]] += 1
            view += 1
        last[row], matched_last[row] = item[view - 1], matched[view - 1]
    return Lived(last, matched_last, acted, fans, fans_item, clicked, seen, leads, clicks, times, liked)


@compile_scalar
def show_items(key: Any, users: Any, views: Any, placement: Any, offered: Any, hashes: Any) -> Any:
    """See engage.show_items."""
    step = step_of(key)
    items, weights = offered.items, offered.weights
    shown = np.empty(views.sum(), items.dtype)
    draws = np.empty(len(items), np.float64)
    view = 0
    for row in range(len(users)):
        first = offered.start[placement[row]]
        end = first + offered.number[placement[row]]
        for turn in range(views[row]):
            best, least = first, np.inf
            if end - first > 1:
                word = hashed(np.int64(users[row]) * TURNS + turn, step, key)
                for place in range(end - first):
                    draws[place] = unit(mix(word ^ hashes[items[first + place]]))
                for offer in range(first, end):
                    draw, weight = draws[offer - first], np.float64(weights[offer])
                    if weight > 0 and 1.0 - draw <= least * weight * SLACK:  # −ln u ≥ 1 − u: the others cannot win
                        score = -log64(draw) / weight
                        if score < least:
                            best, least = offer, score
            shown[view] = items[best]
            view += 1
    return shown


@compile_scalar
def feel(
    behaviour: Any, users: Any, views: Any, placement: Any, appeal: Any, item: Any, people: Any, shown: Any,
    fatigue_of: Any, log_of_views: Any, note: Any, live: Any,
) -> Any:  # fmt: skip
    """See engage.feel."""
    matched = np.empty(len(item), np.float32)
    utility = np.empty(len(item), np.float32)
    view = 0
    for row in range(len(users)):
        person = users[row]
        kind = people.persona[person]
        channel = fatigue_of[placement[row]]
        tired = np.float32(0)
        if channel >= 0:
            tired = weariness(log_of_views, people.fatigue[channel, person], behaviour.click.fatigue)
        for _ in range(views[row]):
            what = item[view]
            match = min(cosine(people.interests, person, shown.topic, what) * shown.use[what], ONE)
            worth = shown.appeal[what] + shown.note[what] * note[kind] + shown.live[what] * live[kind]
            matched[view] = match
            utility[view] = appeal[row] + match_appeal(behaviour, match) + worth - tired
            view += 1
    return matched, utility


@compile_scalar
def interact(
    key: Any, behaviour: Any, content: Any, users: Any, views: Any, item: Any, matched: Any, consideration: Any,
    shown: Any, usual: Any, edges: Any,
) -> Any:  # fmt: skip
    """See engage.interact."""
    step = step_of(key)
    utilities, chances = np.empty(len(item), np.float32), np.empty(len(item), np.uint32)
    view = 0
    for row in range(len(users)):
        for _ in range(views[row]):
            what = item[view]
            utility = interaction_utility(
                behaviour, content, shown.likes[what], shown.new_format[what], matched[view], consideration[row]
            )  # fmt: skip
            utilities[view] = utility + usual
            view += 1
    for view in range(len(item)):
        chances[view] = in_parts(sigmoid32(utilities[view]))
    acted, touch_of, kinds = np.empty((3, len(item)), np.int64)
    liked = np.zeros(len(shown.hash), np.int64)
    view, count = 0, 0
    for row in range(len(users)):
        for turn in range(views[row]):
            draw = top(hashed_pair(np.int64(users[row]) * TURNS + turn, step, key, shown.hash[item[view]]))
            if draw < chances[view]:
                share, kind = np.float64(draw) / np.float64(chances[view]), 0
                for edge in edges[shown.kinds[item[view]]]:
                    kind += share >= edge
                acted[count], touch_of[count], kinds[count] = view, row, kind
                count += 1
            liked[item[view]] += np.int64(chances[view])
            view += 1
    acted = acted[:count]
    return Acted(item[acted], matched[acted], touch_of[:count], kinds[:count]), liked


@compile_scalar
def follow(
    key: Any, behaviour: Any, content: Any, users: Any, views: Any, item: Any, matched: Any, shown: Any, usual: Any
) -> Any:  # fmt: skip
    """See engage.follow."""
    step = step_of(key)
    who, by = np.empty(len(item), np.int32), np.empty(len(item), np.int32)
    view, count = 0, 0
    for row in range(len(users)):
        for turn in range(views[row]):
            what = item[view]
            if shown.account[what] >= 0:
                utility = follow_utility(behaviour, content, shown.follows[what], matched[view])
                draw = top(hashed_pair(np.int64(users[row]) * TURNS + turn, step, key, shown.hash[what]))
                who[count], by[count] = users[row], what
                count += draw < in_parts(sigmoid32(utility + usual))
            view += 1
    return who[:count], by[:count]


@compile_scalar
def click(
    key: Any, users: Any, views: Any, placement: Any, utility: Any, item: Any, shown: Any, usual: Any, hashes: Any
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
            if shown.linked[item[view]]:
                missed *= missing[view]
            view += 1
        chances[row] = in_parts(ONE - missed)
        clicked[count] = row
        count += top(hashed_pair(users[row], step, key, hashes[placement[row]])) < chances[row]
    return chances, clicked[:count]


def warm(
    key: Any, weight: Any, views: Any, liked: Any, kinds: Any, hashes: Any, shares: Any, worth: Any, plays: Any,
    interactions: Any, weighted: Any,
) -> None:  # fmt: skip
    """See engage.warm."""
    step = step_of(key)
    for item in range(len(views)):
        if not views[item]:
            continue
        plays[item] += views[item] * weight
        expected = liked[item] / CHANCE * weight
        for kind in range(len(worth)):
            draw = unit(hashed(hashes[item] + np.uint64(kind), step, key))
            count = poisson_count(draw, expected * shares[kinds[item], kind])
            interactions[item] += count
            weighted[item] += count * worth[kind]


def appeal_of_items(
    behaviour: Any, offered: Any, quality: Any, trust: Any, fit: Any, platform: Any, goods: Any, savings: Any, sold: Any
) -> Any:
    """See engage.appeal_of_items."""
    appeal = np.zeros(len(quality), np.float32)
    for item in offered:
        discount, most = 0.0, np.int64(0)
        for sku in range(len(sold)):
            if goods[item, sku]:
                discount = max(discount, savings[platform[item], sku])
                most = max(most, sold[sku])
        appeal[item] = item_appeal(
            behaviour, quality[item], trust[item], fit[item], np.float32(discount), np.float32(most)
        )  # fmt: skip
    return appeal
