"""Blocks: values by their type, every error at once with place and hint, labels and schema from the same fields."""

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from pydantic import ConfigDict, ValidationError, create_model

from dacu import units
from dacu.errors import Finding, Mark, render
from dacu.language.block import (
    Block,
    Clock,
    Date,
    Day,
    Discount,
    Flag,
    Moment,
    Money,
    Number,
    Problem,
    Rate,
    Ratio,
    Repeat,
    Share,
    Span,
    Text,
    Tier,
    Whole,
    item,
)
from dacu.language.family import family
from dacu.language.schema import DIALECT, labels, schema
from dacu.language.source import parse_mapping
from dacu.language.validate import validate


class Ads(Block):
    daily_budget: Money = item("2万", zh="日预算", en="daily budget", ge=0)
    budget: Money | dict[str, Money] | None = item(None, zh="预算", en="budget", ge=0)
    goal: Literal["clicks", "orders"] = item("clicks", zh="目标", en="goal")
    share: Share = item(0.5, zh="占比", en="share", ge=0, le=1, about="Of all views.")
    shares: tuple[Share, ...] = item((), zh="占比", en="shares", ge=0, le=1)


class Search(Block):
    bid: Money = item(..., zh="出价", en="bid", gt=0)


class Kol(Block):
    fee: Money = item(..., zh="坑位费", en="fee", ge=0)
    audience: Text | None = item(None, zh="人群", en="audience")

    def check(self) -> Iterator[Problem]:
        if self.fee > 100 and self.audience is None:
            yield Problem("not_whole", ("fee",), against=("audience",))


Scenario: Any = create_model(
    "Scenario",
    __base__=Block,
    name=(Text, item("", zh="名称", en="name")),
    channels=(family({"feed_ads": Ads, "search_ads": Search}), item({}, zh="渠道", en="channels")),
    kols=(family({"kol": Kol}, default="kol"), item({}, zh="达人", en="creators")),
    tiers=(dict[str, Tier], item({}, zh="满减", en="tiers")),
)


def built(text: str) -> Any:
    block, findings = validate(Scenario, parse_mapping(text, "f.yaml"))
    assert findings == []
    return block


def found(text: str) -> list[Finding]:
    block, findings = validate(Scenario, parse_mapping(text, "f.yaml"))
    assert block is None
    return findings


def told(text: str) -> str:
    return render(found(text), "en")


def test_each_type_reads_its_own_form() -> None:
    class Every(Block):
        money: Money = item("¥99.9", zh="", en="")
        share: Share = item("3%", zh="", en="")
        discount: Discount = item("85折", zh="", en="")
        number: Number = item("2.5", zh="", en="")
        whole: Whole = item("10w", zh="", en="")
        ratio: Ratio = item("1:5.3", zh="", en="")
        span: Span = item("90min", zh="", en="")
        moment: Moment = item("D3 24:00", zh="", en="")
        clock: Clock = item("晚8点", zh="", en="")
        date: Date = item("2026-11-11", zh="", en="")
        day: Day = item("D5", zh="", en="")
        text: Text = item("off", zh="", en="")
        flag: Flag = item("off", zh="", en="")
        repeat: Repeat = item("周二 20:00", zh="", en="")
        rate: Rate = item("5/周", zh="", en="")

    every = Every()
    assert (every.money, every.share, every.discount, every.number) == (9990, 0.03, 0.15, 2.5)
    assert (every.whole, every.ratio, every.span, every.clock) == (100_000, 5.3, 1.5, 1200)
    assert every.moment == units.Moment(3, 1440)
    assert (str(every.date), every.day, every.text, every.flag) == ("2026-11-11", 5, "off", False)
    assert (str(every.repeat), every.rate.count) == ("周二 20:00", 5)


def test_defaults_hold_where_nothing_or_null_is_written() -> None:
    ads = built("channels: {feed_ads: {daily_budget: ~}}").channels["feed_ads"]
    assert (ads.daily_budget, ads.budget, ads.goal) == (2_000_000, None, "clicks")


def test_inner_values_pass_unread_and_bounds_still_hold() -> None:
    assert Ads(daily_budget=500).daily_budget == 500
    for wrong in (-1, True, 1.5, [1]):
        with pytest.raises(ValidationError):
            Ads.model_validate({"daily_budget": wrong})
    with pytest.raises(ValidationError):
        Ads(share=float("nan"))


