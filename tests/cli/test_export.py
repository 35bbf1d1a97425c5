"""--export and `new --from PLAN.xlsx`: the same tables in Excel and parquet, and a media plan out and in again."""

import csv
import io
import json
import shlex
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pandas import DataFrame, read_parquet
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from dacu.levers.paid import Paid
from dacu.scenario.load import load
from dacu.sheets import FORMULA_STARTS, titles
from dacu.sim.stage import calendar_of
from dacu.store import Folder
from dacu.workbook import MOST_ROWS, fits, workbook
from dacu_cli import app, exporting
from dacu_cli.view import View

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "excel.md"
SMALL = ("-r", "2", "--workers", "1")
PHASES = """\
dacu: 1
extends: tiny.yaml
calendar: {phases: {蓄水: {from: D1, to: D2}, 爆发: {from: D2, to: D3, budget_multiplier: 2}}}
channels:
  feed_ads: {daily_budget: null, budget: {蓄水: 3333.33, 爆发: 0.01}}
"""
STUDY = """\
scenario: tiny.yaml
outcomes: [gmv]
factors:
  variant: {values: [null, rich]}
  channels.feed_ads.daily_budget: {range: [4000, 2万]}
method: grid
samples: 2
replications: 2
"""
HEADING = ("线", "阶段", "预算", "开始", "结束")
Rows = list[list[object]]
Refused = Callable[..., Any]


@pytest.fixture
def folder(dacu: Any) -> Path:
    (dacu.folder / "phased.yaml").write_text(PHASES, encoding="utf-8")
    return dacu.folder


def sheets(file: Path) -> dict[str, Rows]:
    book = CalamineWorkbook.from_path(file)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def rows_of(file: Path) -> Rows:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.reader(opened))


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml")}


def saved(file: Path, *rows: tuple[object, ...], sheet: str = "计划") -> None:
    """A media plan as a planner saves it."""
    with Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)


# tables out


def test_the_workbook_has_a_sheet_for_every_table_with_its_figures(dacu: Any, folder: Path) -> None:
    done = dacu("simulate", "phased.yaml", *SMALL, "--export", "xlsx", "--lang", "zh", "-o", "run")
    assert done.returncode == 0, done.stderr
    found = sheets(folder / "run" / "tables.xlsx")
    tables = {file.stem for file in (folder / "run").glob("*.csv")}
    assert set(found) == (tables - {"plan"}) | {"计划", "图表"}
    for name in tables - {"plan"}:
        heading, *rows = rows_of(folder / "run" / f"{name}.csv")
        assert found[name][0] == [titles(column)["zh"] for column in heading]
        assert same(found[name][1:], rows), name
    xml = parts((folder / "run" / "tables.xlsx").read_bytes())
    assert xml["xl/charts/chart1.xml"].count("<c:val>") == 1
    assert "#,##0.00" in xml["xl/styles.xml"]
    assert "0.0%" in xml["xl/styles.xml"]
    kpis = xml[f"xl/worksheets/sheet{list(found).index('kpis') + 1}.xml"]
    assert 'state="frozen"' in kpis
    assert "<autoFilter" in kpis
    assert any("gmv_expected" in text for name, text in xml.items() if name.startswith("xl/comments"))


def same(found: Rows, told: list[list[str]]) -> bool:
    """Whether two tables hold the same texts, and the same numbers but for the last of 16 digits."""
    pairs = [pair for one, other in zip(found, told, strict=True) for pair in zip(one, other, strict=True)]
    numbers = [(float(cell), float(text)) for cell, text in pairs if number(cell) and number(text)]
    texts = [(str(cell), text) for cell, text in pairs if not (number(cell) and number(text))]
    found_numbers, told_numbers = zip(*numbers, strict=True) if numbers else ((), ())
    return all(one == other for one, other in texts) and found_numbers == pytest.approx(told_numbers, rel=1e-13)


def number(cell: object) -> bool:
    try:
        float(str(cell))
    except ValueError:
        return False
    return True


