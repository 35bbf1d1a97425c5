"""Scenario: all blocks as one frozen model, assembled from the lever registry, with the checks across blocks."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import BeforeValidator, create_model

from dacu.clock.blocks import ONE_WAVE, CalendarBlock, event_and_wave
from dacu.errors import nearest
from dacu.language.block import Block, Problem, Text, item
from dacu.language.family import family
from dacu.language.paths import join_path, split_path
from dacu.levers.base import Lever, kinds
from dacu.levers.content import ContentBlock
from dacu.levers.creators import CreatorGroup
from dacu.levers.kol import Creator
from dacu.levers.live import LiveRoom
from dacu.levers.market import MarketBlock
from dacu.levers.members import Members
from dacu.levers.paid import Paid
from dacu.levers.presale import Presale
from dacu.levers.search_ads import SearchAds
from dacu.people.blocks import PeopleBlock, PlatformBlock
from dacu.people.platforms import ONLY
from dacu.scenario.history import CONTRADICTION, HistoryBlock
from dacu.scenario.optimise import OptimiseBlock, check_optimise
from dacu.scenario.targets import TargetBlock, check_targets
from dacu.shop.blocks import ShopBlock, SkuBlock, check_skus
from dacu.shop.operations import OperationsBlock, check_operations


class Scenario(Block):
    """A campaign: what is sold to whom, when, and by which levers. `scenario_model()` adds the families of levers."""

    name: Text = item("", zh="名称", en="name")
    calendar: CalendarBlock = item(..., zh="日历", en="calendar")
    platforms: dict[str, PlatformBlock] = item({}, zh="平台", en="platforms")
    people: PeopleBlock = item(PeopleBlock(), zh="人群", en="people")
    shop: ShopBlock = item(ShopBlock(), zh="店铺", en="shop")
    skus: dict[str, SkuBlock] = item(..., zh="商品", en="SKUs")
    content: ContentBlock = item(ContentBlock(), zh="内容", en="content")
    channels: dict[str, Lever] = item({}, zh="投放与渠道", en="channels")
    kols: dict[str, Lever] = item({}, zh="达人", en="creators")
    live: dict[str, LiveRoom] = item({}, zh="直播", en="live rooms")
    promotions: dict[str, Lever] = item({}, zh="促销", en="promotions")
    members: Members = item(Members(), zh="会员体系", en="membership programme")
    operations: OperationsBlock = item(OperationsBlock(), zh="运营后台", en="operations")
    risks: dict[str, Lever] = item({}, zh="风险", en="risks")
    market: MarketBlock = item(MarketBlock(), zh="市场", en="market")
    history: dict[str, HistoryBlock] = item({}, zh="历史数据", en="history by platform")
    targets: dict[str, TargetBlock] = item({}, zh="目标", en="targets")
    optimise: OptimiseBlock = item(OptimiseBlock(), zh="优化", en="optimisation")

    def check(self) -> Iterator[Problem]:
        """Names that stand for something elsewhere, and shops that sell nothing."""
        if not self.skus:
            yield Problem("no_skus", ("skus",))
        if self.platforms and not any(platform.sells for platform in self.platforms.values()):
            yield Problem("nothing_sells", ("platforms",))
        yield from (problem._replace(at=("skus", *problem.at)) for problem in check_skus(self.skus))
        yield from check_operations(self.operations, self.skus, self.calendar.start)
        yield from check_targets(self.targets)
        yield from check_optimise(self)
        yield from self._references()

    @property
    def creators(self) -> dict[str, Creator]:
        """Every creator by path, those of groups each for itself."""
        found: dict[str, Creator] = {}
        for name, block in self.kols.items():
            if isinstance(block, Creator):
                found[join_path(("kols", name))] = block
            elif isinstance(block, CreatorGroup):
                found |= {join_path(("kols", name, member)): creator for member, creator in block.creators()}
        return found

    @property
    def paid(self) -> dict[str, Paid]:
        """Budget lines by name."""
        return {name: line for name, line in self.channels.items() if isinstance(line, Paid)}

    def _references(self) -> Iterator[Problem]:
        known: dict[str, Mapping[str, Any]] = {
            "platform": self.platforms, "audience": self.people.audiences, "skus": self.skus,
            "phases": dict.fromkeys(self.calendar.phases), "account": self.content.accounts,
        }  # fmt: skip
        things: dict[str, Mapping[str, Any]] = {
            "channels": self.channels,
            "live": self.live,
            "promotions": self.promotions,
            "risks": self.risks,
        }
        for block, levers in things.items():
            for name, lever in levers.items():
                yield from _lever_references((block, name), lever, known)
        for path, creator in self.creators.items():
            yield from _lever_references(split_path(path), creator, known)
        for name, account in self.content.accounts.items():
            yield from _lever_references(("content", "accounts", name), account, known)
        yield from self._elsewhere()

    def _elsewhere(self) -> Iterator[Problem]:
        paid = self.paid
        for name in self.market.baseline:
            yield from _must_be(name, paid, ("market", "baseline", name))
        yield from self._remembered(paid)
        for name, platform in self.platforms.items():
            for target in platform.leads_to:
                yield from _must_be(target, self.platforms, ("platforms", name, "leads_to", target))
        for name, line in paid.items():
            yield from self._outside(name, line)
            if isinstance(line, SearchAds) and not self._sells(line.platform):
                yield Problem("search_needs_sales", ("channels", name, "platform"))
            yield from self._landing(("channels", name, "lands_on"), getattr(line, "lands_on", None))
        yield from self._hosts(paid)
        yield from self._waves()
        yield from self._rooms_apart()
        yield from self._extra_shows()
        yield from self._presales()

    def _waves(self) -> Iterator[Problem]:
        """A wave that a promotion names is one of its event's. (An event that is not there the promotion tells.)"""
        events = self.calendar.events
        for name, promotion in self.promotions.items():
            for place, reference in enumerate(getattr(promotion, "events", ())):
                sale, wave = event_and_wave(reference, events)
                waves = events[sale].openings if sale in events else {}
                if wave != ONE_WAVE and waves and wave not in waves:
                    args = {"event": sale, "wave": wave, "waves": ", ".join(events[sale].waves) or "—"}
                    at, meant = ("promotions", name, "events", str(place)), nearest(waves, wave)
                    hint = join_path((sale, meant)) if meant else ""
                    yield Problem("no_such_wave", at, args, hint, against=("calendar", "events", sale))

    def _presales(self) -> Iterator[Problem]:
        """The event of a presale says where deposits are taken."""
        for promotion in self.promotions.values():
            for reference in promotion.events if isinstance(promotion, Presale) else ():
                name, _ = event_and_wave(reference, self.calendar.events)
                event = self.calendar.events.get(name)
                if event is not None and event.platform is not None and event.takes_deposits:
                    yield from _must_be(event.platform, self.platforms, ("calendar", "events", name, "platform"))

    def _hosts(self, paid: Mapping[str, Paid]) -> Iterator[Problem]:
        """Guests are creators of this scenario; ads of a guarantee are those that land on their rooms."""
        creators = self.creators
        with_ads: set[str | None] = set()
        for name, room in self.live.items():
            if room.host is not None:
                yield from _must_be(room.host, creators, ("live", name, "host"))
            if any(getattr(line, "lands_on", None) == f"live.{name}" for line in paid.values()):
                with_ads.add(room.host)
        for path, creator in creators.items():
            promise = creator.guarantee
            if promise is not None and promise.base.endswith("ads") and path not in with_ads:
                yield Problem("guarantee_without_ads", (*split_path(path), "guarantee", "base"))

    def _extra_shows(self) -> Iterator[Problem]:
        """A guarantee made good by a show needs a room that says when, and the other way round."""
        planned = {room.host for room in self.live.values() if room.extra_show is not None}
        agreed = {
            path for path, creator in self.creators.items()
            if creator.guarantee is not None and creator.guarantee.remedy == "extra_show"
        }  # fmt: skip
        for path in agreed - planned:
            yield Problem("extra_show_when", (*split_path(path), "guarantee", "remedy"), {"host": path})
        for name, room in self.live.items():
            if room.extra_show is not None and room.host in self.creators and room.host not in agreed:
                yield Problem("extra_show_not_agreed", ("live", name, "extra_show"), {"host": room.host})

    def _rooms_apart(self) -> Iterator[Problem]:
        """Goods of one room alone are named by no other, the shop has some left, and what is kept back is there."""
        opening = {name: room for name, room in self.live.items() if room.opens(self.creators)}
        apart: dict[str, str] = {}
        for name, room in opening.items():
            for sku in room.only_skus:
                yield from _must_be(sku, self.skus, ("live", name, "only_skus"))
                if apart.setdefault(sku, name) != name:
                    yield Problem("sku_only_elsewhere", ("live", name, "only_skus"), {"sku": sku, "room": apart[sku]})
        for name, room in opening.items():
            for sku in room.skus or ():
                if apart.get(sku, name) != name:
                    yield Problem("sku_only_elsewhere", ("live", name, "skus"), {"sku": sku, "room": apart[sku]})
        if apart and not self.skus.keys() - apart.keys():
            yield Problem("shelf_empty", ("live", next(iter(apart.values())), "only_skus"))
        yield from self._kept_back(opening, apart)

    def _kept_back(self, opening: Mapping[str, LiveRoom], apart: Mapping[str, str]) -> Iterator[Problem]:
        kept: dict[str, int] = {}
        for name, room in opening.items():
            for sku, units in room.reserve.items():
                at = ("live", name, "reserve", sku)
                if sku not in self.skus:
                    yield from _must_be(sku, self.skus, at)
                    continue
                stock = self.skus[sku].stock
                kept[sku] = kept.get(sku, 0) + units
                if apart.get(sku, name) != name or sku not in (*(room.skus or self.skus), *room.only_skus):
                    yield Problem("reserve_not_sold", at, {"sku": sku})
                elif stock is None:
                    yield Problem("reserve_uncounted", at, {"sku": sku})
                elif kept[sku] > stock:
                    yield Problem("reserve_above_stock", at, {"kept": str(kept[sku]), "stock": str(stock)})

    def _remembered(self, paid: Mapping[str, Paid]) -> Iterator[Problem]:
        """History is of platforms that sell, and its spend is the market's baseline."""
        for name, history in self.history.items():
            yield from _must_be(name, self.platforms or {ONLY: None}, ("history", name))
            if not self._sells(name):
                yield Problem("history_needs_sales", ("history", name))
            last = history.last_event
            if last is not None and last.last_day >= self.calendar.start:
                yield Problem("last_event_not_over", ("history", name, "last_event", "start"),
                              {"day": last.last_day.isoformat()}, against=("calendar", "start"))  # fmt: skip
            usual = sum(fen for line, fen in self.market.baseline.items() if self._home(paid, line) == name)
            spend = history.spend_day
            if spend is not None and abs(usual - spend) > CONTRADICTION * max(spend, 1):
                args = {"usual": f"{usual / 100:,.0f}", "spend": f"{spend / 100:,.0f}"}
                yield Problem("history_spend_contradicts", ("history", name, "spend_day"), args,
                              against=("market", "baseline"))  # fmt: skip

    def _home(self, paid: Mapping[str, Paid], line: str) -> str:
        """The platform of a line: its own, or the first that sells."""
        own = paid.get(line)
        selling = [name for name, platform in self.platforms.items() if platform.sells] or [ONLY]
        return (own.platform if own is not None else None) or selling[0]

    def _sells(self, platform: str | None) -> bool:
        return platform is None or platform not in self.platforms or self.platforms[platform].sells

    def _outside(self, name: str, line: Paid) -> Iterator[Problem]:
        for day in line.days:
            offset = (day - self.calendar.start).days
            if not 0 <= offset < self.calendar.days:
                yield Problem("budget_outside", ("channels", name, "days", day.isoformat()), {"day": day.isoformat()})

    def _landing(self, at: tuple[str, ...], target: str | None) -> Iterator[Problem]:
        if target in (None, "shop") or (target or "").removeprefix("live.") in self.live:
            return
        hint = nearest(["shop", *(f"live.{room}" for room in self.live)], target or "")
        yield Problem("unknown_name", at, {"name": target or ""}, hint)


