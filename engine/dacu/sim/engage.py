"""Engagement: which item a view showed, whether people interact, follow and click, and where a click lands."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.choice import follow_utility, interaction_utility, item_appeal, match_appeal
from dacu.behaviour.coefficients import Content, Views
from dacu.behaviour.counts import poisson
from dacu.behaviour.interest import exposure_gain, log_of_views, match_pairs, weariness
from dacu.behaviour.maths import sigmoid32
from dacu.behaviour.quantiles import race
from dacu.columns import present, totals_by
from dacu.content.heat import kind_edges, kind_shares
from dacu.draws import Stream, bits32, chance, uniform
from dacu.kernels import kernel
from dacu.levers.base import PaysOn
from dacu.people.users import Users
from dacu.shop.offers import Claim
from dacu.sim.board import Board
from dacu.sim.claims import claim
from dacu.sim.crowd import raise_stock, read_appeal, read_need, touch
from dacu.sim.deliver import sink_in
from dacu.sim.now import Came, Now, Touches, Visits
from dacu.sim.pricing import public_saving
from dacu.sim.tally import CHANCE, Expected, Measure
from dacu.sim.world import World

F32: TypeAlias = NDArray[np.float32]
I32: TypeAlias = NDArray[np.int32]
F64: TypeAlias = NDArray[np.float64]
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
    lived = _live(world, now, board)
    _interact(world, board, touches, lived)
    _heat_up(world, lived)
    _click(world, now, board, lived)
    sink_in(world, now, board, world.items["quality"][lived.last], lived.matched)
    _count(world, board, lived)


def _claim_pushed(world: World, now: Now) -> None:
    """Who opens a push claims the coupons in it."""
    touches = now.touches
    for row, (_, placement) in enumerate(now.placements):
        if placement.pays_on is PaysOn.SEND:
            opened = touches.placement == row
            platform = np.full(int(opened.sum()), placement.platform, np.uint8)
            claim(world, touches.user[opened], touches.slot[opened], platform, Claim.PUSH)


class Offered(NamedTuple):
    """What placements offer: by placement where its items begin and how many, and by place an item and its share."""

    start: I64
    number: I64
    items: I32
    weights: F32


class Viewers(NamedTuple):
    """Columns of all people that views read; explained in people/users.py."""

    persona: NDArray[np.uint8]
    interests: NDArray[np.int8]
    awareness: NDArray[np.uint16]
    consideration: NDArray[np.uint16]
    stocked_until: I32
    cycle: F32
    fatigue: NDArray[np.uint16]

    @classmethod
    def of(cls, users: Users) -> Viewers:
        """The columns as they are: no copy."""
        born = users.born
        return cls(
            born.persona, born.interests, users.awareness, users.consideration, users.stocked_until, born.cycle,
            users.fatigue,
        )  # fmt: skip


class Shown(NamedTuple):
    """What items are this hour, a value an item.

    appeal: part of click utility; note, live: weights of a persona's tastes; use: multiple of interest match, by the
    hour of the day; likes, new_format, follows: parts of the utility of interacting and of following; kinds: row of
    interaction kinds; account: whose followers it makes, −1: none; linked: it leads anywhere; leads: to the shop;
    topic: topics × items.
    """

    appeal: F32
    note: F32
    live: F32
    use: F32
    likes: F32
    new_format: F32
    follows: F32
    kinds: NDArray[np.uint8]
    account: NDArray[np.int16]
    linked: NDArray[np.bool_]
    leads: NDArray[np.bool_]
    hash: NDArray[np.uint64]
    topic: F32


class Usual(NamedTuple):
    """Usual rates as logits: of interacting, of following, and of clicking by placement."""

    interact: np.float32
    follow: np.float32
    click: F32


class Keys(NamedTuple):
    """Keys of the draws of views."""

    item: np.uint64
    interact: np.uint64
    follow: np.uint64
    click: np.uint64


class Acted(NamedTuple):
    """Interactions: item and its match, row of the touch, and what people do: like, comment, collect or share."""

    item: I32
    matched: F32
    touch: I64
    kind: I64


class Lived(NamedTuple):
    """What became of an hour's views."""

    last: I32  # item of the last view of each touch
    matched: F32  # interest match with it
    acted: Acted
    fans: I32  # people who follow an account
    fans_item: I32  # by which item
    clicked: I64  # rows of touches
    views: I64  # by placement
    leads: I64  # by placement: views of items that lead to the shop
    clicks: I64  # by placement: sum of chances
    shown: I64  # by item: views
    liked: I64  # by item: sum of chances to be acted on


