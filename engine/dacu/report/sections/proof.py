"""The certificate: what was tested of the optimum on its own curves, and how near to perfect each test came."""

from __future__ import annotations

from collections.abc import Sequence

from dacu.errors import inert
from dacu.report.folder import RunFolder
from dacu.report.parts import Cell, Part, Table, amount, said, same
from dacu.report.sections import Section

TESTS = ("primal", "dual", "complementary", "fill_order", "gap")


def fill(folder: RunFolder) -> Sequence[Part]:
    """One row a test, in plain words; none where no programme moved the plan."""
    told = folder.json("certificate.json")
    if not isinstance(told, dict):
        return ()
    tests = told.get("certificate", told)
    rows: list[list[Cell]] = [
        [said(f"test_{name}"), amount(tests[name], "tiny")]
        for name in TESTS
        if isinstance(tests.get(name), int | float)
    ]
    if isinstance(tests.get("solver"), str):
        rows.append([said("test_solver"), same(inert(tests["solver"]))])
    return (Table(said("proof_table"), (said("test"), said("miss")), rows),) if rows else ()


SECTION = Section("proof", frozenset({"optimise"}), 70, fill)
