"""`dacu optimise --curves FILE`: the answer, the refusals, and every slip of the pen in both languages."""

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

from dacu.plan import optimum
from dacu.plan.certificate import Certificate
from dacu_cli.app import run

ROOT = Path(__file__).parents[2]
ROOTS = """\
budget: 1200
channels:
  信息流: {curve: {power: {scale: 5.196152422706632, exponent: 0.5}}}
  search ads: {curve: {power: {scale: 1.7320508075688772, exponent: 0.5}}}
  小红书-种草: {curve: {power: {scale: 1.7320508075688772, exponent: 0.5}}}
  live.main: {curve: {power: {scale: 5.196152422706632, exponent: 0.5}}}
"""
"""Square roots with coefficients 3, 1, 1, 3 on √(3S), a published case: 268.328157 at a budget of 1,200."""

BASE = "budget: 100\nchannels:\n  a: {curve: {hill: {top: 9, half: 30}}}\n  b: {curve: {hill: {top: 5, half: 10}}}\n"
LINE = BASE.replace("hill: {top: 9, half: 30}", "points: [[0, 0], [40, 7]]")


def channel(text: str) -> str:
    """The base file with another channel a."""
    return BASE.replace("{curve: {hill: {top: 9, half: 30}}}", text)


def points(text: str) -> str:
    """The base file with a as points."""
    return channel(f"{{curve: {{points: {text}}}}}")


BAD: dict[str, tuple[str, str]] = {
    "a negative spend": (points("[[-5, 0], [40, 7]]"), "bad.yaml:3:25  channels.a.curve.points.0.0"),
    "a spend that is no number": (points("[[0, 0], [NaN, 7]]"), "bad.yaml:3:33  channels.a.curve.points.1.0"),
    "a response that is no number": (points("[[0, nan], [4, 7]]"), "bad.yaml:3:28  channels.a.curve.points.0.1"),
    "spends that fall": (points("[[0, 0], [40, 7], [30, 8]]"), "bad.yaml:3:42  channels.a.curve.points.2.0"),
    "spends that stand": (points("[[0, 0], [0, 7]]"), "bad.yaml:3:33  channels.a.curve.points.1.0"),
    "one point": (points("[[0, 0]]"), "bad.yaml:3:23  channels.a.curve.points"),
    "no points": (points("[]"), "bad.yaml:3:23  channels.a.curve.points"),
    "a point of three": (points("[[0, 0], [4, 7, 8]]"), "bad.yaml:3:32  channels.a.curve.points.1"),
    "a curve that starts later": (points("[[5, 1], [40, 7]]"), "bad.yaml:3:7  channels.a.curve"),
    "a channel twice": (BASE + "  a: {curve: {hill: {top: 1, half: 2}}}\n", "bad.yaml:5:3"),
    "no channel": ("budget: 100\nchannels: {}\n", "bad.yaml:2:1  channels"),
    "no budget": (BASE.removeprefix("budget: 100\n"), "bad.yaml:1:1  budget"),
    "a budget of nothing": (BASE.replace("100", "0"), "bad.yaml:1:9  budget"),
    "two curves in one": (channel("{curve: {hill: {top: 1, half: 2}, power: {scale: 1, exponent: 1}}}"), "bad.yaml:3:"),
    "no curve": (channel("{curve: {}}"), "bad.yaml:3:7  channels.a.curve"),
    "an empty sum": (channel("{curve: {sum: []}}"), "bad.yaml:3:20  channels.a.curve.sum"),
    "a family misspelt": (channel("{curve: {hil: {top: 1, half: 2}}}"), "bad.yaml:3:15  channels.a.curve.hil"),
    "a half of nothing": (channel("{curve: {hill: {top: 9, half: 0}}}"), "bad.yaml:3:"),
    "a return beyond measure": (
        channel("{curve: {power: {scale: 1e20, exponent: 2}}}"), "bad.yaml:3:7  channels.a.curve"
    ),
    "a budget beyond measure": (BASE.replace("100", "1e16"), "bad.yaml:1:9  budget  1e16 is above 1000000000000000"),
    "a sum of wrong points": (channel("{curve: {sum: [{points: [[0, 0]]}]}}"), "bad.yaml:3:"),
    "min above max": (channel("{curve: {hill: {top: 9, half: 30}}, min: 5, max: 4}"), "bad.yaml:3:47  channels.a.min"),
    "two minimums": (
        channel("{curve: {hill: {top: 9, half: 30}}, min: 5, min_or_zero: 6}"), "bad.yaml:3:63  channels.a.min_or_zero"
    ),
    "a log without a floor": (channel("{curve: {log: {level: 1, slope: 2}}}"), "bad.yaml:3:7  channels.a.curve"),
    "a max beyond the points": (
        LINE.replace("[40, 7]]}", "[40, 7]]}, max: 41"), "bad.yaml:3:48  channels.a.max  41 lies beyond"
    ),
    "an unknown channel": (
        BASE + "groups: {g: {channels: [a, Bb], share: [0, 50%]}}\n", "bad.yaml:5:28  groups.g.channels.1"
    ),
    "an unknown channel in a row": (
        BASE + "rows: {r: {terms: {a: 1, c: -1}, at_most: 0}}\n", "bad.yaml:5:29  rows.r.terms.c"
    ),
    "a channel named twice": (BASE + "groups: {g: {channels: [a, a], share: [0, 1]}}\n", "bad.yaml:5:28  groups.g"),
    "an empty group": (BASE + "groups: {g: {channels: [], share: [0, 1]}}\n", "bad.yaml:5:24  groups.g.channels"),
    "a group without a bound": (BASE + "groups: {g: {channels: [a]}}\n", "bad.yaml:5:10  groups.g"),
    "a share above 100%": (BASE + "groups: {g: {channels: [a], share: [0, 120%]}}\n", "bad.yaml:5:40  groups.g.share"),
    "a share turned round": (BASE + "groups: {g: {channels: [a], share: [60%, 20%]}}\n", "bad.yaml:5:36  groups.g"),
    "a share of one bound": (BASE + "groups: {g: {channels: [a], share: [20%]}}\n", "bad.yaml:5:36  groups.g.share"),
    "a row of two sides": (
        BASE + "rows: {r: {terms: {a: 1}, at_most: 1, at_least: 0}}\n", "bad.yaml:5:8  rows.r"
    ),
    "a row of nothing": (BASE + "rows: {r: {terms: {a: 0}, at_most: 1}}\n", "bad.yaml:5:12  rows.r.terms"),
    "a choice that means nothing": (
        BASE + "choose: {c: {channels: [a], exactly: 1}}\n", "bad.yaml:5:25  choose.c.channels.0"
    ),
    "a list": ("- a\n", "bad.yaml:1:1"),
    "nothing": ("", "bad.yaml:1:1"),
}  # fmt: skip

