"""The map in README.md points to tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POINTER = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_test_of_the_map_exists():
    pointers = POINTER.findall((Path(__file__).parent / "README.md").read_text(encoding="utf-8"))
    assert len(pointers) > 30
    missing = [f"{file}::{name}" for file, name in pointers if f"def {name}(" not in (ROOT / file).read_text("utf-8")]
    assert missing == []


def test_every_test_of_this_folder_is_on_the_map():
    text = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")
    for file in Path(__file__).parent.glob("test_v*.py"):
        for name in re.findall(r"^def (test_\w+)\(", file.read_text(encoding="utf-8"), re.MULTILINE):
            assert f"{file.name}::{name}`" in text, name
