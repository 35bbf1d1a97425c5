"""`dacu new` at a terminal: questions until answers can be read, and a scenario that is sound."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from dacu_cli.wizard.plan import BURST, lines, scenario
from dacu_cli.wizard.questions import PLATFORMS, SALES, SEEDING, Answers

GIVEN = ("秋冬上新", "女装", "双11", "2026-10-28", "80万", "douyin xiaohongshu")


def typed(*answers: str) -> str:
    return "".join(f"{answer}\n" for answer in answers)


def test_six_answers_make_a_commented_scenario_that_check_accepts(dacu: Any, tmp_path: Path) -> None:
    shown = dacu.on_terminal("new", "mine", "--lang", "zh", typed=typed(*GIVEN))
    assert shown.returncode == 0, shown.text
    text = (tmp_path / "mine.yaml").read_text(encoding="utf-8")
    assert text.count("#") > 20
    written = yaml.safe_load(text)
    assert written["name"] == "秋冬上新"
    assert written["shop"]["category"] == "womens_wear"
    assert list(written["platforms"]) == ["douyin", "xiaohongshu"]
    assert written["calendar"]["days"] == 14 + 1 + 4
    done = dacu("check", "mine.yaml", "mine.yaml+deeper_coupon")
    assert done.returncode == 0, done.stderr


def test_enter_takes_what_stands_in_brackets(dacu: Any, tmp_path: Path) -> None:
    assert dacu.on_terminal("new", "mine.yaml", typed="\n" * 6).returncode == 0
    assert yaml.safe_load((tmp_path / "mine.yaml").read_text(encoding="utf-8"))["name"] == "my shop"
    assert dacu("check", "mine.yaml").returncode == 0


def test_an_answer_that_cannot_be_read_is_asked_again(dacu: Any, tmp_path: Path) -> None:
    answers = typed(
        "a", "wine", "food", "617", "618", "9999-12-20", "2026-01-01", "2026-06-01", "lots", "5", "50万", "ebay",
        SEEDING, "jd",
    )  # fmt: skip
    shown = dacu.on_terminal("new", "mine.yaml", typed=answers, columns=200)
    assert shown.returncode == 0, shown.text
    for told in ("wine is not one of", "617 is not one of", "2001", "begin 3 to 60 days", "lots is not an amount",
                 "5 is below", "ebay is not one of", "no platform sells"):  # fmt: skip
        assert told in shown.text
    assert list(yaml.safe_load((tmp_path / "mine.yaml").read_text(encoding="utf-8"))["platforms"]) == ["jd"]


def test_whoever_leaves_has_written_nothing(dacu: Any, tmp_path: Path) -> None:
    shown = dacu.on_terminal("new", "mine.yaml", typed="a\n\x04")  # Ctrl-D
    assert (shown.returncode, "stopped" in shown.text) == (130, True)
    assert not (tmp_path / "mine.yaml").exists()


def test_a_file_that_is_there_is_told_before_anything_is_asked(dacu: Any) -> None:
    shown = dacu.on_terminal("new", "tiny.yaml")
    assert (shown.returncode, "already there" in shown.text) == (2, True)
    assert "Category" not in shown.text


@pytest.mark.parametrize("arguments", [("--no-input",), ("--from", "starter"), ("--format", "json")])
def test_nothing_is_asked_of_whoever_wants_no_questions(dacu: Any, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert dacu.on_terminal("new", "mine.yaml", *arguments).returncode == 0
    dacu("new", "piped.yaml")
    assert (tmp_path / "mine.yaml").read_bytes() == (tmp_path / "piped.yaml").read_bytes()


@pytest.mark.parametrize("name", ['a "quoted": name', "# none", "{{ 7 * 7 }}", "\u202eevil\x1b[31m", "- [", "'"])
def test_a_name_is_text_and_nothing_else(name: str) -> None:
    text = scenario(Answers(name, "food", "none", date(2026, 3, 1), None, 100_000_00, ("jd",)))
    assert yaml.safe_load(text)["name"] == name


@pytest.mark.parametrize("event", [*SALES, "none"])
def test_every_sale_on_every_set_of_platforms_is_sound_and_keeps_to_its_budget(
    dacu: Any, tmp_path: Path, event: str
) -> None:
    sale = date(2026, *SALES[event]) if event in SALES else None
    start = date(2026, sale.month, 1) if sale and sale.day > 5 else date(2026, 3, 1)
    names = []
    for bits in range(1, 2 ** len(PLATFORMS)):
        chosen = tuple(name for place, name in enumerate(PLATFORMS) if bits >> place & 1)
        if set(chosen) == {SEEDING}:
            continue
        given = Answers("plan", "default", event, start, sale, 300_000_00, chosen)
        names.append(f"{event}_{bits}.yaml")
        (tmp_path / names[-1]).write_text(scenario(given), encoding="utf-8")
        spent = sum(line.daily for line in lines(given)) * (given.days + (BURST - 1 if sale else 0))
        assert 0.99 * 300_000 < spent <= 300_000
    done = dacu("check", *names)
    assert done.returncode == 0, done.stderr
    assert len(os.listdir(tmp_path)) == len(names) + 1
