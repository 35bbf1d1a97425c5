"""Engagement: which item a view showed, whether people interact, follow and click, and where a click lands."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.choice import follow_utility, interaction_utility, item_appeal, match_appeal
from dacu.behaviour.coefficients import Views
from dacu.behaviour.counts import poisson
from dacu.behaviour.interest import exposure_gain, log_of_views, match_pairs, weariness
from dacu.behaviour.maths import sigmoid32
from dacu.behaviour.quantiles import race
from dacu.behaviour.scalars import logit64
from dacu.columns import present
from dacu.content.heat import kind_shares
from dacu.draws import Stream, bits32, chance, uniform
from dacu.kernels import kernel
from dacu.levers.base import PaysOn
from dacu.shop.offers import Claim
from dacu.sim.board import Board
from dacu.sim.claims import claim
from dacu.sim.crowd import appeal_of, need_of, raise_stock, touch
from dacu.sim.deliver import sink_in
from dacu.sim.now import Came, Now, Touches, Visits
from dacu.sim.pricing import public_saving
from dacu.sim.tally import CHANCE, Expected, Measure
from dacu.sim.world import World

F32: TypeAlias = NDArray[np.float32]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
ALL_DAY = 0xFFFFFF
TURNS = 16  # room for the views of a person on one placement in one hour
COLLECT = 2  # kind of interaction that is stored
LEAST_VIEWS = 20  # agents' views from which an hour's click rate is taken over


def engage(world: World, now: Now) -> None:
    """Live through this hour's views: items, interactions, clicks, then what sinks in."""
    touches = now.touches
    if not len(touches):
        return
    _claim_pushed(world, now)
    board = Board.of(world, now.placements)
    item = _items_shown(world, now)
    appeal, consideration = appeal_of(world, touches.user, need_of(world, touches.user))
    matched, utility = _feel(world, now, board, item, appeal)
    _interact(world, now, board, item, matched, consideration)
    last = np.cumsum(touches.views) - 1
    _click(world, now, board, utility, item, item[last])
    sink_in(world, now, board, world.items["quality"][item[last]], matched[last])
    _count(world, touches, board, item)


def _claim_pushed(world: World, now: Now) -> None:
    """Who opens a push claims the coupons in it."""
    touches = now.touches
    for row, (_, placement) in enumerate(now.placements):
        if placement.pays_on is PaysOn.SEND:
            opened = touches.placement == row
            platform = np.full(int(opened.sum()), placement.platform, np.uint8)
            claim(world, touches.user[opened], touches.slot[opened], platform, Claim.PUSH)


def _items_shown(world: World, now: Now) -> I32:
    """The item of each view."""
    touches, offers = now.touches, [placement for _, placement in now.placements]
    count = np.array([len(offer.items) for offer in offers])
    items = np.concatenate([offer.items for offer in offers])
    return show_items(
        world.key(Stream.ITEM), touches.user, touches.views, touches.placement, np.cumsum(count) - count, count,
        items, np.concatenate([offer.weights for offer in offers]), world.items["hash"][items],
    )  # fmt: skip


@kernel
def show_items(
    key: np.uint64, users: I32, views: I64, placement: NDArray[np.int16], start: I64, count: I64, items: I32,
    weights: F32, hashes: NDArray[np.uint64],
) -> I32:  # fmt: skip
    """A race among a placement's items by their share, keyed by the item's own identity, for each view of each touch.

    start, count: by placement, where its items stand in items, weights (shares) and hashes.
    """
    pair, turn = rows_and_turns(views)
    shown, users, row = items[start[placement]][pair], users[pair], placement[pair]
    for several in np.flatnonzero(count > 1):
        rows = np.flatnonzero(row == several)
        offered = np.arange(start[several], start[several] + count[several])
        entity = np.tile(users[rows].astype(np.int64) * TURNS + turn[rows], len(offered))
        draws = uniform(key, entity, np.repeat(hashes[offered], len(rows))).reshape(len(offered), len(rows))
        scores = race(draws, weights[offered].astype(np.float64)[:, None])
        shown[rows] = items[offered][scores.argmin(axis=0)]
    return shown


