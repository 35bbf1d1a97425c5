"""Too little memory: fewer processes where that is enough, else what would fit, before anything is computed."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from dacu.errors import InputError
from dacu.scenario.load import load
from dacu.sim import speed
from dacu.sim.footprint import footprint
from dacu_cli import app, machine
from dacu_cli.effort import workers_for
from dacu_cli.machine import Memory
from dacu_cli.view import View

HUGE = ("--set", "people.size=20亿", "--agents", "1亿")
LITTLE = "0.45"
"""GiB in which one process fits and the two of a pool beside the one that waits do not."""


def refused(done: Any) -> dict[str, Any]:
    """The one error of a refusal."""
    assert done.returncode == 2, done.stderr
    (error,) = json.loads(done.stdout)["errors"]
    return dict(error)


@pytest.mark.parametrize("verb", [("simulate", "tiny.yaml"), ("compare", "tiny.yaml", "tiny.yaml+deep")])
def test_a_run_larger_than_what_is_free_is_refused(dacu: Any, tmp_path: Path, verb: tuple[str, ...]) -> None:
    error = refused(dacu(*verb, *HUGE, "--format", "json", DACU_MEMORY="1"))
    assert (error["code"], error["path"], error["value"]) == ("cli_memory_short", "--agents", "100000000")
    option, agents, *rest = error["hint"].split()
    assert (option, rest) == ("--agents", ["--workers", "1"])
    assert 1_000_000 < int(agents) < 8_000_000
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("lang", "said"), [("en", "of memory; 1.0 GiB is free"), ("zh", "可用 1.0 GiB")])
def test_the_refusal_speaks_both_languages(dacu: Any, lang: str, said: str) -> None:
    done = dacu("simulate", "tiny.yaml", *HUGE, "--lang", lang, DACU_MEMORY="1")
    assert (done.stdout, done.stderr.count("\n")) == ("", 1)
    assert said in done.stderr


def test_where_nothing_fits_no_number_is_proposed(dacu: Any) -> None:
    error = refused(dacu("simulate", "tiny.yaml", "--format", "json", DACU_MEMORY="0.1"))
    assert (error["code"], error["hint"]) == ("cli_memory_none", "")


def test_a_variable_that_is_no_number_is_refused(dacu: Any) -> None:
    error = refused(dacu("simulate", "tiny.yaml", "--format", "json", DACU_MEMORY="plenty"))
    assert (error["path"], error["value"]) == ("DACU_MEMORY", "plenty")


@pytest.mark.parametrize("asked", [(), ("--workers", "2")])
def test_fewer_processes_are_taken_before_a_run_is_refused(dacu: Any, tmp_path: Path, asked: tuple[str, ...]) -> None:
    done = dacu("simulate", "tiny.yaml", "-r", "2", *asked, "-o", "run", DACU_MEMORY=LITTLE)
    assert done.returncode == 0, done.stderr
    assert ("1 of 2 processes" in done.stderr) == (bool(asked) or machine.cores() > 1)
    told = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert told["peak_memory"]["largest_worker"] == 0


def test_optimise_counts_the_worlds_that_it_keeps(dacu: Any, tmp_path: Path) -> None:
    small = ("optimise", "tiny.yaml", "--set", "people.size=1亿", "--agents", "300万", "--format", "json")
    assert refused(dacu(*small, DACU_MEMORY="2"))["code"] == "cli_memory_short"
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of addresses are kept by Linux alone")
def test_a_limit_of_the_process_is_kept(dacu: Any, tmp_path: Path) -> None:
    import resource
    import subprocess

    def limited(*arguments: str) -> Any:
        limit = 1_500_000_000
        return subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "dacu_cli", *arguments, "--format", "json"], cwd=tmp_path, env=dacu.environment(),
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)), capture_output=True,
            encoding="utf-8", check=False,
        )  # fmt: skip

    assert refused(limited("simulate", "tiny.yaml", *HUGE))["code"] == "cli_memory_short"
    assert not (tmp_path / "out").exists()
    done = limited("simulate", "tiny.yaml", "-r", "2", "--workers", "2")
    assert done.returncode == 0, done.stderr


def test_what_is_proposed_fits_and_a_tenth_more_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "memory", lambda: Memory(2 * 2**30))
    loaded = load("scenarios/bigsale_1111.yaml", ["people.size=20亿"])
    with pytest.raises(InputError) as error:
        workers_for(View("en"), [loaded], 8, 100_000_000, None)
    fits = int(error.value.findings[0].hint.split()[1])
    assert workers_for(View("en"), [loaded], 8, fits, 1) == 1
    with pytest.raises(InputError):
        workers_for(View("en"), [loaded], 8, round(1.1 * fits), 1)


@pytest.mark.skipif(find_spec("numba") is None, reason="needs Numba: pip install 'dacu[fast]'")
@pytest.mark.parametrize(("lang", "said"), [("en", "nothing compiled is kept"), ("zh", "尚无已编译的循环")])
def test_a_run_that_compiles_first_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, lang: str, said: str
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.delenv("DACU_FAST", raising=False)
    speed._price.cache_clear()
    try:
        workers_for(View(lang), [load("scenarios/starter.yaml")], 8, 1000, 1)
        assert said not in capsys.readouterr().err
        workers_for(View(lang), [load("scenarios/bigsale_1111.yaml")], 8, 100_000, 2)
        assert said in capsys.readouterr().err
    finally:
        speed._price.cache_clear()


def test_one_process_may_have_less_than_all_together() -> None:
    assert Memory(10**9).room(1) == pytest.approx(0.8e9)
    assert Memory(10**9).room(2) == pytest.approx((0.8e9 - machine.WAITING) / 2)
    assert Memory(10**9, 10**8).room(2) == pytest.approx(0.8e8)


@pytest.mark.parametrize("lines", ["4:memory:/a/b\n1:cpu:/\n", "0::/a/b\n"])
def test_the_tightest_group_of_a_container_counts(monkeypatch: pytest.MonkeyPatch, lines: str) -> None:
    """A group of either version: its limit less what it uses, but for what the kernel would give back."""
    groups = {
        "a": ("5000", "3000", "inactive_file 700\ntotal_inactive_file 700"),
        "a/b": ("9000", "1000", "inactive_file 0\ntotal_inactive_file 0"),
        ".": ("max", "9999", ""),
    }
    files = {"/proc/self/cgroup": lines}
    for root, limit, use, _ in machine.GROUPS.values():
        for name, told in groups.items():
            names = (limit, use, "memory.stat")
            files |= {f"{root}/{name}/{file}": text for file, text in zip(names, told, strict=True)}
    monkeypatch.setattr(machine, "read_text", files.__getitem__)
    assert sorted(machine._left_in_groups()) == [2700, 8000]


def test_memory_that_runs_out_all_the_same_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, tiny: str
) -> None:
    from dacu.sim import runs

    def out_of_memory(*_: Any, **__: Any) -> None:
        raise MemoryError

    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.yaml").write_text(tiny, encoding="utf-8")
    monkeypatch.setattr(runs, "simulate", out_of_memory)
    assert app.run(["simulate", "tiny.yaml", "--lang", "en"]) == 2
    assert "memory ran out" in capsys.readouterr().err


def test_a_run_takes_no_more_than_was_told_and_says_how_much(dacu: Any, tmp_path: Path) -> None:
    done = dacu("simulate", "tiny.yaml", "-r", "2", "--agents", "20000", "--workers", "2", "-o", "run")
    assert done.returncode == 0, done.stderr
    peaks = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))["peak_memory"]
    told = footprint([load("tiny.yaml", read_text=lambda _: ("tiny.yaml", (tmp_path / "tiny.yaml").read_text()))])
    assert 2e7 < peaks["largest_worker"] < told.of(20_000)
    assert 2e7 < peaks["process"] < told.of(20_000)
