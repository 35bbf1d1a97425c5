"""What is no folder of a finished run is refused with one message; what is in one is read as it was."""

import json
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from dacu.errors import InputError
from dacu.plan import curve_file
from dacu.plan.allocation import diagnosed
from dacu.plan.diagnose import NoPlan
from dacu.report.folder import RunFolder, run_folders
from dacu.report.page import page
from dacu.store import hash_of
from dacu_cli.app import run


def read(folders: Sequence[Path]) -> None:
    for folder in run_folders([str(folder) for folder in folders]):
        for table in ("kpis", "daily", "skus"):
            folder.table(table)


def code_of(*folders: Path) -> str:
    with pytest.raises(InputError) as wrong:
        read(folders)
    (finding,) = wrong.value.findings
    assert finding.sentence("zh")
    assert finding.sentence("en")
    return finding.code


def change(folder: Path, **facts: Any) -> None:
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | facts), encoding="utf-8")


def rewrite(folder: Path, table: str, change: Callable[[str], str]) -> None:
    """A table with another text, as if the run had written it."""
    file, package = folder / f"{table}.csv", folder / "datapackage.json"
    content = change(file.read_text(encoding="utf-8-sig")).encode("utf-8-sig")
    file.write_bytes(content)
    told = json.loads(package.read_text(encoding="utf-8"))
    (resource,) = (one for one in told["resources"] if one["name"] == table)
    resource["hash"] = hash_of(content)
    package.write_text(json.dumps(told), encoding="utf-8")


def test_a_file_or_nothing_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert code_of(tmp_path / "file") == "report_no_folder"
    assert code_of(tmp_path / "missing") == "report_no_folder"


def test_a_foreign_folder_has_no_manifest(tmp_path: Path) -> None:
    assert code_of(tmp_path) == "file_missing"
    for damaged in ("[1, 2]", "", '{"status": "done", '):
        (tmp_path / "manifest.json").write_text(damaged)
        assert code_of(tmp_path) == "report_damaged"
    (tmp_path / "manifest.json").write_text('{"name": "somebody else\'s"}')
    assert code_of(tmp_path) == "report_unfinished"


@pytest.mark.parametrize("status", ["running", "interrupted", "failed"])
def test_a_run_that_did_not_finish_is_refused(copied: Path, status: str) -> None:
    change(copied, status=status)
    assert code_of(copied) == "report_unfinished"


def test_a_verb_that_leaves_no_report_is_refused(copied: Path) -> None:
    change(copied, verb="prices")
    assert code_of(copied) == "report_damaged"


@pytest.mark.parametrize(
    "facts",
    [
        *({"scenarios": value} for value in (None, 3, "x", [3], [{}], [{"reference": "a", "name": "a", "sha256": 1}])),
        *({"overridden": value} for value in (None, 3, [], {"a": 1}, {"a": [["path", "1"]]}, {"a": [[1, 2, 3]]})),
    ],
    ids=str,
)
def test_a_manifest_of_another_shape_is_refused(copied: Path, facts: dict[str, Any]) -> None:
    change(copied, **facts)
    assert code_of(copied) == "report_damaged"


def test_another_version_is_refused(copied: Path) -> None:
    change(copied, dacu="0.0.1")
    assert code_of(copied) == "report_other_version"


def test_verbs_do_not_mix(runs: Any) -> None:
    assert code_of(runs.simulate, runs.compare) == "report_mixed"


DAMAGES = [
    pytest.param(lambda text: text.replace("gmv", "gvm", 1), id="other columns"),
    pytest.param(lambda text: text.replace(".0,", ".x,", 3), id="text for a number"),
    pytest.param(lambda text: text.replace("\n", ",1,2,3\n"), id="more fields"),
    pytest.param(lambda _: "", id="empty"),
]


