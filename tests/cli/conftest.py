"""The real command line, in a process of its own, on real files in a folder of its own."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "dacu_cli"]
PATIENCE = 60
"""Seconds that a terminal waits for another word."""
TINY = """\
dacu: 1
name: 小店
calendar: {start: 2026-10-12, days: 2, warmup: 0}
people: {size: 20万, agents: 200, customers: 20%}
skus:
  soap: {list: 79, cost: 21, floor_price: 70}
  cream: {list: 269, cost: 60}
channels:
  feed_ads: {daily_budget: 8000}
  search_ads: {daily_budget: 2000}
promotions:
  threshold: {tiers: {t1: 满199减20}}
variants:
  deep: {promotions: {threshold: {tiers: {t1: 满199减60}}}}
  deeper: {promotions: {threshold: {tiers: {t1: 满199减90}}}}
  rich: {channels: {feed_ads: {daily_budget: 2万}}}
"""


class Shown(NamedTuple):
    """What a terminal received, and the exit code."""

    returncode: int
    text: str


class Dacu:
    """`dacu("check", "tiny.yaml")` runs the command line in `folder`; keywords change its environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Run to the end."""
        return subprocess.run(  # noqa: S603
            [*COMMAND, *arguments], cwd=self.folder, env=environment(**changes), capture_output=True, encoding="utf-8",
            timeout=120, check=False,
        )  # fmt: skip

    def environment(self, **changes: str) -> dict[str, str]:
        """That of every run here."""
        return environment(**changes)

    def start(self, *arguments: str, **changes: str) -> subprocess.Popen[str]:
        """Begin, and hand back the process."""
        return subprocess.Popen(  # noqa: S603
            [*COMMAND, *arguments], cwd=self.folder, env=environment(**changes), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip

    def on_terminal(self, *arguments: str, typed: str = "", columns: int = 80, **changes: str) -> Shown:
        """Run at a terminal whose reader has typed ahead."""
        return run_at_terminal([*COMMAND, *arguments], self.folder, typed, columns, **changes)


def run_at_terminal(command: Sequence[str], folder: Path, typed: str = "", columns: int = 80, **changes: str) -> Shown:
    """Run a command that finds a terminal on all three streams."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    surroundings = {"TERM": "xterm-256color"} | environment(**changes)
    with subprocess.Popen(  # noqa: S603
        command, cwd=folder, env=surroundings, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as running:
        os.close(theirs)
        os.write(ours, typed.encode())
        received = b""
        with suppress(OSError):  # Linux says so when the last writer is gone
            while select.select([ours], [], [], PATIENCE)[0] and (part := os.read(ours, 65536)):
                received += part
        os.close(ours)  # whoever still waits for an answer finds the terminal gone
        return Shown(running.wait(timeout=PATIENCE), received.decode().replace("\r\n", "\n"))


def environment(**changes: str) -> dict[str, str]:
    """That of a run: English, unless changed."""
    ours = ("LC_", "LANG", "COLUMNS", "LINES")  # of the window in which the tests run
    plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    paths = os.pathsep.join([str(ROOT / "engine"), str(ROOT / "cli")])
    return plain | {"PYTHONPATH": paths, "LANG": "C.UTF-8"} | changes


@pytest.fixture
def tiny() -> str:
    """The text of tiny.yaml."""
    return TINY


@pytest.fixture
def dacu(tmp_path: Path) -> Dacu:
    """The command line in a folder that holds tiny.yaml."""
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    return Dacu(tmp_path)


@pytest.fixture
def at_terminal() -> Callable[..., Shown]:
    """Any command at a terminal."""
    return run_at_terminal
