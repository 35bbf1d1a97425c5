"""Reading: regular, small, UTF-8 files and nothing else. Writing: folders that are finished when they say so."""

import csv
import json
import os
from pathlib import Path

import pandas as pd
import pytest

from dacu.errors import Finding, InputError
from dacu.store import (
    LARGEST_TEXT,
    digest_of,
    file_name,
    new_file,
    read_scenario,
    read_text,
    run_folder,
    same_file,
    shipped_scenarios,
    shipped_text,
)


def code_of(path: Path) -> str:
    with pytest.raises(InputError) as refused:
        read_text(path)
    (finding,) = refused.value.findings
    return finding.code


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfdacu: 1\n")
    assert read_text(tmp_path / "a.yaml") == "dacu: 1\n"


def test_a_link_is_followed_to_a_regular_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("dacu: 1")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "a.yaml")
    assert read_text(tmp_path / "link.yaml") == "dacu: 1"


def test_a_missing_file_is_told_with_the_file_that_was_meant(tmp_path: Path) -> None:
    (tmp_path / "double11.yaml").write_text("dacu: 1")
    with pytest.raises(InputError) as refused:
        read_text(tmp_path / "doubel11.yaml")
    assert refused.value.findings[0].hint == str(tmp_path / "double11.yaml")


def test_pipes_folders_devices_and_circles_of_links_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "circle.yaml").symlink_to(tmp_path / "circle.yaml")
    assert code_of(tmp_path / "pipe.yaml") == "file_not_regular"
    assert code_of(Path("/dev/zero")) == "file_not_regular"
    assert code_of(tmp_path) == "file_is_folder"
    assert code_of(tmp_path / "circle.yaml") == "file_unreadable"
    assert code_of(tmp_path / ("x" * 5000)) == "file_unreadable"


def test_large_and_binary_files_are_refused(tmp_path: Path) -> None:
    with open(tmp_path / "large.yaml", "wb") as file:
        file.truncate(50_000_000)
    (tmp_path / "gb.yaml").write_bytes("名称: 双十一".encode("gb18030"))
    (tmp_path / "nul.yaml").write_bytes(b"dacu: 1\n\0")
    assert LARGEST_TEXT == 5_000_000
    assert code_of(tmp_path / "large.yaml") == "file_too_large"
    assert code_of(tmp_path / "gb.yaml") == "file_not_text"
    assert code_of(tmp_path / "nul.yaml") == "file_not_text"


def test_the_folder_of_a_run_stands_for_its_lock_file(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_scenario(str(tmp_path))
    assert refused.value.findings[0].code == "folder_without_run"
    (tmp_path / "scenario.lock.yaml").write_text("dacu: 1")
    assert read_scenario(str(tmp_path)) == (str(tmp_path / "scenario.lock.yaml"), "dacu: 1")


def test_a_shipped_scenario_is_found_unless_one_of_that_name_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    reference = "scenarios/starter.yaml"
    assert reference in shipped_scenarios()
    assert read_scenario(reference) == (reference, shipped_text(reference))
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "starter.yaml").write_text("dacu: 1")
    assert read_scenario(reference) == (reference, "dacu: 1")
    assert shipped_text(reference) != "dacu: 1"


def status_of(folder: Path) -> str:
    return str(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["status"])


def test_a_folder_runs_until_its_manifest_says_done(tmp_path: Path) -> None:
    with run_folder(str(tmp_path / "run"), "x", {"seed": 7}) as folder:
        assert status_of(folder.path) == "running"
        folder.write_table("t", pd.DataFrame({"day": [1]}))
        assert (folder.path / "t.csv").exists()
    told = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert (told["status"], told["seed"]) == ("done", 7)
    assert told["ended"] >= told["started"]


@pytest.mark.parametrize(
    ("error", "status"), [(KeyboardInterrupt(), "interrupted"), (SystemExit(), "interrupted"), (ValueError(), "failed")]
)
def test_a_run_that_breaks_off_is_never_done(tmp_path: Path, error: BaseException, status: str) -> None:
    with pytest.raises(type(error)), run_folder(str(tmp_path / "run"), "x", {}):
        raise error
    assert status_of(tmp_path / "run") == status


