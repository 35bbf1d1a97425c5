"""Engagement: which item a view showed, whether people interact, follow and click, and where a click lands."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.choice import item_appeal, logistic, match_appeal
from dacu.behaviour.coefficients import Medium
from dacu.behaviour.counts import poisson
from dacu.behaviour.interest import exposure_gain, match_pairs, weariness
from dacu.behaviour.quantiles import race
from dacu.behaviour.scalars import logit64
from dacu.columns import present
from dacu.content.heat import kind_shares
from dacu.draws import Stream, bits32, chance, uniform
from dacu.levers.base import PaysOn, Placement
from dacu.shop.offers import Claim
from dacu.sim.claims import claim
from dacu.sim.crowd import Mind, raise_stock, touch
from dacu.sim.deliver import sink_in
from dacu.sim.now import Came, Now, Visits
from dacu.sim.pricing import public_saving
from dacu.sim.tally import CHANCE, Expected, Measure
from dacu.sim.world import FATIGUE, World

F32: TypeAlias = NDArray[np.float32]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
COLLECT = 2  # kind of interaction that is stored
LEAST_VIEWS = 20  # agents' views from which an hour's click rate is taken over


def engage(world: World, now: Now) -> None:
    """Live through this hour's views: items, interactions, clicks, then what sinks in."""
    touches = now.touches
    if not len(touches):
        return
    for row, (_, placement) in enumerate(now.placements):
        if placement.pays_on is PaysOn.SEND:
            opened = touches.placement == row
            platform = np.full(int(opened.sum()), placement.platform, np.uint8)
            claim(world, touches.user[opened], touches.slot[opened], platform, Claim.PUSH)
    pair = np.repeat(np.arange(len(touches)), touches.views)  # the touch of each view
    first = np.concatenate(([0], np.cumsum(touches.views)[:-1]))
    turn = np.arange(len(pair)) - first[pair]  # 0 for a touch's first view
    users = touches.user[pair]
    item = _items_shown(world, now, users, touches.placement[pair], turn)
    matched = _matches(world, item, users)
    mind = Mind.of(world, touches.user)
    interest = match_appeal(world.setting.behaviour, matched)
    levers = np.array([lever for lever, _ in now.placements], np.int16)[touches.placement]
    _interact(world, users, item, matched, mind.consideration[pair], turn, levers[pair])
    utility = mind.appeal(world)[pair] + interest + _item_utility(world, now, item, users)
    utility -= _weariness(world, now)[pair]
    last = first + touches.views - 1
    _click(world, now, utility, pair, first, item, item[last], levers)
    quality = world.items["quality"][item[last]]
    sink_in(world, now, quality, matched[last])
    _count(world, levers, pair, item, _product_levers(world, now))


def _items_shown(world: World, now: Now, users: I32, placement: NDArray[np.int16], turn: I64) -> I32:
    """The item of each view: a race among the placement's items by their share, keyed by the item's own identity."""
    item = np.empty(len(users), np.int32)
    for row in present(placement):
        rows = np.flatnonzero(placement == row)
        offered: Placement = now.placements[row][1]
        if len(offered.items) == 1:
            item[rows] = offered.items[0]
            continue
        entity = np.tile(users[rows].astype(np.int64) * 16 + turn[rows], len(offered.items))
        hashes = np.repeat(world.items["hash"][offered.items], len(rows))
        draws = uniform(world.key(Stream.ITEM), entity, hashes).reshape(len(offered.items), len(rows))
        scores = race(draws, offered.weights.astype(np.float64)[:, None])
        item[rows] = offered.items[scores.argmin(axis=0)]
    return item