def _live(world: World, now: Now, board: Board) -> Lived:
    setting, touches = world.setting, now.touches
    offered = _offered(now)
    keys = Keys(*(world.key(stream) for stream in (Stream.ITEM, Stream.INTERACT, Stream.FOLLOW, Stream.CLICK)))
    return live_views(
        keys, setting.behaviour.views, setting.behaviour.content, touches.user, touches.views, touches.placement,
        Viewers.of(world.users), offered, _shown(world, now, offered.items), Usual(*setting.usual_acts, board.click),
        board.fatigue, board.hash, setting.note_taste, setting.live_taste, log_of_views(),
        kind_edges(setting.behaviour.content), world.t,
    )  # fmt: skip


def _offered(now: Now) -> Offered:
    """The items of this hour's placements, side by side."""
    offers = [placement for _, placement in now.placements]
    number = np.array([len(offer.items) for offer in offers])
    items, weights = (np.concatenate(parts) for parts in zip(*((o.items, o.weights) for o in offers), strict=True))
    return Offered(np.cumsum(number) - number, number, items, weights)


@kernel
def live_views(
    keys: Keys, behaviour: Views, content: Content, users: I32, views: I64, placement: NDArray[np.int16],
    people: Viewers, offered: Offered, shown: Shown, usual: Usual, fatigue_of: I64, hashes: NDArray[np.uint64],
    note: F32, live: F32, log_of_views: F32, edges: F64, hour: int,
) -> Lived:  # fmt: skip
    """Live through the views of each touch, which has users, views and placement.

    fatigue_of, hashes: by placement, its row in fatigue or −1, and its identity. note, live: tastes of each persona.
    edges: kinds of items × kinds of interaction, shares summed up.
    """
    pair, entity = rows_and_entities(users, views)
    item = show_items(keys.item, pair, entity, placement, offered, shown.hash)
    needs = read_need(users, people.stocked_until, people.cycle, hour)
    appeal, consideration = read_appeal(behaviour, users, people.awareness, people.consideration, needs)
    matched, utility = feel(
        behaviour, users, pair, placement, appeal, item, people, shown, fatigue_of, log_of_views, note, live
    )  # fmt: skip
    acted, liked = interact(
        keys.interact, behaviour, content, pair, entity, item, matched, consideration, shown, usual.interact, edges
    )  # fmt: skip
    fans, fans_item = follow(
        keys.follow, behaviour, content, users, pair, entity, item, matched, shown, usual.follow
    )  # fmt: skip
    chances, clicked = click(keys.click, users, views, pair, placement, utility, item, shown, usual.click, hashes)
    last, size = np.cumsum(views) - 1, len(hashes)
    return Lived(
        item[last], matched[last], acted, fans, fans_item, clicked, totals_by(placement, views, size),
        totals_by(placement[pair], shown.leads[item].astype(np.int64), size),
        totals_by(placement, chances.astype(np.int64), size), np.bincount(item, minlength=len(shown.hash)), liked,
    )  # fmt: skip


def rows_and_entities(users: I32, views: I64) -> tuple[I64, I64]:
    """Of each view, a touch's one after another: the row of its touch, and what its draws are keyed by."""
    pair = np.repeat(np.arange(len(views)), views)
    turn = np.arange(len(pair)) - (np.cumsum(views) - views)[pair]
    return pair, users[pair].astype(np.int64) * TURNS + turn


