"""The programme written for each family of limits, compared by meaning with a stored one that was read by eye.

Both are read by HiGHS and compared as sets of columns and rows; the order of lines and terms does not matter. After a
deliberate change: DACU_GOLDEN=write pytest tests/plan/test_golden.py, then read the difference.
"""

import os
from pathlib import Path

import pytest
from given import cells_of, counted, limit, money, problem_of
from highspy import Highs, HighsVarType, kHighsInf

from dacu.plan import program, segments
from dacu.plan.curves import Points
from dacu.plan.problem import Amount, Limit, Problem, Room

FOLDER = Path(__file__).parent / "golden"
A, B = CELLS = cells_of(2)
CONCAVE = Points((0.0, 100.0, 300.0), (0.0, 200.0, 300.0))
S_SHAPED = Points((0.0, 100.0, 300.0), (0.0, 50.0, 350.0))
SALES = Amount(response={"sales": dict.fromkeys(CELLS, 1.0)})


def two(*limits: Limit, rooms=None, second=CONCAVE) -> Problem:
    return problem_of([CONCAVE, second], 400.0, rooms=rooms or [Room(0.0, 300.0)] * 2, limits=limits)


FAMILIES = {
    "budget": two(),
    "range": two(limit("max", "at_most", 150.0, money([A])), limit("min", "at_least", 40.0, money([B]))),
    "share": two(limit("share", "at_most", 0.6, money([A]), money(CELLS))),
    "daily_cap": two(limit("daily_cap", "at_most", 3.0, Amount(money={A: 1 / 3}), Amount(money={B: 1 / 10}))),
    "roi_floor": two(limit("roi", "at_least", 1.2, SALES, money(CELLS))),
    "free_row": two(limit("row", "exactly", 90.0, Amount(money={A: 2.0, B: -1.0}, base=10.0))),
    "min_or_zero": two(rooms=[Room(50.0, 300.0, or_zero=True), Room(0.0, 300.0)]),
    "choose": two(
        limit("choose", "exactly", 1.0, counted(CELLS)), rooms=[Room(50.0, 300.0, or_zero=True)] * 2
    ),
    "booking": two(
        limit("at_most", "at_most", 1.0, counted(CELLS)),
        rooms=[Room(50.0, 50.0, or_zero=True), Room(80.0, 80.0, or_zero=True)],
    ),
    "order": two(second=S_SHAPED),
}  # fmt: skip


def written(problem: Problem, path: Path) -> None:
    """The programme of a problem at its first breakpoints, in the LP format; convex stretches are ordered."""
    cuts = {cell: segments.first_cuts(problem, cell) for cell in problem.rooms}
    search = program._Search(problem, program._scales(problem), "HiGHS", 0.0, None)
    search._build(problem, cuts, dict.fromkeys(cuts, program.Order.AIM)).lp.writeLP(str(path))


def meaning(path: Path) -> tuple[dict, dict]:
    """Columns and rows of a file by name: cost, ends and kind of a column, ends and factors of a row."""
    reader = Highs()
    reader.silent()
    reader.readModel(str(path))
    model = reader.getLp()
    whole = [kind == HighsVarType.kInteger for kind in model.integrality_] or [False] * model.num_col_
    ends = zip(model.col_names_, model.col_cost_, model.col_lower_, model.col_upper_, whole, strict=True)
    columns = {name: (*map(rounded, figures), kind) for name, *figures, kind in ends}
    rows: dict = {name: {} for name in model.row_names_}
    matrix = model.a_matrix_
    for j, name in enumerate(model.col_names_):
        for k in range(matrix.start_[j], matrix.start_[j + 1]):
            rows[model.row_names_[matrix.index_[k]]][name] = rounded(matrix.value_[k])
    ends = zip(model.row_names_, model.row_lower_, model.row_upper_, strict=True)
    return columns, {name: (rounded(low), rounded(high), rows[name]) for name, low, high in ends}


def rounded(value: float) -> float:
    return value if abs(value) >= kHighsInf else float(f"{value:.9g}")


@pytest.mark.parametrize("name", FAMILIES)
def test_the_programme_means_what_the_stored_one_does(name, tmp_path):
    golden = FOLDER / f"{name}.lp"
    if os.environ.get("DACU_GOLDEN") == "write":
        written(FAMILIES[name], golden)
    written(FAMILIES[name], tmp_path / "now.lp")
    assert meaning(tmp_path / "now.lp") == meaning(golden)


def test_two_programmes_that_differ_in_one_factor_do_not_mean_the_same(tmp_path):
    written(two(limit("share", "at_most", 0.61, money([A]), money(CELLS))), tmp_path / "now.lp")
    assert meaning(tmp_path / "now.lp") != meaning(FOLDER / "share.lp")


def test_the_order_of_lines_means_nothing(tmp_path):
    problem = FAMILIES["range"]
    text = (FOLDER / "range.lp").read_text()
    head, rows = text.split("Subject To\n")
    rows, tail = rows.split("Bounds\n")
    lines = rows.rstrip("\n").split("\n")
    (tmp_path / "now.lp").write_text(f"{head}Subject To\n" + "\n".join(lines[::-1]) + f"\nBounds\n{tail}")
    assert len(problem.limits) == 3
    assert meaning(tmp_path / "now.lp") == meaning(FOLDER / "range.lp")