def _matches(world: World, item: I32, users: I32) -> F32:
    """Interest match of each view, better within an item's hours of the day."""
    click = world.setting.behaviour.click
    matched = match_pairs(world.users.born.interests[:, users], world.items.topic[:, item])
    hours = world.items["hours"][item]
    if (hours != 0xFFFFFF).any():
        inside = (hours >> np.uint32(world.t % 24)) & np.uint32(1) != 0
        factor = np.where(inside, np.float32(click.daypart_inside), np.float32(click.daypart_outside))
        matched = np.minimum(np.where(hours == 0xFFFFFF, matched, matched * factor), np.float32(1))
    return matched


def _item_utility(world: World, now: Now, item: I32, users: I32) -> F32:
    """Click utility of the items: computed once an item, then looked up; persona taste on top."""
    setting, items = world.setting, world.items
    shown = present(item)
    savings = np.array([public_saving(world, now, platform) for platform in range(len(setting.platforms))])
    discount = _highest(items.goods[shown], savings[items["platform"][shown]])
    sold = _highest(items.goods[shown], world.goods.sold)
    quality, trust, fit = (items[name][shown] for name in ("quality", "trust", "fit"))
    appeal = np.zeros(len(items), np.float32)
    appeal[shown] = item_appeal(setting.behaviour, quality, trust, fit, discount, sold)
    note = np.array([persona.note for persona in setting.personas], np.float32)
    live = np.array([persona.live for persona in setting.personas], np.float32)
    persona = world.users.born.persona[users]
    liking: F32 = items["note"][item] * note[persona]
    watching: F32 = items["live"][item] * live[persona]
    return appeal[item] + liking + watching


def _highest(goods: NDArray[np.bool_], of_goods: NDArray[Any]) -> F32:
    """The highest value among the goods of each item, 0 without any. goods: items × SKUs; of_goods: SKUs, the same."""
    highest: F32 = np.where(goods, of_goods, 0).max(axis=1, initial=0).astype(np.float32)
    return highest


def _weariness(world: World, now: Now) -> F32:
    """Of each touch: what recent views on the same channel take off a click."""
    touches, click = now.touches, world.setting.behaviour.click
    tired = np.zeros(len(touches), np.float32)
    channels = np.array([placement.channel for _, placement in now.placements], np.int16)[touches.placement]
    for channel in present(channels):
        if channel in FATIGUE:
            rows = channels == channel
            tired[rows] = weariness(world.users.fatigue[FATIGUE[channel], touches.user[rows]], click.fatigue)
    return tired


def _interact(
    world: World, users: I32, item: I32, matched: F32, consideration: F32, turn: I64, levers: NDArray[np.int16]
) -> None:
    """Likes, comments, collects and shares: people's own act on their state, expected ones feed the item's heat."""
    behaviour, items = world.setting.behaviour, world.items
    content, at = behaviour.content, behaviour.reference
    utility = (items["quality"][item] * 2 - np.float32(1)) * np.float32(content.interaction_quality)
    utility += (matched - np.float32(at.match)) * np.float32(content.interaction_match)
    utility += (consideration - np.float32(at.consideration)) * np.float32(content.interaction_consideration)
    utility += items["new_format"][item] * np.float32(content.interaction_new_format)
    chances = chance(logistic(content.interaction, utility))
    entity = users.astype(np.int64) * 16 + turn
    draw = bits32(world.key(Stream.INTERACT), entity, items["hash"][item])
    acted = np.flatnonzero(draw < chances)
    world.tally.add(Measure.INTERACTIONS, world.t, levers[acted])
    kind = _kind_of(world, draw[acted], chances[acted], items["kinds"][item[acted]])
    collected = acted[kind == COLLECT]
    gain = exposure_gain(behaviour.interest.seeding_collect, items["quality"][item[collected]], matched[collected])
    raise_stock(world.users.consideration, users[collected], gain)
    _follow(world, users, item, matched, entity)
    _heat_up(world, item, chances)


def _kind_of(
    world: World, draw: NDArray[np.uint32], chances: NDArray[np.uint32], row: NDArray[np.uint8]
) -> NDArray[np.int64]:
    """The same draw, stretched over the chance, picks the kind."""
    share = draw / np.maximum(chances, 1)
    edges = np.cumsum(kind_shares(world.setting.behaviour), axis=1)[row]
    kind: I64 = (share[:, None] >= edges).sum(axis=1)
    return kind