def test_input_that_cannot_be_run_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError), run_folder(str(tmp_path / "run"), "x", {}):
        raise InputError(Finding("no_skus"))
    assert not (tmp_path / "run").exists()


def test_folders_that_hold_anything_are_passed_over(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        with run_folder(str(tmp_path / "run"), "x", {}) as folder:
            names.append(folder.path.name)
    assert names == ["run", "run-2", "run-3"]


def test_the_default_folder_is_below_out_with_a_name_for_any_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with run_folder(None, "../双11+a:b-simulate", {}) as folder:
        assert folder.path == Path("out/_双11+a_b-simulate")
    assert file_name("...") == "_"


def test_a_refused_write_is_told_and_looks_finished_nowhere(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError) as refused, run_folder(str(tmp_path / "file" / "run"), "x", {}):
        pass
    assert refused.value.findings[0].code == "file_unwritable"


def test_csv_opens_in_excel_and_runs_nothing(tmp_path: Path) -> None:
    hostile = ["=1+1", "+1", "-1", "@x", "\tx", "\nx", "＝1", "fine", '名称, "quoted"', "x\r=1+1"]
    table = pd.DataFrame({"name": hostile, "gmv": [-1.5] * len(hostile)})
    with run_folder(str(tmp_path / "run"), "x", {}) as folder:
        folder.write_table("t", table)
    raw = (tmp_path / "run" / "t.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    with open(tmp_path / "run" / "t.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == [*(f"'{text}" for text in hostile[:7]), "fine", '名称, "quoted"', "x\n=1+1"]
    assert {row["gmv"] for row in rows} == {"-1.5"}


def test_the_data_package_gives_type_unit_and_titles(tmp_path: Path) -> None:
    with run_folder(str(tmp_path / "run"), "x", {}) as folder:
        folder.write_table("daily", pd.DataFrame({"day": [1], "date": ["2026-11-11"], "gmv": [1.5], "gmv_low": [1.0]}))
    package = json.loads((tmp_path / "run" / "datapackage.json").read_text(encoding="utf-8"))
    (resource,) = package["resources"]
    assert resource["path"] == "daily.csv"
    assert resource["schema"]["fields"] == [
        {"name": "day", "type": "integer", "title": "day", "title_zh": "第几天"},
        {"name": "date", "type": "string", "title": "date", "title_zh": "日期"},
        {"name": "gmv", "type": "number", "title": "paid GMV", "title_zh": "支付GMV", "unit": "yuan"},
        {"name": "gmv_low", "type": "number", "title": "paid GMV (low)", "title_zh": "支付GMV (下限)", "unit": "yuan"},
    ]


def test_a_new_file_never_overwrites(tmp_path: Path) -> None:
    new_file(str(tmp_path / "a" / "b.yaml"), "dacu: 1\n")
    assert (tmp_path / "a" / "b.yaml").read_text() == "dacu: 1\n"
    same_file(str(tmp_path / "a" / "b.yaml"), "dacu: 1\n")
    with pytest.raises(InputError) as refused:
        same_file(str(tmp_path / "a" / "b.yaml"), "dacu: 2\n")
    assert refused.value.findings[0].code == "file_exists"


def test_a_digest_of_code_knows_names_and_bytes_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "sim").mkdir()
    one, other = tmp_path / "one.py", tmp_path / "sim" / "other.py"
    one.write_text("a = 1\n")
    other.write_text("b = 2\n")
    before = digest_of(tmp_path)
    os.utime(one, (0, 0))
    (tmp_path / "one.pyc").write_text("compiled")
    assert digest_of(tmp_path) == before
    other.write_text("b = 3\n")
    changed = digest_of(tmp_path)
    assert changed != before
    other.rename(tmp_path / "sim" / "another.py")
    assert digest_of(tmp_path) not in (before, changed)
