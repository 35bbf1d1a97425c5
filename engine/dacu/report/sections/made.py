"""How it was made, so that anyone can make it again."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.errors import inert
from dacu.report.folder import RunFolder
from dacu.report.parts import Part, Said, Table, said, same
from dacu.report.sections import Section

FACTS = ("command", "dacu", "seed", "replications", "worlds", "agents", "weight", "started", "ended")


def fill(folder: RunFolder) -> Sequence[Part]:
    """The manifest's facts as a table, and the documented coefficients that the scenario changes."""
    facts = folder.facts
    rows: list[tuple[Said, Said]] = [
        (said(f"made_{name}"), same(inert(str(facts[name])))) for name in FACTS if facts.get(name) is not None
    ]
    rows += [(said(f"made_peak_{whose}"), same(f"{size / 2**20:,.0f} MiB"))
             for whose, size in facts.get("peak_memory", {}).items() if size]  # fmt: skip
    rows += [(said("made_scenario"), same(inert(f"{one['reference']} · {one['sha256'][:16]}")))
             for one in facts.get("scenarios", ())]  # fmt: skip
    parts: list[Part] = [Table(said("made_title"), (said("made_fact"), said("made_told")), rows)]
    changed = [(same(inert(path)), same(inert(documented)), same(inert(here)))
               for changes in facts.get("overridden", {}).values() for path, documented, here in changes]  # fmt: skip
    if changed:
        columns = (said("coefficient"), said("documented"), said("here"))
        parts.append(Table(said("overridden"), columns, changed))
    return parts


SECTION = Section("made", frozenset({"simulate", "compare", "optimise", "study"}), 900, fill)