def test_a_comparison_draws_a_line_for_each_plan(dacu: Any, folder: Path) -> None:
    assert dacu("compare", "tiny.yaml", "tiny.yaml+rich", *SMALL, "--export", "xlsx", "-o", "run").returncode == 0
    xml = parts((folder / "run" / "tables.xlsx").read_bytes())
    assert xml["xl/charts/chart1.xml"].count("<c:val>") == 2
    assert "<c:v>tiny+rich</c:v>" in xml["xl/charts/chart1.xml"]


def test_parquet_holds_the_same_as_csv(dacu: Any, folder: Path) -> None:
    assert dacu("compare", "tiny.yaml", "tiny.yaml+rich", *SMALL, "--export", "parquet", "-o", "run").returncode == 0
    for file in (folder / "run").glob("*.csv"):
        table = read_parquet(file.with_suffix(".parquet"))
        heading, *rows = rows_of(file)
        assert list(table.columns) == heading
        told = table.astype(object).where(table.notna(), "").astype(str).to_numpy().tolist()
        assert same(told, rows), file.name


def test_the_same_run_gives_the_same_workbook(dacu: Any, folder: Path) -> None:
    for name in ("one", "two"):
        dacu("simulate", "tiny.yaml", *SMALL, "--export", "xlsx", "-o", name)
    assert (folder / "one" / "tables.xlsx").read_bytes() == (folder / "two" / "tables.xlsx").read_bytes()


def test_a_finished_study_is_exported_without_running_a_row(dacu: Any, folder: Path) -> None:
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    assert dacu("study", "study.yaml", "--workers", "1", "-o", "run").returncode == 0
    before = (folder / "run" / "rows.csv").read_bytes()
    done = dacu("study", "--resume", "run", "--export", "xlsx")
    assert done.returncode == 0, done.stderr
    assert "8 rows done, 0 failed, 0 to do" in done.stderr
    assert (folder / "run" / "rows.csv").read_bytes() == before
    found = sheets(folder / "run" / "tables.xlsx")
    assert set(found) == {"charts", "rows", "tornado", "ranking", "sentences", "settings"}
    assert [row[0] for row in found["rows"][1:]] == [1, 1, 2, 2, 3, 3, 4, 4]
    assert dacu("study", "--resume", "run", "--export", "parquet").returncode == 0
    assert len(read_parquet(folder / "run" / "rows.parquet")) == 8


def test_curves_of_ones_own_are_exported_too(dacu: Any, folder: Path) -> None:
    assert (
        dacu("optimise", "--curves", "scenarios/curves/double11.yaml", "--export", "xlsx", "-o", "run").returncode == 0
    )
    assert {"allocation", "prices"} <= set(sheets(folder / "run" / "tables.xlsx"))


def test_no_sheet_has_the_name_that_excel_keeps_to_itself() -> None:
    for lang in ("zh", "en"):
        content = workbook({"history": DataFrame({"a": [1]})}, lang, {})
        (name,) = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
        assert name.lower() not in ("history", "历史记录")


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_no_text_is_a_formula_in_excel(start: str) -> None:
    text = f"{start}1+1"
    content = workbook({"t": DataFrame({text: [text, "http://a.b"]})}, "en", {"title": text})
    xml = parts(content)
    assert not any("<f>" in part or "hyperlink" in part for name, part in xml.items() if "worksheets" in name)
    kept = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("t").to_python()
    assert kept[1][0] == text
    assert 'quotePrefix="1"' in xml["xl/styles.xml"]


