"""Reading: regular, small, UTF-8 files and nothing else."""

import os
from pathlib import Path

import pytest

from dacu.errors import InputError
from dacu.store import LARGEST_TEXT, read_scenario, read_text


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