TABLES: dict[str, tuple[str, str]] = {
    "no heading": ("a,0,0\na,1,2\n", "bad.csv:1:1"),
    "a hole": ("channel,spend,response\na,0,0\na,1,\n", "bad.csv:3:1"),
    "a short row": ("channel,spend,response\na,0\n", "bad.csv:2:1"),
    "no rows": ("channel,spend,response\n", "bad.csv:1:1  channels"),
    "one point": ("channel,spend,response\na,5,1\n", "bad.csv:2:1  channels.a.curve.points"),
    "a negative spend": ("channel,spend,response\na,-1,0\na,1,2\n", "bad.csv:2:1  channels.a.curve.points.0.0"),
    "spends that fall": ("channel,spend,response\na,0,0\nb,0,0\nb,1,2\na,5,1\na,4,2\n", "bad.csv:6:1  channels.a"),
    "a comma": ('channel,spend,response\na,0,0\na,"1,000",2\n', "bad.csv:3:1  channels.a.curve.points.1.0"),
    "not a number": ("channel,spend,response\na,0,0\na,1,NaN\n", "bad.csv:3:1  channels.a.curve.points.1.1"),
}

Told = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def optimise(text: str, *options: str, name: str = "curves.yaml") -> int:
    Path(name).write_text(text, encoding="utf-8")
    return run(["optimise", "--curves", name, *options])


def one_message(told: str, place: str) -> None:
    assert place in told
    assert len(told.strip().splitlines()) == 1
    assert len(told) < 300


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_told_in_one_line_with_its_place(capsys: Told, case: str) -> None:
    text, place = BAD[case]
    for lang in ("en", "zh"):
        assert optimise(text, "--lang", lang, name="bad.yaml") == 2
        told = capsys.readouterr()
        assert told.out == ""
        one_message(told.err, place.partition("  ")[0] if lang == "zh" else place)
        assert lang == "en" or any("\u4e00" <= char <= "\u9fff" for char in told.err)
    assert not Path("out").exists()