@cache
def scenario_model() -> type[Scenario]:
    """The scenario with every registered kind of lever in its families."""
    channels = {name: kind.block for name, kind in kinds("channels").items()}
    promotions = {name: kind.block for name, kind in kinds("promotions").items()}
    risks = {name: kind.block for name, kind in kinds("risks").items()}
    return create_model(
        "Scenario",
        __base__=Scenario,
        __doc__=Scenario.__doc__,
        channels=(family(channels), item({}, zh="投放与渠道", en="channels")),
        kols=(_creators(), item({}, zh="达人", en="creators")),
        promotions=(family(promotions), item({}, zh="促销", en="promotions")),
        risks=(family(risks), item({}, zh="风险", en="risks")),
    )


def _creators() -> Any:
    """The map of creators and groups of them; a group needs no type, its keys tell."""
    kinds = family({"creator": Creator, "group": CreatorGroup}, default="creator")
    return Annotated[kinds, BeforeValidator(_groups_told)]


def _groups_told(things: Any) -> Any:
    if not isinstance(things, Mapping):
        return things
    telling = {"count", "from_table", "members"}
    return {
        name: {"type": "group", **thing} if isinstance(thing, Mapping) and telling & thing.keys() else thing
        for name, thing in things.items()
    }


def _lever_references(at: tuple[str, ...], lever: Lever, known: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    """Platforms, audiences, goods, accounts and phases that a lever names must exist."""
    for key in ("platform", "audience", "account"):
        name = getattr(lever, key, None)
        if name is not None:
            yield from _must_be(name, known[key], (*at, key))
    for name in getattr(lever, "skus", None) or ():
        yield from _must_be(name, known["skus"], (*at, "skus"))
    for name in getattr(lever, "budget", None) or ():
        yield from _must_be(name, known["phases"], (*at, "budget", name))


def _must_be(name: str, known: Mapping[str, Any], at: tuple[str, ...]) -> Iterator[Problem]:
    if name not in known:
        yield Problem("unknown_name", at, {"name": name}, nearest(known, name))
