"""Whatever a file holds: a tree, or one typed error; never a traceback, never a hang."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import create_model

from dacu.errors import Finding, InputError, render
from dacu.language.block import Block, Date, Money, Number, Text, Tier, Whole, item
from dacu.language.compose import compose
from dacu.language.family import family
from dacu.language.validate import validate


class Ads(Block):
    budget: Money | dict[str, Money] | None = item(None, zh="", en="", ge=0)
    bid: Number = item("1", zh="", en="", gt=0)
    people: Whole = item("1", zh="", en="")
    start: Date | None = item(None, zh="", en="")
    tiers: dict[str, Tier] = item({}, zh="", en="")


Scenario: Any = create_model(
    "Scenario",
    __base__=Block,
    name=(Text, item("", zh="", en="")),
    channels=(family({"feed_ads": Ads}), item({}, zh="", en="")),
)

GOOD = """dacu: 1
name: 双11 # the sale
variants:
  low: {channels: {feed_ads: {budget: 5万}}}
channels:
  feed_ads:
    budget: {蓄水: 25万, "正日": 50万}
    bid: 1.5
    start: 2026-11-11
    tiers: {t1: 满300减50, t2: {over: 500, minus: 90}}
  千川.直播: {type: feed_ads, people: 10w}
"""


def read(text: str, *sets: str, variant: str = "") -> tuple[Any, list[Finding]]:
    composed = compose(f"a.yaml{variant}", sets, read=lambda path: (path, text))
    return validate(Scenario, composed.tree)


def test_the_scenario_under_attack_is_a_good_one() -> None:
    assert read(GOOD)[1] == read(GOOD, variant="+low")[1] == []


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("channels.feed_ads.bid=NaN", "not_a_number"),
        ("channels.feed_ads.bid=.inf", "not_a_number"),
        ("channels.feed_ads.bid=1e999", "number_too_large"),
        ("channels.feed_ads.people=" + "9" * 5000, "number_too_long"),
        ("channels.feed_ads.start=2026-13-45", "no_such_date"),
        ("channels.feed_ads.budget=-5万", "below_minimum"),
        ("channels.feed_ads.bugdet=5万", "unknown_key"),
    ],
)
def test_a_bad_value_is_one_clear_message(setting: str, code: str) -> None:
    block, findings = read(GOOD, setting)
    assert block is None
    assert [finding.code for finding in findings] == [code]
    assert all(len(render(findings, lang)) < 300 for lang in ("zh", "en"))


def test_files_that_are_none_are_refused_as_parents_too(tmp_path: Path) -> None:
    (tmp_path / "binary.yaml").write_bytes(bytes(range(256)))
    for parent in ("binary.yaml", "missing.yaml", ".", "/dev/zero"):
        (tmp_path / "a.yaml").write_text(f"dacu: 1\nextends: {parent}\n")
        with pytest.raises(InputError) as refused:
            compose(str(tmp_path / "a.yaml"))
        (finding,) = refused.value.findings
        assert finding.mark is not None
        assert finding.mark.line == 2


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The good text with a few pieces cut out, doubled or replaced."""
    text = GOOD
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 30)))
        pieces = st.sampled_from(
            ["\t", ": ", "- ", "{", "}", "[", "&a ", "*a", "null", "<<: ", "\n", "-", "%", "折", "'", "?"]
        )
        piece = draw(pieces | st.text(max_size=5) | st.just(text[start:end] * 2))
        text = text[:start] + piece + text[end:]
    return text


@given(mutated(), st.sampled_from(["", "+low"]))
def test_a_broken_scenario_raises_nothing_but_input_errors(text: str, variant: str) -> None:
    try:
        _, findings = read(text, variant=variant)
    except InputError as error:
        findings = list(error.findings)
    assert all(finding.sentence(lang) for finding in findings for lang in ("zh", "en"))


@given(st.text(max_size=200))
def test_any_text_raises_nothing_but_input_errors(text: str) -> None:
    for tried in (text, "dacu: 1\n" + text):
        try:
            read(tried)
        except InputError:
            continue


@given(st.text(max_size=60))
def test_any_setting_raises_nothing_but_input_errors(text: str) -> None:
    for setting in (text, f"channels.{text}", f"channels.feed_ads.budget={text}"):
        try:
            read(GOOD, setting)
        except InputError:
            continue