def test_blocks_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Ads().goal = "orders"  # type: ignore[misc]


def test_the_type_tells_the_kind_and_defaults_to_the_name() -> None:
    scenario = built("channels: {feed_ads: {}, 千川: {type: search_ads, bid: 3}}\nkols: {lin: {fee: 1}}")
    kinds = [type(thing) for thing in (*scenario.channels.values(), *scenario.kols.values())]
    assert kinds == [Ads, Search, Kol]


def test_a_tier_is_written_as_planners_say_it_or_as_two_amounts() -> None:
    tiers = built("tiers: {t1: 满300减50, t2: {over: 300, minus: 50}}").tiers
    assert tiers["t1"] == tiers["t2"] == Tier(over=30_000, minus=5_000)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "channels: {feed_ads: {daily_budget: -5万}}",
            "f.yaml:1:37  channels.feed_ads.daily_budget  -5万 is below 0; did you mean 5万?",
        ),
        (
            "channels: {feed_ads: {daly_budget: 5万}}",
            "f.yaml:1:23  channels.feed_ads.daly_budget  there is no key daly_budget here; did you mean daily_budget?",
        ),
        ("nmae: x", "f.yaml:1:1  nmae  there is no key nmae here; did you mean name?"),
        (
            "channels: {feed_ads: {goal: click}}",
            "f.yaml:1:29  channels.feed_ads.goal  click is not one of: clicks, orders; did you mean clicks?",
        ),
        (
            "channels: {feed_ads: {share: 3}}",
            "f.yaml:1:30  channels.feed_ads.share  3 is above 100%; did you mean 3%?",
        ),
        (
            "channels: {feed_ads: {shares: [3%, -1%]}}",
            "f.yaml:1:36  channels.feed_ads.shares.1  -1% is below 0%; did you mean 1%?",
        ),
        (
            "channels: {feed_ads: {budget: {蓄水: -3}}}",
            "f.yaml:1:36  channels.feed_ads.budget.蓄水  -3 is below 0; did you mean 3?",
        ),
        (
            "channels: {feed_ads: {budget: lots}}",
            "f.yaml:1:31  channels.feed_ads.budget  lots is not an amount in yuan such as 5000, ¥99.9 or 300万",
        ),
        (
            "channels: {feed_ads: {budget: {蓄水: lots}}}",
            "f.yaml:1:36  channels.feed_ads.budget.蓄水  lots is not an amount in yuan such as 5000, ¥99.9 or 300万",
        ),
        (
            "channels: {feed_ads: {goal: [a]}}",
            "f.yaml:1:29  channels.feed_ads.goal  [a] is not one of: clicks, orders",
        ),
        (
            "channels: {feed_ads: {daily_budget: {a: 1}}}",
            "f.yaml:1:23  channels.feed_ads.daily_budget  one value is expected here, not {a: 1}",
        ),
        (
            "channels: {feed_ads: {shares: 5%}}",
            "f.yaml:1:31  channels.feed_ads.shares  a list such as [a, b] is expected here, not 5%",
        ),
        ("channels: 5", "f.yaml:1:11  channels  keys and values are expected here, not 5"),
        ("channels: {feed_ads: on}", "f.yaml:1:22  channels.feed_ads  keys and values are expected here, not on"),
        ("channels: {search_ads: {}}", "f.yaml:1:12  channels.search_ads  the key bid is missing"),
        ("channels: {search_ads: {bid: 0}}", "f.yaml:1:30  channels.search_ads.bid  0 is not above 0"),
        (
            "channels: {x: {type: feed_add}}",
            "f.yaml:1:22  channels.x.type  there is no type feed_add; there are: feed_ads, search_ads;"
            " did you mean feed_ads?",
        ),
        (
            "channels: {feeds_ad: {}}",
            "f.yaml:1:12  channels.feeds_ad  it does not say its type, one of: feed_ads, search_ads;"
            " did you mean feed_ads?",
        ),
        (
            "channels: {x: }",
            "f.yaml:1:15  channels.x  it is set to nothing, but there is nothing to remove",
        ),
        ("kols: {lin: {fee: 0.001}}", "f.yaml:1:19  kols.lin.fee  0.001 is finer than one fen (0.01 yuan)"),
        ("tiers: {t: 满300减50元x}", "f.yaml:1:12  tiers.t  满300减50元x is not an amount in yuan"),
        ("tiers: {t: {over: 5}}", "f.yaml:1:9  tiers.t  the key minus is missing"),
        ("tiers: {t: 满50减300}", "f.yaml:1:12  tiers.t.minus  满50减300 off is more than the 50 it asks for"),
    ],
)
def test_an_error_has_place_path_value_and_hint(text: str, line: str) -> None:
    assert told(text).startswith(line)
    assert len(found(text)) == 1