def _heat_up(world: World, item: I32, chances: NDArray[np.uint32]) -> None:
    """Views and weighted interactions of each item in people: Poisson of the expected number, keyed by item."""
    items, behaviour, weight = world.items, world.setting.behaviour, world.setting.weight
    shown = present(item)
    total = np.zeros(len(items), np.int64)
    np.add.at(total, item, chances.astype(np.int64))
    views = np.bincount(item)[shown] * weight
    expected = (total[shown] / CHANCE * weight)[:, None] * kind_shares(behaviour)[items["kinds"][shown]]
    kinds = np.arange(expected.shape[1], dtype=np.uint64)
    entity = items["hash"][shown][:, None] + kinds
    draws = uniform(world.key(Stream.HEAT), entity.reshape(-1))
    counts = poisson(draws, expected.reshape(-1)).reshape(expected.shape)
    items["plays"][shown] += views
    items["interactions"][shown] += counts.sum(axis=1)
    items["weighted"][shown] += (counts * np.array(behaviour.content.weights, np.int64)).sum(axis=1)


def _follow(world: World, users: I32, item: I32, matched: F32, entity: I64) -> None:
    """A viewer becomes a follower of the account by quality and match."""
    content, at = world.setting.behaviour.content, world.setting.behaviour.reference
    bit = world.items["account"][item]
    rows = np.flatnonzero(bit >= 0)
    if not len(rows):
        return
    utility = (world.items["quality"][item[rows]] * 2 - np.float32(1)) * np.float32(content.follow_quality)
    utility += (matched[rows] - np.float32(at.match)) * np.float32(content.follow_match)
    draw = bits32(world.key(Stream.FOLLOW), entity[rows], world.items["hash"][item[rows]])
    won = rows[draw < chance(logistic(content.follow, utility))]
    np.bitwise_or.at(world.users.follows, users[won], (1 << bit[won].astype(np.int64)).astype(np.uint16))


def _click(
    world: World, now: Now, utility: F32, pair: I64, first: I64, item: I32, last_item: I32, levers: NDArray[np.int16]
) -> None:
    """At most one click a person and placement: 1 − Π(1 − p) over its views, by one draw. first: view of each touch."""
    touches = now.touches
    rates = np.array([logit64(medium_of(world, p).click_rate) for _, p in now.placements])
    probability = logistic(0.5, utility + rates.astype(np.float32)[touches.placement[pair]])
    probability[~world.items["linked"][item]] = 0
    missed: F32 = np.multiply.reduceat(1 - probability, first)
    chances = chance(1 - missed)
    draw = bits32(world.key(Stream.CLICK), touches.user, _hashes(world, now)[touches.placement])
    world.tally.expect(Expected.CLICKS, world.t, levers, chances)
    doors = np.array([placement.room for _, placement in now.placements], np.int16)[touches.placement]
    product = _product_levers(world, now)[levers] & (doors < 0)
    world.tally.expect(Expected.LINKED_CLICKS, world.t, levers[product], chances[product])
    clicked = np.flatnonzero(draw < chances)
    _note_quality(world, levers, chances, touches.views, now)
    _land(world, now, clicked, last_item, levers, doors, product)


def medium_of(world: World, placement: Placement) -> Medium:
    """The row of coefficients of a placement: a card that opens a live room has the room's own click rate."""
    label = "live" if placement.room >= 0 else placement.channel.label
    return world.setting.behaviour.channels[label]


def _hashes(world: World, now: Now) -> NDArray[np.uint64]:
    """One hash a placement: of its lever and its mode."""
    return np.array([int(world.setting.levers[lever].hash) ^ int(p.mode) for lever, p in now.placements], np.uint64)


