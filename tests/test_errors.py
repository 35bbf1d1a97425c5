"""Findings: one line each, in both languages, safe on a terminal."""

import pickle
from dataclasses import replace

import pytest

from dacu.errors import AnswerIsNo, Fault, Finding, InputError, Mark, as_json, of_plans, render, shown

BELOW = Finding(
    "below_minimum",
    Mark("double11.yaml", 42, 7),
    "channels.feed_ads.daily_budget",
    "-5万",
    {"bound": "0"},
    "5万",
)


def test_a_finding_is_one_line_with_place_path_and_hint() -> None:
    line = "double11.yaml:42:7  channels.feed_ads.daily_budget  -5万 is below 0; did you mean 5万?"
    assert render([BELOW], "en") == line
    assert render([BELOW], "zh") == "double11.yaml:42:7  channels.feed_ads.daily_budget  -5万 低于 0;是不是想写 5万?"


def test_without_place_or_hint_nothing_stands_for_them() -> None:
    assert render([Finding("not_whole", value="1.5")], "en") == "1.5 is not a whole number"


def test_json_has_the_same_keys_with_and_without_a_place() -> None:
    with_place, without = as_json([BELOW, Finding("not_whole", value="1.5")], "en")["errors"]
    assert with_place == {
        "code": "below_minimum",
        "file": "double11.yaml",
        "line": 42,
        "col": 7,
        "path": "channels.feed_ads.daily_budget",
        "value": "-5万",
        "hint": "5万",
        "message": "-5万 is below 0; did you mean 5万?",
    }
    assert without["file"] is None
    assert without.keys() == with_place.keys()


@pytest.mark.parametrize(("error", "code"), [(InputError, 2), (AnswerIsNo, 1), (Fault, 3)])
def test_each_error_has_its_exit_code_and_survives_a_process(error: type[InputError], code: int) -> None:
    raised = pickle.loads(pickle.dumps(error(BELOW)))  # noqa: S301 - our own bytes
    assert type(raised) is error
    assert raised.exit_code == code
    assert raised.findings == (BELOW,)


def test_hidden_and_control_characters_reach_no_terminal() -> None:
    assert shown("a\u202eb\x1b[31m\n") == "a\\u202eb\\u001b[31m\\u000a"


def test_long_values_are_cut() -> None:
    assert shown("9" * 5000) == "9" * 79 + "…"


def later(share: str) -> Finding:
    return Finding("refunds_to_come", Mark("a.yaml", 3, 3), "calendar.days", args={"share": share})


def test_what_all_plans_share_is_told_once_and_the_rest_names_its_plan() -> None:
    alone, elsewhere = Finding("one_replication"), replace(later("35%"), mark=Mark("b.yaml", 9, 3))
    told = of_plans([("a", [later("34%"), alone]), ("b", [later("35%"), alone]), ("c", [elsewhere, alone])])
    assert [(one.code, one.plans) for one in told] == [
        ("refunds_to_come", ("a",)), ("one_replication", ()), ("refunds_to_come", ("b", "c")),
    ]  # fmt: skip
    assert render(told[2:], "en").startswith("a.yaml:3:3  calendar.days  b, c: the calendar ends within")
    assert told[2].sentence("zh").startswith("b、c:日历")


def test_a_plan_alone_is_not_named() -> None:
    assert of_plans([("a", [BELOW, BELOW])]) == (BELOW,)
