"""How many processes a run gets, and whether it fits into memory: asked by arithmetic before anything is allocated."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dacu.errors import Finding, InputError
from dacu.scenario.load import Loaded
from dacu_cli import machine

FEWEST_AGENTS = 100


def workers_for(plans: Sequence[Loaded], replications: int, agents: int | None, asked: int | None) -> int:
    """Processes to use: as asked, or one a core and replication, fewer where memory is short.

    Raises InputError when the need passes the part of the free memory that a run may take.
    """
    from dacu.sim.runs import SHARE_OF_FREE, memory_needed

    free = machine.free_memory()
    most = int(SHARE_OF_FREE * free)

    def need(workers: int, count: int | None) -> int:
        return max(memory_needed(plan, count, workers) for plan in plans)

    workers = asked or min(machine.cores(), replications)
    while asked is None and workers > 1 and need(workers, agents) > most:
        workers -= 1
    if need(workers, agents) > most:
        fit = _most_agents(lambda count: need(workers, count) <= most, max(plan.scenario.people.size for plan in plans))
        args = {"need": _gib(need(workers, agents)), "free": _gib(free), "fit": str(fit)}
        raise InputError(Finding("cli_memory_short", None, "--agents", str(agents or ""), args))
    return workers


def _most_agents(fits: Callable[[int], bool], people: int) -> int:
    """By halving; 0 when not even the fewest fit."""
    low, high = 0, people
    while high - low > max(1, low // 100):
        middle = (low + high) // 2
        low, high = (middle, high) if fits(max(middle, FEWEST_AGENTS)) else (low, middle)
    return low


def _gib(size: int) -> str:
    return f"{size / 2**30:.1f} GiB"