def rows_and_turns(views: I64) -> tuple[I64, I64]:
    """Of each view, a touch's one after another: the row of its touch, and its number from 0."""
    pair = np.repeat(np.arange(len(views)), views)
    return pair, np.arange(len(pair)) - (np.cumsum(views) - views)[pair]


class ItemTable(NamedTuple):
    """What items are worth to anybody this hour, a value an item."""

    appeal: F32  # part of click utility
    note: F32  # weights of a persona's tastes
    live: F32
    use: F32  # multiple of interest match, by the hour of the day


def _feel(world: World, now: Now, board: Board, item: I32, appeal: F32) -> tuple[F32, F32]:
    """Interest match and click utility of each view. appeal: of each touch, the person's part."""
    touches, users, items = now.touches, world.users, world.items
    return feel(
        world.setting.behaviour.views, touches.user, touches.views, touches.placement, appeal, item,
        users.born.interests, items.topic, users.born.persona, users.fatigue, board.fatigue, log_of_views(),
        ItemTable(_item_appeal(world, now, item), items["note"], items["live"], _use(world)),
        world.setting.note_taste, world.setting.live_taste,
    )  # fmt: skip


@kernel
def feel(
    behaviour: Views, users: I32, views: I64, placement: NDArray[np.int16], appeal: F32, item: I32,
    interests: NDArray[np.int8], topics: F32, persona: NDArray[np.uint8], fatigue: NDArray[np.uint16],
    fatigue_of: I64, log_of_views: F32, table: ItemTable, note: F32, live: F32,
) -> tuple[F32, F32]:  # fmt: skip
    """Interest match and click utility of each view.

    A touch has users, views, placement and appeal, a view its item. fatigue_of: by placement, its row in fatigue or −1;
    note, live: tastes of each persona.
    """
    pair, _ = rows_and_turns(views)
    matched = match_pairs(interests, users[pair], topics, item)
    matched = np.minimum(matched * table.use[item], np.float32(1))
    utility = appeal[pair] + match_appeal(behaviour, matched)
    kind = persona[users[pair]]
    utility += table.appeal[item] + table.note[item] * note[kind] + table.live[item] * live[kind]
    channel = fatigue_of[placement]
    tired = weariness(log_of_views, fatigue[channel, users], behaviour.click.fatigue) * (channel >= 0)
    utility -= tired[pair]
    return matched, utility


def _use(world: World) -> F32:
    """Interest match is better within the hours of the day in which an item is used; most items know none."""
    click, hours = world.setting.behaviour.click, world.items["hours"]
    inside = (hours >> np.uint32(world.t % 24)) & np.uint32(1) != 0
    factor = np.where(inside, np.float32(click.daypart_inside), np.float32(click.daypart_outside))
    return np.where(hours == ALL_DAY, np.float32(1), factor)


def _item_appeal(world: World, now: Now, item: I32) -> F32:
    """The item's part of click utility, for those that are shown."""
    setting, items = world.setting, world.items
    shown = present(item)
    savings = np.array([public_saving(world, now, platform) for platform in range(len(setting.platforms))])
    discount = _highest(items.goods[shown], savings[items["platform"][shown]])
    sold = _highest(items.goods[shown], world.goods.sold)
    quality, trust, fit = (items[name][shown] for name in ("quality", "trust", "fit"))
    appeal = np.zeros(len(items), np.float32)
    appeal[shown] = item_appeal(setting.behaviour, quality, trust, fit, discount, sold)
    return appeal


def _highest(goods: NDArray[np.bool_], of_goods: NDArray[Any]) -> F32:
    """The highest value among the goods of each item, 0 without any. goods: items × SKUs; of_goods: SKUs, the same."""
    highest: F32 = np.where(goods, of_goods, 0).max(axis=1, initial=0).astype(np.float32)
    return highest