def show_items(
    key: np.uint64, pair: I64, entity: I64, placement: NDArray[np.int16], offered: Offered, hashes: NDArray[np.uint64]
) -> I32:
    """A race among a placement's items by their share, keyed by the item's own identity, for each view.

    hashes: by item.
    """
    row = placement[pair]
    first, count = offered.start[row], offered.number[row]
    shown = offered.items[first]
    several = np.flatnonzero(count > 1)
    if not len(several):
        return shown
    count = count[several]
    start = np.cumsum(count) - count  # of each view's race among the scores of all
    place = np.arange(count.sum()) + np.repeat(first[several] - start, count)
    draws = uniform(key, np.repeat(entity[several], count), hashes[offered.items[place]])
    scores = race(draws, offered.weights[place].astype(np.float64))
    least = np.flatnonzero(scores == np.repeat(np.minimum.reduceat(scores, start), count))
    shown[several] = offered.items[place[least[np.searchsorted(least, start)]]]
    return shown


def feel(
    behaviour: Views, users: I32, pair: I64, placement: NDArray[np.int16], appeal: F32, item: I32, people: Viewers,
    shown: Shown, fatigue_of: I64, log_of_views: F32, note: F32, live: F32,
) -> tuple[F32, F32]:  # fmt: skip
    """Interest match and click utility of each view. appeal: of each touch, the person's part; item: of each view."""
    matched = match_pairs(people.interests, users[pair], shown.topic, item)
    matched = np.minimum(matched * shown.use[item], np.float32(1))
    utility = appeal[pair] + match_appeal(behaviour, matched)
    kind = people.persona[users[pair]]
    utility += shown.appeal[item] + shown.note[item] * note[kind] + shown.live[item] * live[kind]
    channel = fatigue_of[placement]
    tired = weariness(log_of_views, people.fatigue[channel, users], behaviour.click.fatigue) * (channel >= 0)
    utility -= tired[pair]
    return matched, utility


def _shown(world: World, now: Now, offered: I32) -> Shown:
    """The table of items; only those that are offered have an appeal."""
    items, content = world.items, world.setting.behaviour.content
    quality = items["quality"] * 2 - np.float32(1)
    return Shown(
        _item_appeal(world, now, offered), items["note"], items["live"], _use(world),
        quality * np.float32(content.interaction_quality),
        items["new_format"] * np.float32(content.interaction_new_format), quality * np.float32(content.follow_quality),
        items["kinds"], items["account"], items["linked"], items["linked"] & (items["room"] < 0), items["hash"],
        items.topic,
    )  # fmt: skip


def _use(world: World) -> F32:
    """Interest match is better within the hours of the day in which an item is used; most items know none."""
    click, hours = world.setting.behaviour.click, world.items["hours"]
    inside = (hours >> np.uint32(world.t % 24)) & np.uint32(1) != 0
    factor = np.where(inside, np.float32(click.daypart_inside), np.float32(click.daypart_outside))
    return np.where(hours == ALL_DAY, np.float32(1), factor)


def _item_appeal(world: World, now: Now, offered: I32) -> F32:
    setting, items = world.setting, world.items
    savings = np.array([public_saving(world, now, platform) for platform in range(len(setting.platforms))])
    return appeal_of_items(
        setting.behaviour.views, offered, items["quality"], items["trust"], items["fit"], items["platform"],
        items.goods, savings, world.goods.sold,
    )  # fmt: skip


@kernel
def appeal_of_items(
    behaviour: Views, offered: I32, quality: F32, trust: F32, fit: F32, platform: NDArray[np.uint8],
    goods: NDArray[np.bool_], savings: F64, sold: I32,
) -> F32:  # fmt: skip
    """The item's part of click utility, for those that are offered; 0 for others.

    goods: items × SKUs; savings (largest share of market value): platforms × SKUs; sold: SKUs.
    """
    shown = present(offered)
    discount = _highest(goods[shown], savings[platform[shown]])
    appeal = np.zeros(len(quality), np.float32)
    appeal[shown] = item_appeal(
        behaviour, quality[shown], trust[shown], fit[shown], discount, _highest(goods[shown], sold)
    )  # fmt: skip
    return appeal