@pytest.mark.parametrize("damage", [*DAMAGES, pytest.param(lambda text: text[: len(text) // 2], id="half written")])
def test_a_damaged_table_is_refused(copied: Path, damage: Any) -> None:
    file = copied / "daily.csv"
    file.write_text(damage(file.read_text(encoding="utf-8-sig")), encoding="utf-8")
    assert code_of(copied) == "report_damaged"


@pytest.mark.parametrize("damage", DAMAGES)
def test_so_is_one_that_the_data_package_vouches_for(copied: Path, damage: Any) -> None:
    rewrite(copied, "daily", damage)
    assert code_of(copied) == "report_damaged"


@pytest.mark.parametrize(("verb", "table", "change", "named"), [
    ("simulate", "ledger", lambda text: text.replace("gmv", "gvm"), "ledger.csv"),
    ("simulate", "funnel", lambda text: "\n".join(text.splitlines()[:2]), "funnel.csv"),
    ("optimise", "frontier", lambda text: re.sub(r"(?m)^[\d.,]+$", ",,,,", text), "frontier.csv"),
    ("study", "rows", lambda text: re.sub(r"(?m)^\d+,", "99,", text), "rows.csv"),
])  # fmt: skip
def test_a_table_of_impossible_rows_is_refused_by_name(
    runs: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str, table: str, change: Any, named: str
) -> None:
    folder = Path(shutil.copytree(getattr(runs, verb), tmp_path / "copy"))
    rewrite(folder, table, change)
    assert run(["report", str(folder)]) == 2
    assert named in capsys.readouterr().err


def test_a_missing_table_and_a_broken_package_are_refused(copied: Path) -> None:
    (copied / "skus.csv").unlink()
    assert code_of(copied) == "report_damaged"
    (copied / "datapackage.json").write_text('{"resources": [{"name": 3}]}')
    assert code_of(copied) == "report_damaged"


def test_hidden_characters_are_shown_as_such(copied: Path) -> None:
    rewrite(copied, "skus", lambda text: text.replace("soap", "so\u202eap\x1b[2J"))
    assert "skus.so\\u202eap\\u001b[2J" in list(RunFolder(str(copied)).table("skus")["sku"])
    text = page(run_folders([str(copied)]), "en")
    assert not set(text) & {"\u202e", "\x1b"}
    assert "so\\u202eap" in text


def test_a_guarded_formula_is_shown_as_it_was_written(copied: Path) -> None:
    rewrite(copied, "skus", lambda text: text.replace("skus.soap", "'=1+1"))
    assert "=1+1" in list(RunFolder(str(copied)).table("skus")["sku"])


def test_the_verb_says_what_is_wrong_and_ends_with_2(
    runs: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", str(runs.simulate), str(runs.study), "-o", str(tmp_path / "a.html")]) == 2
    assert "different verbs" in capsys.readouterr().err
    assert run(["report", str(runs.simulate), str(runs.simulate)]) == 2
    assert "-o FILE" in capsys.readouterr().err
    assert run(["report", str(tmp_path)]) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_somebody_is_kept(
    runs: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    simulated = str(Path(runs.simulate).absolute())
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.html").write_text("keep me")
    assert run(["report", simulated, "-o", "mine.html"]) == 2
    assert (tmp_path / "mine.html").read_text() == "keep me"
    assert "mine.html" in capsys.readouterr().err


def test_a_run_writes_its_report_and_says_where(tmp_path: Path, empty: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "shop.yaml").write_text(empty, encoding="utf-8")
    out = tmp_path / "out"
    small = ("-r", "2", "--workers", "1", "--lang", "en")
    assert run(["simulate", str(tmp_path / "shop.yaml"), *small, "--report", "-o", str(out)]) == 0
    assert f"Report: {out / 'report.html'}" in capsys.readouterr().err
    assert (out / "report.html").read_text(encoding="utf-8") == page(run_folders([str(out)]), "en")


NEVER = """\
budget: 100
channels: {a: {curve: {hill: {top: 9, half: 30}}}, b: {curve: {hill: {top: 5, half: 10}}}}
groups: {g: {channels: [a], share: [70%, 1]}, h: {channels: [b], share: [60%, 1]}}
"""


def test_a_refused_optimise_leaves_its_reasons_in_the_folder(
    tmp_path: Path, empty: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    why = diagnosed(curve_file.read(NEVER, "never.yaml", None, None))

    def refuses(*given: Any, **more: Any) -> None:
        raise NoPlan(why)

    monkeypatch.setattr("dacu.plan.optimise.optimise", refuses)
    (tmp_path / "shop.yaml").write_text(empty, encoding="utf-8")
    out = tmp_path / "out"
    asked = ["optimise", str(tmp_path / "shop.yaml"), "--workers", "1", "--report", "--format", "json", "-o", str(out)]
    assert run(asked) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["status"], told["folder"]) == ("infeasible", str(out))
    folder = RunFolder(str(out))
    assert folder.facts["status"] == "done"
    rows = folder.records("diagnosis")
    assert [row["limit"] for row in rows if row["what"] == "conflict"] == told["conflicts"]
    assert [row["to"] for row in rows if row["what"] == "relaxation"] == [one["to"] for one in told["relaxation"]]
    assert folder.scenario is not None
    assert "The least that must give way" in (out / "report.html").read_text(encoding="utf-8")


def test_a_report_in_its_folder_is_made_anew(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert run(["report", str(copied), "--format", "json"]) == 0
        assert json.loads(capsys.readouterr().out)["report"] == str(copied / "report.html")
    assert (copied / "report.html").read_text(encoding="utf-8").endswith("</html>\n")
