"""What a shell offers on Tab: scenarios and their variants, paths of --set, KPIs of --require, studies, choices.

A file that cannot be read offers nothing: whoever presses Tab has not asked for an error.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum

import typer

from dacu import store
from dacu.errors import DacuError, inert

ASKED = "_DACU_COMPLETE"
"""Set in the environment by the shell's script, with the words typed so far in one of the next."""
TYPED = ("COMP_WORDS", "_TYPER_COMPLETE_ARGS")
YAML = (".yaml", ".yml")
_PLAIN = re.compile("[0-9A-Za-z_@%+=:,./\u00a0-\U0010ffff-]*")
"""What every shell reads as itself."""


def typed(environ: Mapping[str, str]) -> list[str]:
    """The words of a command line that a shell wants to complete; none where it wants nothing."""
    line = next((environ[name] for name in TYPED if environ.get(name)), "")
    return line.split() if environ.get(ASKED) else []


def one_of(kind: type[StrEnum]) -> Callable[[str], list[str]]:
    """What offers the values of an option that has few."""

    def offered(incomplete: str) -> list[str]:
        return _beginning(list(kind), incomplete)

    return offered


def references(incomplete: str) -> list[str]:
    """Scenarios here and shipped, folders of finished runs, and variants behind a scenario that is typed out."""
    found = _plain([*_here(incomplete, YAML, store.LOCK_FILE), *_beginning(store.shipped_scenarios(), incomplete)])
    if "+" in incomplete or incomplete in found:
        found += _plain(_variants(incomplete))
    return found


def templates(incomplete: str) -> list[str]:
    """Names of shipped scenarios, and media plans here."""
    from dacu_cli import templates as shipped

    return _plain([*_beginning(shipped.names(), incomplete), *_here(incomplete, (".xlsx",))])


def studies(incomplete: str) -> list[str]:
    """Study files here and shipped."""
    return _plain([*_here(incomplete, YAML), *_beginning(store.shipped_studies(), incomplete)])


def begun_studies(incomplete: str) -> list[str]:
    """Folders of studies."""
    from dacu.journal import JOURNAL

    return _plain(_here(incomplete, (), JOURNAL))


def settings(incomplete: str) -> list[str]:
    """Every leaf of the first scenario on the line, coefficients included, as `PATH=`.

    The words are read as they were typed: click keeps none of them while `--set` still waits for its value.
    """
    from dacu.language.compose import leaves
    from dacu.scenario.load import composed

    for word in typed(os.environ)[2:]:
        with suppress(DacuError):
            paths = [path for path, _ in leaves(composed(word).tree)]
            return _plain(f"{path}=" for path in paths if path.startswith(incomplete))
    return []


def conditions(ctx: typer.Context, incomplete: str) -> list[str]:
    """KPIs, and behind a KPI and its dot the parts that the verb prints of it."""
    from dacu.kpis import KPIS
    from dacu_cli import required

    kpi, dot, part = incomplete.partition(".")
    if not dot:
        return _beginning([one.id for one in KPIS], kpi)
    parts = {"simulate": required.SIMULATED, "compare": required.COMPARED}.get(str(ctx.info_name), required.OPTIMISED)
    return [f"{kpi}.{name}" for name in _beginning(parts, part)]


def _variants(incomplete: str) -> list[str]:
    from dacu.language.compose import compose, split_reference

    chosen, _, last = incomplete.rpartition("+") if "+" in incomplete else (incomplete, "", "")
    with suppress(DacuError):
        known = compose(chosen).variants_available
        return [f"{chosen}+{name}" for name in _beginning(known, last) if name not in split_reference(chosen)[1]]
    return []


def _here(incomplete: str, endings: tuple[str, ...], holding: str | None = None) -> Iterator[str]:
    """Files with one of these endings, and folders that hold a file of that name, in the folder typed so far."""
    folder, start = os.path.split(incomplete)
    with suppress(OSError), os.scandir(folder or ".") as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            wanted = entry.name.endswith(endings) or (holding and os.path.exists(os.path.join(entry.path, holding)))
            if entry.name.startswith(start) and wanted:
                yield os.path.join(folder, entry.name)


def _plain(names: Iterable[str]) -> list[str]:
    """Names without quotes, blanks, dollars …: zsh evaluates what it is offered, others put it on the line as it is."""
    return [name for name in names if _PLAIN.fullmatch(name) and inert(name) == name]


def _beginning(known: Sequence[str], incomplete: str) -> list[str]:
    return [name for name in known if name.startswith(incomplete)]
