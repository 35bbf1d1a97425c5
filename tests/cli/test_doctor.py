"""doctor: what it finds here, and what it says of machines that are not well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer

from dacu.errors import Fault, Finding
from dacu.plan import program, solvers
from dacu.words import LANGUAGES
from dacu_cli import checkup, machine
from dacu_cli.doctor_verb import doctor
from dacu_cli.options import Format
from dacu_cli.view import View


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second is spent on speed."""
    monkeypatch.setattr(checkup, "draws_a_second", lambda: 3e8)


def refused(capsys: pytest.CaptureFixture[str], lang: str = "en") -> tuple[dict[str, Any], str]:
    """The data and the errors of a machine that is not well."""
    with pytest.raises(typer.Exit) as ended:
        doctor(View(lang, Format.JSON))
    assert ended.value.exit_code == 1
    written = capsys.readouterr()
    found: dict[str, Any] = json.loads(written.out)
    assert not found["well"]
    return found, written.err


def test_doctor_finds_this_machine_fit(dacu: Any) -> None:
    done = dacu("doctor", "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["solvers"] == {"HiGHS": pytest.approx([2.8, 2]), "CBC": pytest.approx([2.8, 2])}
    assert (found["well"], found["errors"]) == (True, [])
    assert found["benchmark_ratio"] == pytest.approx(found["benchmark"] / checkup.REFERENCE)
    assert found["cores"] >= 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_its_table_fits_and_speaks_both_languages(dacu: Any, lang: str) -> None:
    from rich.cells import cell_len

    lines = dacu("doctor", "--lang", lang).stdout.splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert ("参照机" if lang == "zh" else "reference machine") in " ".join(" ".join(lines).split())


@pytest.mark.parametrize("version", ["1.14.0", "1.14.2", "1.13.1", "1.15.0", "1.16.0"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_solver_that_was_wrong_or_is_unknown_is_refused(
    version: str, lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    others = machine.versions()
    monkeypatch.setattr(machine, "versions", lambda: others | {"highspy": version})
    found, told = refused(capsys, lang)
    assert [error["code"] for error in found["errors"]] == ["cli_highspy_refused"]
    assert (f"highspy {version} is refused" if lang == "en" else f"不接受 highspy {version}") in told


def test_a_library_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    others = machine.versions()
    monkeypatch.setattr(machine, "versions", lambda: others | {"scipy": ""})
    assert "not installed: scipy" in refused(capsys)[1]


def test_solvers_that_answer_wrongly_are_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], at_once: None
) -> None:
    monkeypatch.setattr(checkup, "WHOLE", 2.8)  # as if 2 were wrong
    found, told = refused(capsys)
    assert [error["code"] for error in found["errors"]] == ["cli_solver_wrong"] * 2
    assert "HiGHS says 2 where 2.8 is right" in told
    assert "CBC says 2 where 2.8 is right" in told


def test_where_highs_does_not_load_doctor_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], at_once: None
) -> None:
    monkeypatch.setattr(solvers, "usable", lambda _wanted: "CBC")
    found, _ = refused(capsys)
    assert [error["code"] for error in found["errors"]] == ["cli_solver_absent"]
    assert found["solvers"]["CBC"] == pytest.approx([2.8, 2])


def test_a_second_solver_that_is_not_there_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], at_once: None
) -> None:
    right = program.solve

    def without_cbc(problem: Any, solver: Any) -> Any:
        if solver == "CBC":
            raise Fault(Finding("plan_not_solved", value="cannot execute cbc"))
        return right(problem, solver=solver)

    monkeypatch.setattr(program, "solve", without_cbc)
    doctor(View("en", Format.JSON))
    found = json.loads(capsys.readouterr().out)
    assert (found["well"], found["solvers"]["CBC"]) == (True, [])


def test_a_cache_that_cannot_be_written_and_no_font_are_done_without(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, at_once: None
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DACU_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(checkup, "fonts", list)
    doctor(View("en", Format.JSON))
    found = json.loads(capsys.readouterr().out)
    assert (found["well"], found["cache"]["writable"], found["fonts"]) == (True, False, [])


def test_fonts_are_found_by_their_files(tmp_path: Path) -> None:
    (tmp_path / "opentype").mkdir()
    (tmp_path / "opentype" / "NotoSansCJK-Regular.ttc").write_bytes(b"")
    (tmp_path / "MSYH.TTC").write_bytes(b"")
    (tmp_path / "DejaVuSans.ttf").write_bytes(b"")
    assert checkup.fonts([str(tmp_path)]) == ["Noto Sans CJK", "Microsoft YaHei"]