class Likes(NamedTuple):
    """Utility of interacting that an item has by itself, a value an item, and the usual one as a logit."""

    usual: np.float32
    quality: F32
    new_format: F32
    hash: NDArray[np.uint64]


def _interact(world: World, now: Now, board: Board, item: I32, matched: F32, consideration: F32) -> None:
    """Likes, comments, collects and shares: people's own act on their state, expected ones feed the item's heat."""
    behaviour, items, touches = world.setting.behaviour, world.items, now.touches
    content = behaviour.content
    likes = Likes(
        np.float32(logit64(content.interaction)),
        (items["quality"] * 2 - np.float32(1)) * np.float32(content.interaction_quality),
        items["new_format"] * np.float32(content.interaction_new_format), items["hash"],
    )  # fmt: skip
    chances, acted, touch_of, draw = interact(
        world.key(Stream.INTERACT), behaviour.views, touches.user, touches.views, item, matched, consideration, likes
    )
    world.tally.add(Measure.INTERACTIONS, world.t, board.lever[touches.placement[touch_of]])
    kind = _kind_of(world, draw, chances[acted], items["kinds"][item[acted]])
    collected = kind == COLLECT
    rows = acted[collected]
    gain = exposure_gain(behaviour.interest.seeding_collect, items["quality"][item[rows]], matched[rows])
    raise_stock(world.users.consideration, touches.user[touch_of[collected]], gain)
    _follow(world, touches, item, matched)
    _heat_up(world, item, chances)


@kernel
def interact(
    key: np.uint64, behaviour: Views, users: I32, views: I64, item: I32, matched: F32, consideration: F32, likes: Likes
) -> tuple[NDArray[np.uint32], I64, I64, NDArray[np.uint32]]:
    """Chance of each view to be acted on; the views that were, their touches, and the draws that decided.

    A touch has users, views and consideration; a view item and matched.
    """
    pair, turn = rows_and_turns(views)
    utility = interaction_utility(
        behaviour, likes.quality[item], likes.new_format[item], matched, consideration[pair]
    )  # fmt: skip
    chances = chance(sigmoid32(utility + likes.usual))
    draw = bits32(key, users[pair].astype(np.int64) * TURNS + turn, likes.hash[item])
    acted = np.flatnonzero(draw < chances)
    return chances, acted, pair[acted], draw[acted]


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


def _follow(world: World, touches: Touches, item: I32, matched: F32) -> None:
    """A viewer becomes a follower of the account by quality and match."""
    content, items = world.setting.behaviour.content, world.items
    if (items["account"] < 0).all():
        return
    quality = (items["quality"] * 2 - np.float32(1)) * np.float32(content.follow_quality)
    likes = Likes(np.float32(logit64(content.follow)), quality, quality, items["hash"])
    users, won = follow(
        world.key(Stream.FOLLOW), world.setting.behaviour.views, touches.user, touches.views, item, matched, likes,
        items["account"],
    )  # fmt: skip
    np.bitwise_or.at(world.users.follows, users, (1 << items["account"][won].astype(np.int64)).astype(np.uint16))


@kernel
def follow(
    key: np.uint64, behaviour: Views, users: I32, views: I64, item: I32, matched: F32, likes: Likes,
    account: NDArray[np.int16],
) -> tuple[I32, I32]:  # fmt: skip
    """People who follow an account after a view of an item, and the items. account: of each item, −1: none."""
    pair, turn = rows_and_turns(views)
    rows = np.flatnonzero(account[item] >= 0)
    shown = item[rows]
    utility = follow_utility(behaviour, likes.quality[shown], matched[rows])
    users = users[pair[rows]]
    draw = bits32(key, users.astype(np.int64) * TURNS + turn[rows], likes.hash[shown])
    won = np.flatnonzero(draw < chance(sigmoid32(utility + likes.usual)))
    return users[won], shown[won]