@pytest.mark.parametrize("case", TABLES)
def test_a_bad_table_is_told_with_its_row(capsys: Told, case: str) -> None:
    text, place = TABLES[case]
    for lang in ("en", "zh"):
        assert optimise(text, "--budget", "3", "--lang", lang, name="bad.csv") == 2
        one_message(capsys.readouterr().err, place)


def test_hints_name_what_was_meant(capsys: Told) -> None:
    assert optimise(BAD["an unknown channel"][0], "--lang", "en") == 2
    assert "there is no channel Bb; did you mean b?" in capsys.readouterr().err
    assert optimise(BAD["a negative spend"][0], "--lang", "en") == 2
    assert "the spend -5 is below 0; did you mean 5?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--curves", "curves.yaml", "shop.yaml"], "--curves stands for itself"),
        (["--curves", "curves.yaml", "--set", "a=1"], "--curves stands for itself"),
        (["--curves", "curves.yaml", "--budget", "much"], "--budget:1:1  budget  much is not a number"),
        (["--curves", "curves.yaml", "--budget", "-3万"], "--budget:1:1  budget  -3万 is not above 0; did you mean"),
        (["--curves", "curve.yaml"], "there is no file curve.yaml; did you mean curves.yaml?"),
        (["shop.yaml", "--budget", "3万"], "--budget needs --curves"),
        ([], "REF is missing"),
    ],
)
def test_options_that_do_not_fit_are_refused(capsys: Told, options: list[str], told: str) -> None:
    Path("curves.yaml").write_text(ROOTS, encoding="utf-8")
    assert run(["optimise", *options, "--lang", "en"]) == 2
    one_message(capsys.readouterr().err, told)


def answer(capsys: Told, text: str, *options: str, name: str = "curves.yaml") -> dict[str, Any]:
    assert optimise(text, *options, "--format", "json", "--quiet", name=name) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_square_roots_have_their_published_optimum(capsys: Told) -> None:
    found = answer(capsys, ROOTS, "--lang", "zh")
    assert found["status"] == "optimal"
    assert found["objective"] == pytest.approx(268.328157, abs=1e-6)
    assert found["bound"] == pytest.approx(268.328157, abs=1e-4)
    # money goes as the square of the coefficient: 9 : 1 : 1 : 9
    assert found["allocation"] == pytest.approx(
        {"信息流": 540, "search ads": 60, "小红书-种草": 60, "live.main": 540}, rel=1e-4
    )
    assert found["spent"] == pytest.approx(1200)
    assert found["certificate"]["holds"] is True
    assert {"primal", "dual", "complementary", "fill_order"} <= set(found["certificate"])
    (price,) = found["prices"]
    assert price["name"] == "budget"
    assert price["price"] == pytest.approx(268.328157 / 2400, rel=1e-6)  # √ halves: value / (2 · budget)
    assert "总预算" in price["sentence"]
    assert found["binding"] == ["budget"]
    assert found["conflicts"] == []


def test_a_budget_from_outside_goes_first(capsys: Told) -> None:
    found = answer(capsys, ROOTS, "--budget", "0.48万")
    assert found["objective"] == pytest.approx(2 * 268.328157, abs=1e-5)


def test_the_folder_holds_what_was_asked_and_proved(capsys: Told) -> None:
    found = answer(capsys, ROOTS, "-o", "plan")
    folder = Path("plan")
    with open(folder / "allocation.csv", encoding="utf-8-sig", newline="") as file:
        rows = {row["channel"]: float(row["money"]) for row in csv.DictReader(file)}
    assert rows == found["allocation"]
    assert json.loads((folder / "certificate.json").read_text(encoding="utf-8"))["bound"] == found["bound"]
    assert "budget,True" in (folder / "prices.csv").read_text(encoding="utf-8-sig")
    assert (folder / "curves.yaml").read_text(encoding="utf-8") == ROOTS
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["status"], manifest["curves"]["file"]) == ("done", "curves.yaml")