def _highest(goods: NDArray[np.bool_], of_goods: NDArray[Any]) -> F32:
    """The highest value among the goods of each item, 0 without any. goods: items × SKUs; of_goods: SKUs, the same."""
    highest: F32 = np.where(goods, of_goods, 0).max(axis=1, initial=0).astype(np.float32)
    return highest


def _interact(world: World, board: Board, touches: Touches, lived: Lived) -> None:
    """Likes, comments, collects and shares act on people's own state; some viewers follow an account."""
    items, acted = world.items, lived.acted
    if len(acted.item):
        world.tally.add(Measure.INTERACTIONS, world.t, board.lever[touches.placement[acted.touch]])
        collected = acted.kind == COLLECT
        seen, rate = acted.item[collected], world.setting.behaviour.interest.seeding_collect
        gain = exposure_gain(rate, items["quality"][seen], acted.matched[collected])
        raise_stock(world.users.consideration, touches.user[acted.touch[collected]], gain)
    if len(lived.fans):
        account = items["account"][lived.fans_item].astype(np.int64)
        np.bitwise_or.at(world.users.follows, lived.fans, (1 << account).astype(np.uint16))


def interact(
    key: np.uint64, behaviour: Views, content: Content, pair: I64, entity: I64, item: I32, matched: F32,
    consideration: F32, shown: Shown, usual: np.float32, edges: F64,
) -> tuple[Acted, I64]:  # fmt: skip
    """The views that are acted on, and by item the sum of chances. A touch has a consideration, a view its match.

    The draw that decides is stretched over its chance to pick the kind.
    """
    utility = interaction_utility(
        behaviour, content, shown.likes[item], shown.new_format[item], matched, consideration[pair]
    )  # fmt: skip
    chances = chance(sigmoid32(utility + usual))
    draw = bits32(key, entity, shown.hash[item])
    acted = np.flatnonzero(draw < chances)
    liked = totals_by(item, chances.astype(np.int64), len(shown.hash))
    share = draw[acted] / chances[acted]
    kind = (share[:, None] >= edges[shown.kinds[item[acted]]]).sum(axis=1)
    return Acted(item[acted], matched[acted], pair[acted], kind), liked


def _heat_up(world: World, lived: Lived) -> None:
    """What views and interactions of people add to the heat of each item."""
    items, content = world.items, world.setting.behaviour.content
    warm(
        world.key(Stream.HEAT), world.setting.weight, lived.shown, lived.liked, items["kinds"], items["hash"],
        kind_shares(content), np.array(content.weights, np.int64), items["plays"], items["interactions"],
        items["weighted"],
    )  # fmt: skip


@kernel
def warm(
    key: np.uint64, weight: int, views: I64, liked: I64, kinds: NDArray[np.uint8], hashes: NDArray[np.uint64],
    shares: F64, worth: I64, plays: I64, interactions: I64, weighted: I64,
) -> None:  # fmt: skip
    """Views and weighted interactions of each item in people: Poisson of the expected number, keyed by item.

    views, liked (sum of chances): of agents, by item. shares: of kinds of interaction; worth: weight of each.
    """
    shown = np.flatnonzero(views)
    expected = (liked[shown] / CHANCE * weight)[:, None] * shares[kinds[shown]]
    each: NDArray[np.uint64] = np.arange(len(worth), dtype=np.uint64)
    entity = hashes[shown][:, None] + each
    counts = poisson(uniform(key, entity.reshape(-1)), expected.reshape(-1)).reshape(expected.shape)
    plays[shown] += views[shown] * weight
    interactions[shown] += counts.sum(axis=1)
    weighted[shown] += (counts * worth).sum(axis=1)