@pytest.mark.parametrize("start", "=＝")
def test_a_line_named_like_a_formula_is_a_text_everywhere(dacu: Any, folder: Path, start: str) -> None:
    text = PHASES.replace("feed_ads:", f'"{start}1+1": {{type: feed_ads, daily_budget: 70}}\n  feed_ads:')
    (folder / "odd.yaml").write_text(text, encoding="utf-8")
    assert dacu("simulate", "odd.yaml", *SMALL, "--export", "xlsx", "-o", "run", "--lang", "zh").returncode == 0
    assert [f"'{start}1+1", "蓄水"] in [row[:2] for row in rows_of(folder / "run" / "plan.csv")]
    assert [f"{start}1+1", "蓄水"] in [row[:2] for row in sheets(folder / "run" / "tables.xlsx")["计划"]]
    assert not any("<f>" in part for part in parts((folder / "run" / "tables.xlsx").read_bytes()).values())
    assert dacu("new", "again", "--from", "run/tables.xlsx", "--like", "odd.yaml").returncode == 0
    assert by_day(folder / "again.yaml") == by_day(folder / "odd.yaml")
    assert by_day(folder / "again.yaml")[f"{start}1+1"] == [70_00, 140_00]


def test_a_table_that_excel_has_no_room_for_stays_in_its_csv_file(tmp_path: Path, capsys: Any) -> None:
    long = DataFrame({"a": range(MOST_ROWS)})
    assert fits(long.iloc[1:])
    folder = Folder(tmp_path, {"dacu": "1", "verb": "study"})
    folder.tables |= {"long": long, "short": DataFrame({"a": [1]})}
    exporting.export(View("en"), folder, exporting.ExportForm.XLSX)
    assert list(sheets(tmp_path / "tables.xlsx")) == ["short"]
    assert "long has more rows than a sheet of Excel" in capsys.readouterr().err