TABLE = "channel,model,spend,response\n搜索,m1,0,0\n搜索,m1,10,30\n搜索,m1,30,50\nfeed,m1,0,0\nfeed,m1,20,50\n"


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_a_table_is_a_chain_of_points(capsys: Told, start: str) -> None:
    found = answer(capsys, start + TABLE, "--budget", "25", name="export.CSV")
    assert found["allocation"] == pytest.approx({"搜索": 10, "feed": 15})  # slopes 3, then 2.5, then 1
    assert found["objective"] == pytest.approx(30 + 37.5)


def test_money_that_no_curve_can_take_is_named(capsys: Told) -> None:
    assert optimise(TABLE, "--budget", "80", "--lang", "en", name="export.csv") == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "30 stays unspent: held back by the last point of 搜索, the last point of feed" in told


def test_the_table_says_share_response_and_next_return(capsys: Told) -> None:
    assert optimise(TABLE, "--budget", "25", "--lang", "zh", "--objective-name", "GMV", name="export.csv") == 0
    told = capsys.readouterr().out
    assert told.splitlines()[0] == "按下表投放 25,GMV 为 67.5"
    assert ["搜索", "10", "40.0%", "30", "1"] in [line.split() for line in told.splitlines()]
    assert "已在曲线本身上证明" in told
    assert "下一步:dacu optimise --curves export.csv --budget 27.5" in told


def test_what_cannot_be_kept_is_diagnosed_and_exits_1(capsys: Told) -> None:
    text = BASE + "groups: {g: {channels: [a], share: [70%, 1]}, h: {channels: [b], share: [60%, 1]}}\n"
    assert optimise(text, "--lang", "zh") == 1
    told = capsys.readouterr()
    assert "g 的占比下限" in told.out
    assert "130%" in told.out
    folder = Path("out/curves-optimise")
    with (folder / "diagnosis.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["limit"] for row in rows if row["what"] == "conflict"] == [
        "budget", "groups.g.share.min", "groups.h.share.min"
    ]  # fmt: skip
    (change,) = (row for row in rows if row["what"] == "relaxation")
    assert float(change["value"]) - float(change["to"]) == pytest.approx(0.3, abs=1e-4)
    assert (change["unit"], change["sentence_zh"] in told.out) == ("share", True)
    assert optimise(text, "--report", "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["status"] == "infeasible"
    assert "最小需要放宽的限制" in (Path(found["folder"]) / "report.html").read_text(encoding="utf-8")
    assert found["conflicts"] == ["budget", "groups.g.share.min", "groups.h.share.min"]
    (eased,) = found["relaxation"]  # 70% + 60%: thirty points must go
    assert eased["from"] - eased["to"] == pytest.approx(0.3, abs=1e-4)


def test_a_maximum_can_give_way(capsys: Told) -> None:
    text = channel("{curve: {hill: {top: 9, half: 30}}, max: 20}").replace("budget: 100", "budget: 100\nspend: exactly")
    text = text.replace("b: {curve: {hill: {top: 5, half: 10}}}", "b: {curve: {hill: {top: 5, half: 10}}, max: 60}")
    assert optimise(text, "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)
    assert set(found["conflicts"]) == {"budget", "channels.a.max", "channels.b.max"}


def test_a_certificate_that_fails_is_a_fault(capsys: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = Certificate(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1, ("primal",))
    monkeypatch.setattr(optimum, "certify", lambda *_: failing)
    assert optimise(ROOTS, "--lang", "en") == 3
    one_message(capsys.readouterr().err, "the certificate of the plan fails (primal)")


def test_without_highs_cbc_answers_and_says_so(dacu: Any, tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys\nsys.modules['highspy'] = None\n", encoding="utf-8")
    (tmp_path / "curves.yaml").write_text(ROOTS, encoding="utf-8")
    paths = os.pathsep.join(map(str, (hidden, ROOT / "engine", ROOT / "cli")))
    done = dacu("optimise", "--curves", "curves.yaml", PYTHONPATH=paths)
    assert done.returncode == 0
    assert "HiGHS is not installed: CBC solved this" in done.stdout


@pytest.mark.parametrize(("name", "options"), [("double11.yaml", []), ("spreadsheet.csv", ["--budget", "120万"])])
def test_the_shipped_curves_are_proved(capsys: Told, name: str, options: list[str]) -> None:
    assert run(["optimise", "--curves", f"scenarios/curves/{name}", *options, "--format", "json", "--quiet"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["status"] == "optimal"
    assert found["certificate"]["second"] == pytest.approx(found["objective"], rel=1e-4)