def follow(
    key: np.uint64, behaviour: Views, content: Content, users: I32, pair: I64, entity: I64, item: I32, matched: F32,
    shown: Shown, usual: np.float32,
) -> tuple[I32, I32]:  # fmt: skip
    """People who follow an account after a view of an item, by its quality and match; and the items."""
    rows = np.flatnonzero(shown.account[item] >= 0)
    utility = follow_utility(behaviour, content, shown.follows[item[rows]], matched[rows])
    draw = bits32(key, entity[rows], shown.hash[item[rows]])
    won = rows[draw < chance(sigmoid32(utility + usual))]
    return users[pair[won]], item[won]


def click(
    key: np.uint64, users: I32, views: I64, pair: I64, placement: NDArray[np.int16], utility: F32, item: I32,
    shown: Shown, usual: F32, hashes: NDArray[np.uint64],
) -> tuple[NDArray[np.uint32], I64]:  # fmt: skip
    """Chance of each touch to be clicked, 1 − Π(1 − p) over its views, and the touches that were.

    usual (a logit) and hashes: by placement.
    """
    probability = sigmoid32(utility + usual[placement[pair]])
    probability[~shown.linked[item]] = 0
    missed: F32 = np.multiply.reduceat(1 - probability, np.cumsum(views) - views)
    chances = chance(1 - missed)
    return chances, np.flatnonzero(bits32(key, users, hashes[placement]) < chances)


def _click(world: World, now: Now, board: Board, lived: Lived) -> None:
    """At most one click a person and placement, by one draw."""
    product = board.product & (board.room < 0)
    world.tally.expect(Expected.CLICKS, world.t, board.lever, lived.clicks)
    world.tally.expect(Expected.LINKED_CLICKS, world.t, board.lever[product], lived.clicks[product])
    _note_quality(world, board, lived)
    if len(lived.clicked):
        _land(world, now, board, lived, product)


def _note_quality(world: World, board: Board, lived: Lived) -> None:
    """Click rate of each line's views this hour against its channel's reference: next hour's bid reads it."""
    levers = len(world.setting.levers)
    count, total = (totals_by(board.lever, each, levers) for each in (lived.views, lived.clicks))
    for lever, usual in zip(board.lever.tolist(), board.click_rate.tolist(), strict=True):
        if count[lever] >= LEAST_VIEWS:
            world.appeal[lever, 2] = total[lever] / CHANCE / count[lever] / usual


def _land(world: World, now: Now, board: Board, lived: Lived, product: NDArray[np.bool_]) -> None:
    """Clicks gain consideration, become the last touch, and arrive: in a room, in the shop, or later by search."""
    touches, tally, t, clicked = now.touches, world.tally, world.t, lived.clicked
    users, slot, placement = touches.user[clicked], touches.slot[clicked], touches.placement[clicked]
    lever = board.lever[placement]
    tally.add(Measure.CLICKS, t, lever)
    tally.add(Measure.LINKED_CLICKS, t, lever[product[placement]])
    item = lived.last[clicked]
    quality = world.items["quality"][item]
    match = match_pairs(world.users.born.interests, users, world.items.topic, item)
    gain = exposure_gain(0.5, 2 * board.consideration.astype(np.float32)[placement] * quality, match)
    raise_stock(world.users.consideration, users, gain)
    touch(world, users, slot, lever)
    came = np.full(len(users), int(Came.CHANNEL), np.uint8)
    visits = Visits(users, slot, board.platform[placement], lever, item, came)
    inside = board.room[placement] >= 0
    if inside.any():
        entries = visits.take(inside)
        entries.item = board.room[placement][inside].astype(np.int32)
        now.entries.append(entries)
        visits = visits.take(~inside)
    now.visits += lead_on(world, visits)


def lead_on(world: World, visits: Visits) -> list[Visits]:
    """Visits on platforms that sell stay; on the others a share opens a target at once, the rest only remembers."""
    platforms = world.setting.platforms
    if platforms.all_sell:
        return [visits] if len(visits) else []
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


def _count(world: World, board: Board, lived: Lived) -> None:
    """Views of each lever; those of items with a product link apart."""
    product = board.product
    world.tally.add(Measure.VIEWS, world.t, board.lever, lived.views)
    world.tally.add(Measure.LINKED_VIEWS, world.t, board.lever[product], lived.leads[product])
