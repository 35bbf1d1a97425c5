"""How many processes a run gets, and whether it fits into memory: asked by arithmetic before anything is allocated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dacu.errors import Finding, InputError
from dacu.scenario.load import Loaded
from dacu_cli import machine
from dacu_cli.view import View

if TYPE_CHECKING:
    from dacu.sim.footprint import Footprint

FEWEST_AGENTS = 100


def workers_for(
    view: View, plans: Sequence[Loaded], jobs: int, agents: int | None, asked: int | None,
    worker: Footprint | None = None, runs: int | None = None,
) -> int:  # fmt: skip
    """Processes to use: as asked, or one a core, but no more than jobs; fewer, with a word, where memory is short.

    A job lives the plans one after another, unless all jobs together are told to be so many `runs` and a process such a
    `worker`. Raises InputError when not even one process fits into the part of the free memory that a run may take.
    """
    from dacu.sim.footprint import footprint
    from dacu.sim.past import snapshots
    from dacu.sim.speed import will_compile
    from dacu.sim.stage import calendar_of, size

    count = max(size(plan, agents)[0] for plan in plans)
    worker = worker or footprint(plans, snapshots(plans))
    wanted, memory = min(asked or machine.cores(), jobs), machine.memory()
    fitting = next((some for some in range(wanted, 0, -1) if worker.of(count) <= memory.room(some)), 0)
    told = {"free": gib(memory.free), "need": gib(worker.of(count))}
    if not fitting:
        raise InputError(_short(worker, memory, agents, told))
    if fitting < wanted:
        view.remark(view.say("fewer_workers", workers=fitting, wanted=wanted, **told))
    longest, each = max(len(calendar_of(plan).hours) for plan in plans), -(-(runs or jobs * len(plans)) // fitting)
    if will_compile(count, longest * each):
        view.remark(view.say("compiles"))
    return fitting


def _short(worker: Footprint, memory: machine.Memory, agents: int | None, told: dict[str, str]) -> Finding:
    """What would fit, if anything worth a run does."""
    value = str(agents or "")
    fit = round_down(worker.agents_in(memory.room(1)))
    if fit < FEWEST_AGENTS:
        return Finding("cli_memory_none", None, "--agents", value, told)
    return Finding("cli_memory_short", None, "--agents", value, told, f"--agents {fit} --workers 1")


def round_down(count: int) -> int:
    """To two digits: what is free is not known better."""
    step: int = 10 ** max(0, len(str(count)) - 2)
    return count // step * step


def gib(size: float) -> str:
    """Bytes for people."""
    return f"{size / 2**30:.1f} GiB"
