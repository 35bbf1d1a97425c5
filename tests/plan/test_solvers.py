"""Models on which a version of HiGHS was wrong, under our own settings; and both solvers against each other.

The files of two of them cannot be had; models of their shape stand here with the truth by brute force.
"""

import itertools

import numpy as np
import pulp
import pytest
from given import hill_problem, seeds_of
from test_exact import by_all_plans, exactly, random_lp, random_milp

from dacu.plan import program, solvers
from dacu.plan.optimum import optimum

SOLVERS = ["HiGHS", "CBC"]


def run(model, solver):
    program._run(model, solver, 0.0, None)
    return pulp.value(model.objective)


@pytest.mark.parametrize("solver", SOLVERS)
def test_presolve_of_1_14_left_a_column_out(solver):
    # lovasoa/highs-js issue 53: 15 instead of 9
    model = pulp.LpProblem("presolve", pulp.LpMinimize)
    x, z = model.add_variable("x", 0, 10), model.add_variable("z", 0, 10, pulp.LpInteger)
    model.setObjective(2 * x + 3 * z)
    model.addConstraint(x + z >= 4.5)
    assert run(model, solver) == pytest.approx(9.0)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("seed", range(4))
def test_the_shape_of_pk1(solver, seed):
    # ERGO-Code/HiGHS issue 1334: 15 called optimal, 11 true. Sums of yes and no as near as possible to given figures:
    # the least largest deviation
    rng = np.random.default_rng(seed)
    factors, wanted = rng.integers(1, 60, (4, 12)), rng.integers(100, 250, 4)
    choices = np.array(list(itertools.product((0, 1), repeat=12)))
    truth = np.abs(choices @ factors.T - wanted).max(axis=1).min()

    model = pulp.LpProblem("pk1", pulp.LpMinimize)
    switches = [model.add_variable(f"x{j}", cat=pulp.LpBinary) for j in range(12)]
    largest = model.add_variable("largest", 0)
    model.setObjective(largest + 0)
    for i, (row, goal) in enumerate(zip(factors.tolist(), wanted.tolist(), strict=True)):
        over, under = model.add_variable(f"over{i}", 0), model.add_variable(f"under{i}", 0)
        model.addConstraint(pulp.lpDot(row, switches) - over + under == goal)
        model.addConstraint(over + under <= largest)
    assert run(model, solver) == pytest.approx(truth, abs=1e-6)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("seed", range(4))
def test_the_shape_of_seed_mps(solver, seed):
    # ERGO-Code/HiGHS issue 2325: -37805 against -37623 on 76 dense rows over five whole numbers and one fraction
    rng = np.random.default_rng(seed)
    rows, gains = rng.uniform(0.2, 100, (76, 6)) * rng.choice([-1, 1], (76, 6)), rng.uniform(0.5, 70, 6)
    right, most = rng.uniform(200, 5000, 76) / 20, 4
    whole = np.array(list(itertools.product(range(-most, most + 1), repeat=5)))
    room = right - whole @ rows[:, :5].T
    share = rows[:, 5]
    upper = np.minimum(np.min(np.where(share > 0, room / share, np.inf), axis=1), most)
    lower = np.maximum(np.max(np.where(share < 0, room / share, -np.inf), axis=1), -most)
    kept = lower <= upper
    truth = (whole[kept] @ gains[:5] + upper[kept] * gains[5]).max()

    model = pulp.LpProblem("seed", pulp.LpMaximize)
    x = [model.add_variable(f"x{j}", -most, most, pulp.LpInteger if j < 5 else pulp.LpContinuous) for j in range(6)]
    model.setObjective(pulp.lpDot(gains.tolist(), x))
    for row, bound in zip(rows.tolist(), right.tolist(), strict=True):
        model.addConstraint(pulp.lpDot(row, x) <= bound)
    assert run(model, solver) == pytest.approx(truth, rel=1e-6)


@pytest.mark.parametrize("seed", seeds_of(15, full=100))
def test_both_solvers_find_the_same_optimum_of_choices(seed):
    problem = random_milp(seed)
    if by_all_plans(problem) is not None:
        one, other = (optimum(problem, solver=solver, second=False) for solver in SOLVERS)
        assert one.claim.objective == pytest.approx(other.claim.objective, rel=1e-6)
        assert one.gap <= 1e-7
        assert other.gap <= 1e-6


@pytest.mark.parametrize("seed", seeds_of(15, full=100))
def test_both_solvers_find_the_same_optimum_and_prices_that_prove_it(seed):
    problem = random_lp(seed)
    if exactly(problem) is not None:
        one, other = (optimum(problem, solver=solver) for solver in SOLVERS)
        assert one.claim.objective == pytest.approx(other.claim.objective, rel=1e-6)
        assert one.gap <= 1e-7
        assert other.gap <= 1e-6


@pytest.mark.parametrize("seed", range(2))
def test_both_solvers_find_the_same_optimum_of_s_curves(seed):
    one, other = (optimum(hill_problem(seed, 6), solver=solver, second=False) for solver in SOLVERS)
    assert one.claim.objective == pytest.approx(other.claim.objective, rel=1e-6)


@pytest.mark.parametrize("path", [None, "/no/such/cbc"])
def test_a_second_solver_that_is_not_there_is_no_answer(monkeypatch, path):
    monkeypatch.setattr(pulp.PULP_CBC_CMD, "pulp_cbc_path", path)
    monkeypatch.setenv("PATH", "")
    found = optimum(hill_problem(0, 6))
    assert found.whole
    assert found.second is None
    assert found.gap <= 1e-7


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # PuLP leaves its null device open
def test_a_second_solver_that_does_not_run_is_no_answer(monkeypatch, tmp_path):
    broken = tmp_path / "cbc"
    broken.write_bytes(b"no programme")
    broken.chmod(0o755)
    monkeypatch.setattr(pulp.PULP_CBC_CMD, "pulp_cbc_path", str(broken))
    assert optimum(hill_problem(0, 6)).second is None


@pytest.mark.parametrize("error", [ImportError, OSError])
def test_where_highs_does_not_load_cbc_answers(monkeypatch, error):
    def refuse(name):
        raise error(name)

    monkeypatch.setattr(solvers, "import_module", refuse)
    solvers.loads.cache_clear()
    assert solvers.usable() == "CBC"
    problem = hill_problem(0, 6)
    found = optimum(problem, second=False)
    monkeypatch.undo()
    solvers.loads.cache_clear()
    assert found.claim.objective == pytest.approx(optimum(problem, second=False).claim.objective, rel=1e-6)
    assert found.gap <= 1e-6