def _click(world: World, now: Now, board: Board, utility: F32, item: I32, last_item: I32) -> None:
    """At most one click a person and placement, by one draw."""
    touches = now.touches
    chances, clicked = click(
        world.key(Stream.CLICK), touches.user, touches.views, touches.placement, utility, item,
        world.items["linked"], board.click, board.hash,
    )  # fmt: skip
    levers, doors = board.lever[touches.placement], board.room[touches.placement]
    world.tally.expect(Expected.CLICKS, world.t, levers, chances)
    product = board.product[touches.placement] & (doors < 0)
    world.tally.expect(Expected.LINKED_CLICKS, world.t, levers[product], chances[product])
    _note_quality(world, board, touches, chances)
    _land(world, now, board, clicked, last_item, product)


@kernel
def click(
    key: np.uint64, users: I32, views: I64, placement: NDArray[np.int16], utility: F32, item: I32,
    linked: NDArray[np.bool_], usual: F32, hashes: NDArray[np.uint64],
) -> tuple[NDArray[np.uint32], I64]:  # fmt: skip
    """Chance of each touch to be clicked, 1 − Π(1 − p) over its views, and the touches that were.

    linked: by item, whether it leads anywhere; usual (a logit) and hashes: by placement.
    """
    pair, _ = rows_and_turns(views)
    probability = sigmoid32(utility + usual[placement[pair]])
    probability[~linked[item]] = 0
    missed: F32 = np.multiply.reduceat(1 - probability, np.cumsum(views) - views)
    chances = chance(1 - missed)
    return chances, np.flatnonzero(bits32(key, users, hashes[placement]) < chances)


def _note_quality(world: World, board: Board, touches: Touches, chances: NDArray[np.uint32]) -> None:
    """Click rate of each line's views this hour against its channel's reference: next hour's bid reads it."""
    levers = board.lever[touches.placement]
    count, total = np.zeros(len(world.setting.levers), np.int64), np.zeros(len(world.setting.levers), np.int64)
    np.add.at(count, levers, touches.views)
    np.add.at(total, levers, chances.astype(np.int64))
    for lever, usual in zip(board.lever.tolist(), board.click_rate.tolist(), strict=True):
        if count[lever] >= LEAST_VIEWS:
            world.appeal[lever, 2] = total[lever] / CHANCE / count[lever] / usual


def _land(world: World, now: Now, board: Board, clicked: I64, last_item: I32, product: NDArray[np.bool_]) -> None:
    """Clicks gain consideration, become the last touch, and arrive: in a room, in the shop, or later by search."""
    touches, tally, t = now.touches, world.tally, world.t
    users, slot, placement = touches.user[clicked], touches.slot[clicked], touches.placement[clicked]
    lever = board.lever[placement]
    tally.add(Measure.CLICKS, t, lever)
    tally.add(Measure.LINKED_CLICKS, t, lever[product[clicked]])
    item = last_item[clicked]
    quality = world.items["quality"][item]
    match = match_pairs(world.users.born.interests, users, world.items.topic, item)
    gain = exposure_gain(0.5, 2 * board.consideration.astype(np.float32)[placement] * quality, match)
    raise_stock(world.users.consideration, users, gain)
    touch(world, users, slot, lever)
    visits = Visits(users, slot, board.platform[placement], lever, item, np.full(len(users), Came.CHANNEL, np.uint8))
    inside = board.room[placement] >= 0
    entries = visits.take(inside)
    entries.item = board.room[placement][inside].astype(np.int32)
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


def _count(world: World, touches: Touches, board: Board, item: I32) -> None:
    """Views of each lever; those of items with a product link apart."""
    levers = board.lever[touches.placement]
    world.tally.add(Measure.VIEWS, world.t, levers, touches.views)
    leads = (world.items["linked"] & (world.items["room"] < 0)).astype(np.int64)[item]
    linked = np.add.reduceat(leads, np.cumsum(touches.views) - touches.views)
    product = board.product[touches.placement]
    world.tally.add(Measure.LINKED_VIEWS, world.t, levers[product], linked[product])
