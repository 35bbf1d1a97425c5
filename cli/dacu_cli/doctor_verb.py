"""`dacu doctor`: whether this machine can run dacu, what it can use, and how fast it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from dacu import __version__, store, units
from dacu.errors import Finding
from dacu.errors import as_json as findings_as_json
from dacu_cli import checkup, effort, machine
from dacu_cli.page import Alarm, Page, Section
from dacu_cli.view import View, report

if TYPE_CHECKING:
    from dacu.plan.program import Solver

SOLVERS: tuple[Solver, ...] = ("HiGHS", "CBC")
"""The one that plans, and the one that looks over its shoulder."""


class Look(NamedTuple):
    """One row: what was looked at, what was found, what is wrong, and whether dacu needs it or does without."""

    about: str
    found: str
    fault: Finding | None = None
    needed: bool = True
    absent: bool = False


class Part(NamedTuple):
    """Rows, and the same as data."""

    looks: tuple[Look, ...]
    data: dict[str, Any]


def doctor(view: View) -> None:
    """Print what was found; exit with 1 where something that dacu needs is broken."""
    parts = [_basis(view)]
    if not any(look.fault for look in parts[0].looks):  # else what follows could not even be imported
        parts += [_solvers(view), _extras(view), _machine(view)]
    looks = [look for part in parts for look in part.looks]
    faults = [look.fault for look in looks if look.fault and look.needed]
    rows = [[look.about, look.found, _state(view, look)] for look in looks]
    data = {key: value for part in parts for key, value in part.data.items()}
    data |= {"well": not faults, **findings_as_json(faults, view.lang)}
    note = view.say("doctor_unwell" if faults else "doctor_well")
    view.show(Page(data, (Section("", ("check", "found", "state"), rows),), notes=(note,)))
    if faults:
        report(faults, view.lang, as_data=False)
        raise typer.Exit(1)


def _state(view: View, look: Look) -> str:
    if look.fault and look.needed:
        return Alarm(view.say("doctor_broken"))
    return view.say("doctor_absent" if look.fault or look.absent else "doctor_fine")


def _basis(view: View) -> Part:
    system = machine.description()
    libraries = system["libraries"]
    looks = (
        Look("dacu", __version__),
        Look("python", system["python"]),
        Look(view.say("doctor_system"), system["system"]),
        *(
            Look(name, found or view.say("none"), checkup.library_fault(name, found))
            for name, found in libraries.items()
        ),
    )
    return Part(looks, {"dacu": __version__, "python": system["python"], "system": system["system"], **libraries})


def _solvers(view: View) -> Part:
    """HiGHS is needed; without CBC plans lack a second opinion."""
    answers = {solver: checkup.solved(solver) for solver in SOLVERS}
    looks = tuple(
        Look(
            view.say("doctor_solver", solver=solver),
            " · ".join(f"{value:g}" for value in answer.optima) or view.say("none"),
            answer.fault,
            needed=solver == SOLVERS[0] or (answer.fault is not None and answer.fault.code == checkup.WRONG),
        )
        for solver, answer in answers.items()
    )
    return Part(looks, {"solvers": {solver: answer.optima for solver, answer in answers.items()}})


def _extras(view: View) -> Part:
    """What dacu does without."""
    extras, fonts, writable = checkup.extras(), checkup.fonts(), checkup.cache_writable()
    looks = (
        *(
            Look(view.say("doctor_extra", name=name), found or f'pip install "dacu[{name}]"', absent=not found)
            for name, found in extras.items()
        ),
        Look(view.say("doctor_fonts"), ", ".join(fonts) or view.say("none"), absent=not fonts),
        Look(view.say("doctor_cache"), str(store.cache_folder()), absent=not writable),
    )
    cache = {"folder": str(store.cache_folder()), "writable": writable}
    return Part(looks, {"extras": extras, "fonts": fonts, "cache": cache})


def _machine(view: View) -> Part:
    cores, memory, rate = machine.cores(), machine.memory(), checkup.draws_a_second()
    fits = {workers: checkup.agents_that_fit(memory.room(workers)) for workers in dict.fromkeys((1, cores))}
    ratio = rate / checkup.REFERENCE
    speed = view.say("doctor_rate", rate=units.show_count(rate, view.lang), ratio=f"{ratio:.2f}")
    looks = (
        Look(view.say("doctor_cores"), str(cores)),
        Look(view.say("doctor_memory"), effort.gib(memory.free)),
        *(
            Look(view.say("doctor_fits", workers=workers), units.show_count(agents, view.lang))
            for workers, agents in fits.items()
        ),
        Look(view.say("doctor_benchmark"), speed),
    )
    data = {"cores": cores, "memory": memory.free, "agents_that_fit": fits}
    return Part(looks, data | {"benchmark": rate, "benchmark_ratio": ratio})