def _product_levers(world: World, now: Now) -> NDArray[np.bool_]:
    """By lever: whether its clicks count in the click rate of product exposures; other channels have their own."""
    labels = ("feed_ads", "boost", "organic", "kol", "koc", "venue")
    product = np.zeros(len(world.setting.levers), np.bool_)
    product[[lever for lever, p in now.placements if p.channel.label in labels]] = True
    return product


def _note_quality(world: World, levers: NDArray[np.int16], chances: NDArray[np.uint32], views: I64, now: Now) -> None:
    """Click rate of each line's views this hour against its channel's reference: next hour's bid reads it."""
    count, total = np.zeros(len(world.setting.levers), np.int64), np.zeros(len(world.setting.levers), np.int64)
    np.add.at(count, levers, views)
    np.add.at(total, levers, chances.astype(np.int64))
    for lever, placement in now.placements:
        if count[lever] >= LEAST_VIEWS:
            usual = medium_of(world, placement).click_rate
            world.appeal[lever, 2] = total[lever] / CHANCE / count[lever] / usual


def _land(
    world: World, now: Now, clicked: I64, last_item: I32, levers: NDArray[np.int16], doors: NDArray[np.int16],
    product: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Clicks gain consideration, become the last touch, and arrive: in a room, in the shop, or later by search."""
    touches = now.touches
    users, slot, lever = touches.user[clicked], touches.slot[clicked], levers[clicked]
    tally, t = world.tally, world.t
    tally.add(Measure.CLICKS, t, lever)
    tally.add(Measure.LINKED_CLICKS, t, lever[product[clicked]])
    channels = [placement.channel.label for _, placement in now.placements]
    rates = np.array([world.setting.behaviour.channels[label].consideration_gain for label in channels])
    item = last_item[clicked]
    quality, topic = world.items["quality"][item], world.items.topic[:, item]
    match = match_pairs(world.users.born.interests[:, users], topic)
    gain = exposure_gain(0.5, 2 * rates.astype(np.float32)[touches.placement[clicked]] * quality, match)
    raise_stock(world.users.consideration, users, gain)
    touch(world, users, slot, lever)
    platform = np.array([p.platform for _, p in now.placements], np.uint8)[touches.placement[clicked]]
    visits = Visits(users, slot, platform, lever, item, np.full(len(users), Came.CHANNEL, np.uint8))
    inside = doors[clicked] >= 0
    entries = visits.take(inside)
    entries.item = doors[clicked][inside].astype(np.int32)
    now.entries.append(entries)
    now.visits += lead_on(world, visits.take(~inside))


def lead_on(world: World, visits: Visits) -> list[Visits]:
    """Visits on platforms that sell stay; on the others a share opens a target at once, the rest only remembers."""
    platforms = world.setting.platforms
    arrived = [visits.take(platforms.sells[visits.platform])]
    draw = uniform(world.key(Stream.LEAD), visits.user)
    member = world.users.born.platforms[visits.user]
    for source in np.flatnonzero(~platforms.sells):
        edge = 0.0
        for target in platforms.selling:
            share = float(platforms.direct_link[source] * platforms.leads[source, target])
            rows = (visits.platform == source) & (draw >= edge) & (draw < edge + share)
            rows &= (member >> np.uint8(target)) & np.uint8(1) != 0
            edge += share
            moved = visits.take(rows)
            moved.platform = np.full(len(moved), target, np.uint8)
            arrived.append(moved)
    return [part for part in arrived if len(part)]


def _count(world: World, levers: NDArray[np.int16], pair: I64, item: I32, product: NDArray[np.bool_]) -> None:
    """Views of each lever; those of items with a product link apart."""
    world.tally.add(Measure.VIEWS, world.t, levers[pair])
    linked = world.items["linked"][item] & (world.items["room"][item] < 0) & product[levers[pair]]
    world.tally.add(Measure.LINKED_VIEWS, world.t, levers[pair][linked])
