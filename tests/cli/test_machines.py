"""Machines that lack something: one core, no Numba, nowhere to keep compiled code. The figures are the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
RUN = ("simulate", "tiny.yaml", "-r", "2", "--workers", "1", "-o")
BEGIN = "from dacu_cli.app import main; main()"


def figures(folder: Path) -> dict[str, str]:
    """Hashes of the tables of a run."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.glob("*.csv")}


def python(folder: Path, code: str, *arguments: str, **environ: str) -> str:
    """Run dacu after some code of ours in a process of its own; returns what it says beside its answer."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", f"{code}\n{BEGIN}", *arguments], cwd=folder, env=environ, capture_output=True,
        encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.fixture
def plain(dacu: Any, tmp_path: Path) -> dict[str, str]:
    """The figures of NumPy."""
    done = dacu(*RUN, "plain", DACU_FAST="off")
    assert done.returncode == 0, done.stderr
    return figures(tmp_path / "plain")


def test_without_numba_a_run_that_wants_it_goes_on(dacu: Any, tmp_path: Path, plain: dict[str, str]) -> None:
    python(tmp_path, "import sys; sys.modules['numba'] = None", *RUN, "run", **dacu.environment(DACU_FAST="on"))
    assert figures(tmp_path / "run") == plain


@pytest.mark.skipif(find_spec("numba") is None, reason="needs Numba: pip install 'dacu[fast]'")
def test_without_a_folder_to_write_to_a_run_compiles(dacu: Any, tmp_path: Path, plain: dict[str, str]) -> None:
    """The cache named, the package and the home are closed, for root too: each leads through a file."""
    shut = tmp_path / "shut"
    shut.touch()
    shutil.copytree(ROOT / "engine", tmp_path / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "engine" / "dacu" / "scenarios").symlink_to(ROOT / "scenarios")
    folders = [tmp_path / "engine", *(path for path in (tmp_path / "engine").rglob("*") if path.is_dir())]
    for folder in folders:
        if not folder.is_relative_to(tmp_path / "engine" / "dacu" / "scenarios"):
            (folder / "__pycache__").touch()
    nowhere = {name: str(shut / "x") for name in ("NUMBA_CACHE_DIR", "HOME", "XDG_CACHE_HOME", "DACU_CACHE")}
    paths = os.pathsep.join(map(str, (tmp_path / "engine", ROOT / "cli")))
    told = (
        "import atexit, os\n"
        "def which():\n"
        "    from dacu.behaviour.maths import exp32\n"
        "    open('engine.txt', 'w').write('compiled' if exp32.compiled is not None else 'numpy')\n"
        "atexit.register(which)"
    )
    environ = dacu.environment(DACU_FAST="on", PYTHONPATH=paths, **nowhere)
    assert "Traceback" not in python(tmp_path, told, *RUN, "run", **environ)
    assert (tmp_path / "engine.txt").read_text() == "compiled"
    assert figures(tmp_path / "run") == plain


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system ties no process to a core")
def test_on_one_core_no_other_process_is_started(dacu: Any, tmp_path: Path, plain: dict[str, str]) -> None:
    one = "import os; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])"
    python(tmp_path, one, "simulate", "tiny.yaml", "-r", "2", "-o", "run", **dacu.environment())
    told = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert (told["machine"]["cores"], told["peak_memory"]["largest_worker"]) == (1, 0)
    assert figures(tmp_path / "run") == plain


SLOW = ("numba", "pandas", "scipy", "pulp", "highspy", "jinja2", "psutil", "SALib", "multiprocessing")
"""What takes long to import, and a quick answer does without."""


@pytest.mark.parametrize(
    ("line", "absent"),
    [
        (["--help"], (*SLOW, "numpy", "pydantic", "yaml")),
        (["simulate", "--help"], SLOW[:7]),
        (["check", "tiny.yaml"], (*SLOW, "concurrent.futures", "holidays.countries")),
        (["show", "tiny.yaml"], SLOW),
        (["prices", "tiny.yaml"], SLOW),
        (["simulate", "tiny.yaml", "-r", "1"], ("numba", "scipy", "pulp", "highspy", "SALib", "holidays.countries")),
    ],
    ids=" ".join,
)
def test_a_quick_answer_leaves_slow_libraries_alone(
    dacu: Any, tmp_path: Path, line: list[str], absent: tuple[str, ...]
) -> None:
    look = (
        "import atexit, sys\n"
        f"names = {absent!r}\n"
        "atexit.register(lambda: open('found.txt', 'w').write(' '.join(n for n in names if n in sys.modules)))"
    )
    python(tmp_path, look, *line, **dacu.environment())
    assert (tmp_path / "found.txt").read_text() == ""