def test_all_errors_are_told_at_once_in_the_order_of_the_file() -> None:
    text = "nmae: x\nkols:\n  lin: {fee: -1}\nchannels:\n  search_ads: {}\n  feed_ads: {goal: x, share: 3}\n"
    findings = found(text)
    assert [finding.mark and finding.mark.line for finding in findings] == [1, 3, 5, 6, 6]


def test_a_tag_of_the_family_is_no_part_of_the_path() -> None:
    class Coupon(Block):
        coupon: Money = item("1", zh="", en="", ge=0)

    model: Any = create_model("M", __base__=Block, promotions=(family({"coupon": Coupon}), item({}, zh="", en="")))
    _, (finding,) = validate(model, parse_mapping("promotions: {coupon: {coupon: -3}}", "f.yaml"))
    assert (finding.path, finding.mark) == ("promotions.coupon.coupon", Mark("f.yaml", 1, 31))


def test_a_check_across_fields_names_both_places() -> None:
    (finding,) = found("kols:\n  lin:\n    fee: 5\n")
    assert (finding.path, finding.value, finding.mark) == ("kols.lin.fee", "5", Mark("f.yaml", 3, 10))
    assert finding.args == {"against": "kols.lin.audience", "where": "f.yaml:2"}


def test_labels_tell_unit_and_range() -> None:
    known = labels(Scenario)
    assert str(known["channels.*[feed_ads].daily_budget"]) == "日预算 · daily budget [yuan] (≥ 0)"
    assert str(known["channels.*[feed_ads].share"]) == "占比 · share [share] (≥ 0%, ≤ 100%). Of all views."
    assert known["kols.*[kol].fee"].zh == "坑位费"
    assert known["tiers.*.over"].en == "over"
    assert known["tiers.*.over"].default is None


class Window(Block):
    """Keys of every kind of default, and one that is a word of Python's."""

    model_config = ConfigDict(alias_generator=lambda name: name.removesuffix("_"), populate_by_name=True)

    from_: Day | None = item(None, zh="开始", en="start")
    cost: Money = item("20万", zh="花费", en="cost")
    fee: Money = item(1250, zh="费用", en="fee")
    hours: tuple[Span, ...] = item((1.0, 48.0), zh="时长", en="hours")
    mode: Literal["fast", "slow"] = item("slow", zh="方式", en="mode")
    notes: dict[str, Text] = item({}, zh="备注", en="notes")


def test_a_label_tells_the_default_as_it_is_written_and_the_words_to_choose_from() -> None:
    known = labels(Window)
    told = {path: label.default for path, label in known.items()}
    assert told == {"from": "", "cost": "20万", "fee": "12.5", "hours": "1h, 48h", "mode": "slow", "notes": ""}
    assert known["mode"].range == "fast / slow"


def test_the_schema_has_the_keys_that_a_planner_writes() -> None:
    assert list(schema(Window)["properties"])[3:] == ["from", "cost", "fee", "hours", "mode", "notes"]


def test_the_schema_is_for_editors() -> None:
    made = schema(Scenario)
    assert made["$schema"] == DIALECT
    assert list(made["properties"])[:3] == ["dacu", "extends", "variants"]
    things = made["properties"]["channels"]["anyOf"][0]["additionalProperties"]
    assert things["properties"]["type"] == {"enum": ["feed_ads", "search_ads"]}
    name = things["anyOf"][0]["$ref"].removeprefix("#/$defs/")
    budget = made["$defs"][name]["properties"]["daily_budget"]
    assert budget["description"] == "日预算 · daily budget [yuan] (≥ 0)"
    assert budget["anyOf"][0]["minimum"] == 0
    assert {"type": "null"} in budget["anyOf"]