@pytest.mark.parametrize(("lang", "form", "line"), [
    ("en", "xlsx", '--export  xlsx needs a library that is not installed: pip install "dacu[excel]"'),
    ("zh", "parquet", '--export  parquet 需要的库尚未安装:pip install "dacu[parquet]"'),
])  # fmt: skip
def test_a_missing_extra_is_told_before_anything_is_computed(
    folder: Path, monkeypatch: Any, capsys: Any, lang: str, form: str, line: str
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(exporting, "find_spec", lambda _module: None)
    assert app.run(["simulate", "tiny.yaml", "--export", form, "--lang", lang]) == 2
    assert capsys.readouterr().err.strip() == line
    assert not (folder / "out").exists()
    assert app.run(["new", "x", "--from", "plan.xlsx", "--lang", "en"]) == 2
    assert 'pip install "dacu[excel]"' in capsys.readouterr().err


def test_an_unknown_form_is_refused(dacu: Any, folder: Path) -> None:
    done = dacu("simulate", "tiny.yaml", "--export", "xls")
    assert (done.returncode, "did you mean xlsx?" in done.stderr) == (2, True)
    assert not (folder / "out").exists()


# a media plan in


def lines(file: Path) -> dict[str, Paid]:
    channels = load(str(file)).scenario.channels
    return {name: line for name, line in channels.items() if isinstance(line, Paid)}


def budgets(file: Path) -> dict[str, dict[str, float]]:
    """Yuan of the lines by phase or date."""
    return {name: {str(key): fen / 100 for key, fen in (line.budget or line.days).items()}
            for name, line in lines(file).items()}  # fmt: skip


def by_day(file: Path) -> dict[str, list[int]]:
    """Fen of the lines on each day."""
    calendar = calendar_of(load(str(file)))
    return {name: line.by_day(calendar).tolist() for name, line in lines(file).items()}


@pytest.mark.parametrize("reference", ["tiny.yaml", "phased.yaml"])
def test_the_plan_of_a_simulation_reads_back_to_the_fen(dacu: Any, folder: Path, reference: str) -> None:
    assert dacu("simulate", reference, *SMALL, "--export", "xlsx", "-o", "run").returncode == 0
    done = dacu("new", "plans/again", "--from", "run/tables.xlsx", "--like", reference)
    assert done.returncode == 0, done.stderr
    assert dacu("check", "plans/again.yaml").returncode == 0
    assert by_day(folder / "plans" / "again.yaml") == by_day(folder / reference)
    assert len(rows_of(folder / "run" / "plan.csv")) == {"tiny.yaml": 3, "phased.yaml": 5}[reference]


def test_the_plan_of_the_optimiser_reads_back_to_the_fen(dacu: Any, folder: Path) -> None:
    """Onto the scenario it came from, and onto the folder of its own run."""
    lines = "optimise.channels={feed_ads: {min: 3400.01}, search_ads: {}}"
    done = dacu("optimise", "phased.yaml", *SMALL, "--agents", "300", "--time-limit", "60s", "--set", lines,
                "--export", "xlsx", "-o", "run", "--lang", "zh")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "图表" in sheets(folder / "run" / "tables.xlsx")
    planned = by_day(folder / "run" / "variant.yaml")
    assert planned != by_day(folder / "phased.yaml")
    for like, file in (("phased.yaml", "on_file.yaml"), ("run", "on_run.yaml")):
        assert dacu("new", file, "--from", "run/tables.xlsx", "--like", like).returncode == 0
        assert by_day(folder / file) == planned
        assert dacu("check", file).returncode == 0


def test_a_plan_of_ones_own_needs_no_more_than_lines_and_money(dacu: Any, folder: Path) -> None:
    rows: tuple[tuple[object, ...], ...] = (
        ("618 排期",), ("备注", "预算线", "阶段", "预算(元)", "起"), ("", "feed_ads", "蓄水", "1.5万", ""),
        ("", "", "爆发", 2000.005, ""), (),
    )  # fmt: skip
    saved(folder / "own.xlsx", *rows, sheet="Sheet1")
    done = dacu("new", "mine", "--from", "own.xlsx", "--like", "phased.yaml")
    assert "Not in the sheet, so without money: search_ads" in done.stdout
    assert budgets(folder / "mine.yaml") == {
        "feed_ads": {"蓄水": 15000.0, "爆发": 2000.0}, "search_ads": {},
    }  # fmt: skip


def test_dates_move_phases_and_the_calendar_and_money_without_a_phase_is_spread(dacu: Any, folder: Path) -> None:
    saved(folder / "own.xlsx", HEADING, ("feed_ads", "预热", 100, "2026-11-01", "2026-11-04"),
          ("feed_ads", "爆发", 200, "2026-11-05", "2026-11-05"),
          ("search_ads", "", 0.05, "2026-11-02", "2026-11-04"))  # fmt: skip
    done = dacu("new", "mine", "--from", "own.xlsx", "--like", "phased.yaml")
    assert done.returncode == 0, done.stderr
    shown = dacu("show", "mine.yaml").stdout
    assert "start: 2026-11-01" in shown
    assert "days: 5" in shown
    assert "蓄水" not in shown
    assert budgets(folder / "mine.yaml") == {
        "feed_ads": {"预热": 100.0, "爆发": 200.0},
        "search_ads": {"2026-11-02": 0.02, "2026-11-03": 0.02, "2026-11-04": 0.01},
    }


def test_a_shipped_scenario_comes_along(dacu: Any, folder: Path) -> None:
    saved(folder / "own.xlsx", HEADING, ("千川直播", "爆发", 5, "", ""))
    done = dacu("new", "plans/mine", "--from", "own.xlsx", "--like", "budget_618")
    assert done.returncode == 0, done.stderr
    assert sorted(file.name for file in (folder / "plans").iterdir()) == [
        "baseline_shop.yaml", "budget_618.yaml", "mine.yaml",
    ]  # fmt: skip
    assert dacu("check", "plans/mine.yaml").returncode == 0
    assert dacu("new", "plans/budget_618", "--from", "own.xlsx", "--like", "budget_618").returncode == 2


def test_formulas_are_not_run(dacu: Any, folder: Path) -> None:
    with Workbook(folder / "own.xlsx") as book:
        page = book.add_worksheet("plan")
        page.write_row(0, 0, ("line", "phase", "budget"))
        page.write_row(1, 0, ("feed_ads", "蓄水"))
        page.write_formula(1, 2, "=1+1", value=5000)
    assert dacu("new", "mine", "--from", "own.xlsx", "--like", "phased.yaml").returncode == 0
    assert budgets(folder / "mine.yaml")["feed_ads"]["蓄水"] == 5000.0


@pytest.fixture
def refused(folder: Path, monkeypatch: Any, capsys: Any) -> Refused:
    """Reads own.xlsx over phased.yaml, which is refused and leaves no file; returns what is printed."""
    monkeypatch.chdir(folder)

    def told(*options: str) -> Any:
        assert app.run(["new", "mine", "--from", "own.xlsx", "--like", "phased.yaml", *options]) == 2
        assert not (folder / "mine.yaml").exists()
        return capsys.readouterr()

    return told


WRONG = {
    "no such line": (("fead_ads", "蓄水", 5), "media_line_unknown", "A2", "did you mean feed_ads?"),
    "no such phase": (("feed_ads", "预热", 5), "media_phase_unknown", "B2", "needs its days"),
    "below nought": (("feed_ads", "蓄水", -5), "below_minimum", "C2", "-5 is below 0"),
    "beyond all money": (("feed_ads", "蓄水", 1e30), "number_too_large", "C2", "too large"),
    "no money": (("feed_ads", "蓄水", "soon"), "not_money", "C2", "soon"),
    "money left out": (("feed_ads", "蓄水", ""), "media_no_money", "C2", "write 0"),
    "finer than a fen": (("feed_ads", "蓄水", "0.001"), "finer_than_fen", "C2", "0.001"),
    "no line": (("", "蓄水", 5), "media_no_line", "A2", "the budget line is missing"),
    "no date": (("feed_ads", "蓄水", 5, "soon"), "not_a_date", "D2", "soon"),
    "turned": (("feed_ads", "蓄水", 5, "2026-10-13", "2026-10-12"), "media_dates_turned", "E2", "before the first day"),
    "end alone": (("feed_ads", "蓄水", 5, "", "2026-10-12"), "media_no_date", "D2", "the first day is missing"),
    "no days": (("feed_ads", "", 5), "media_no_date", "D2", "money without a phase needs its days"),
    "a total": (("合计", "", 5, "2026-10-12"), "media_line_unknown", "A2", "no budget line 合计"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_cell_is_told_by_its_address_in_both_languages(refused: Refused, folder: Path, case: str) -> None:
    row, code, address, told = WRONG[case]
    saved(folder / "own.xlsx", HEADING, row)
    for lang in ("en", "zh"):
        line = refused("--lang", lang).err
        assert line.startswith(f"own.xlsx:2:{ord(address[0]) - ord('A') + 1}  计划!{address}  ")
        assert lang == "zh" or told in line
    assert [error["code"] for error in json.loads(refused("--format", "json").out)["errors"]] == [code]


def test_rows_that_contradict_each_other_are_all_told(refused: Refused, folder: Path) -> None:
    saved(folder / "own.xlsx", HEADING, ("feed_ads", "蓄水", 5, "D1"), ("feed_ads", "蓄水", 6, "D1"),
          ("search_ads", "蓄水", 7, "D2"), ("search_ads", "", 8, "D1"))  # fmt: skip
    told = refused("--format", "json", "--lang", "en").out
    errors = [(error["code"], error["path"]) for error in json.loads(told)["errors"]]
    assert sorted(errors) == [
        ("media_line_twice", "计划!B3"), ("media_phase_dates", "计划!D4"), ("media_two_forms", "计划!B5"),
    ]  # fmt: skip


def bomb(file: Path, place: str, part: str = "") -> None:
    """A small workbook whose only sheet has a cell at `place`, or `part` in place of its rows."""
    saved(file, ("a", "b"))
    xml = parts(file.read_bytes())
    sheet = xml["xl/worksheets/sheet1.xml"]
    start, end = sheet.index("<sheetData>"), sheet.index("</sheetData>")
    cell = part or f'<row r="{place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{place}"><v>1</v></c></row>'
    xml["xl/worksheets/sheet1.xml"] = sheet[: start + len("<sheetData>")] + cell + sheet[end:]
    pack(file, xml)


def pack(file: Path, xml: dict[str, str]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed, zipfile.ZipFile(io.BytesIO(EMPTY)) as other:
        for name in other.namelist():
            packed.writestr(name, xml.get(name, other.read(name)))


def flipped(file: Path) -> None:
    """A sheet whose packed bytes are no longer what was packed."""
    pack(file, {})
    with zipfile.ZipFile(file) as packed:
        part = packed.getinfo("xl/worksheets/sheet1.xml")
    content = bytearray(file.read_bytes())
    first = part.header_offset + 30 + len(part.filename)
    content[first : first + part.compress_size] = bytes([0xFF]) * part.compress_size
    file.write_bytes(bytes(content))


def _empty() -> bytes:
    out = io.BytesIO()
    with Workbook(out) as book:
        book.add_worksheet("计划").write_row(0, 0, ("a", "b"))
    return out.getvalue()


EMPTY = _empty()
ONE_ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'
HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "far corner": (lambda file: bomb(file, "XFD1048576"), "beyond 10,000 rows and 200 columns"),
    "far row": (lambda file: bomb(file, "A10001"), "beyond 10,000 rows and 200 columns"),
    "far cell in a near row": (lambda file: bomb(file, "", '<row r="1"><c r="A99999"/></row>'), "beyond 10,000 rows"),
    "rows without numbers": (lambda file: bomb(file, "", "<row/>" * 10_001), "beyond 10,000 rows"),
    "cells without places": (lambda file: bomb(file, "", f"<row>{'<c/>' * 201}</row>"), "beyond 10,000 rows"),
    "20 MB of blanks": (lambda file: bomb(file, "", ONE_ROW + " " * 20_000_000), "larger than 20 MB unpacked"),
    "a DTD": (lambda file: pack(file, {"xl/worksheets/sheet1.xml": '<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'}),
              "is no .xlsx workbook, or a damaged"),
    "no XML": (lambda file: pack(file, {"xl/worksheets/sheet1.xml": f"<worksheet>{ONE_ROW}"}), "or a damaged"),
    "a flipped bit": (flipped, "or a damaged"),
    "an unknown encoding": (
        lambda file: pack(file, {"xl/worksheets/sheet1.xml": '<?xml version="1.0" encoding="foo"?><worksheet/>'}),
        "or a damaged",
    ),
    "no archive": (lambda file: file.write_bytes(b"PK\x03\x04nothing"), "is no .xlsx workbook"),
    "cut": (lambda file: file.write_bytes(EMPTY[: len(EMPTY) // 2]), "is no .xlsx workbook"),
    "larger than 5 MB": (lambda file: file.write_bytes(bytes(5_000_001)), "is larger than 5 MB"),
    "no heading": (lambda file: saved(file, ("a", "b"), ("c", 5)), "no row names the columns"),
    "万元": (lambda file: saved(file, ("线", "阶段", "预算(万元)"), ("feed_ads", "", 5)), "no row names the columns"),
    "no rows": (lambda file: saved(file, HEADING), "no row below the heading"),
    "not there": (lambda file: None, "there is no file own.xlsx"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_or_damaged_workbook_is_one_message(refused: Refused, folder: Path, case: str) -> None:
    make, told = HOSTILE[case]
    make(folder / "own.xlsx")
    (line,) = refused("--lang", "en").err.splitlines()
    assert told in line


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(dacu: Any, folder: Path) -> None:
    with Workbook(folder / "own.xlsx") as book:
        book.add_worksheet("排期")
        book.add_worksheet("other")
    done = dacu("new", "mine", "--from", "own.xlsx")
    assert (done.returncode, "has no sheet 计划 / plan; there are 排期, other" in done.stderr) == (2, True)
    assert dacu("new", "mine", "--from", "starter", "--like", "tiny.yaml").returncode == 2


def test_the_commands_of_the_how_to_run(dacu: Any) -> None:
    commands = [
        shlex.split(line)[1:] for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:9] == "    dacu "
    ]
    assert [command[0] for command in commands] == ["simulate", "new", "check", "compare"]
    for command in commands:
        done = dacu(*command)
        assert done.returncode == 0, done.stderr
