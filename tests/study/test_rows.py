"""A row of a study is the run that `dacu simulate` would make with the row's settings."""

from pathlib import Path

import pytest

from dacu.errors import InputError
from dacu.journal import opened
from dacu.scenario.load import load
from dacu.sim import runs
from dacu.study.batch import Tally, run
from dacu.study.pools import Processes, Serial
from dacu.study.rows import Simulation, plans_of, rows

BLOCKS = """
channels: {feed_ads: {daily_budget: 200}}
promotions: {coupon: {face: 10, over: 60, quantity: 1000}}
variants: {deep: {promotions: {coupon: {face: 45}}}}
"""
POINTS = [
    (("channels.feed_ads.daily_budget", "400"),),
    (("promotions.coupon", "null"), ("skus.mask.list", "79")),
    (("variant", "deep"), ("channels.feed_ads.daily_budget", "400")),
]
SETS = [
    ("channels.feed_ads.daily_budget=400",),
    ("promotions.coupon=null", "skus.mask.list=79"),
    ("promotions.coupon.face=45", "channels.feed_ads.daily_budget=400"),
]
KPIS = ("gmv", "roi", "coupon_cost", "lost_sales")


@pytest.fixture(scope="module")
def simulation(shop) -> Simulation:
    plans = plans_of(shop.loaded(BLOCKS), {"deep": shop.loaded(BLOCKS, "promotions.coupon.face=45")})
    return Simulation(plans, KPIS, seed=3, agents=200)


def test_a_row_is_the_run_with_its_settings(shop, simulation: Simulation) -> None:
    wanted = []
    for sets in SETS:
        result = runs.simulate(shop.loaded(BLOCKS, *sets), seed=3, replications=2, agents=200)
        for replication in range(2):
            wanted.append({kpi: result.kpis[kpi].samples[result.kpis[kpi].used][replication] for kpi in KPIS})
    found = [simulation(row) for row in rows(POINTS, 2, simulation.facts())]
    assert found == wanted
    assert len({row["gmv"] for row in found}) == 6


def test_a_study_of_runs_gives_the_same_on_any_pool(tmp_path: Path, simulation: Simulation) -> None:
    facts, tables = simulation.facts(), []
    for name, pool in {"serial": Serial(), "processes": Processes(2)}.items():
        (tmp_path / name).mkdir()
        with opened(tmp_path / name, facts) as journal:
            assert run(list(rows(POINTS, 2, facts)), simulation, pool, journal) == Tally(6, 0, 0)
            tables.append({key: repr(record) for key, record in sorted(journal.records.items())})
    assert tables[0] == tables[1]


def test_a_setting_that_cannot_stand_fails_its_row_alone(tmp_path: Path, simulation: Simulation) -> None:
    facts = simulation.facts()
    wanted = list(rows([(("skus.mask.cost", "free"),), POINTS[0]], 1, facts))
    with opened(tmp_path, facts) as journal:
        assert run(wanted, simulation, Serial(), journal) == Tally(1, 1, 0)
        failure = journal.records[wanted[0].key].failure
    assert failure is not None
    assert failure["en"].startswith("--set:1:16  skus.mask.cost")
    assert failure["zh"] != failure["en"]


def test_a_run_opens_no_file(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("a worker opened a file")

    (row, *_) = rows(POINTS, 1, simulation.facts())
    simulation(row)  # what is read once a process has been read
    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr("io.open", refuse)
    monkeypatch.setattr("os.open", refuse)
    assert simulation(row)["gmv"] > 0


def test_the_key_is_of_all_that_a_row_stands_on(shop, simulation: Simulation) -> None:
    def keys(call: Simulation, points=tuple(POINTS)) -> list[str]:
        return [row.key for row in rows(points, 2, call.facts())]

    first = keys(simulation)
    assert len(set(first)) == 6
    assert keys(simulation, POINTS[::-1])[:2] == first[4:]  # its place in the design is nothing
    others = [
        Simulation(simulation.plans, KPIS, seed=4, agents=200),
        Simulation(simulation.plans, KPIS, seed=3, agents=300),
        Simulation(simulation.plans, KPIS[:2], seed=3, agents=200),
        Simulation(simulation.plans, KPIS, seed=3, agents=200, worlds=4),
        Simulation(plans_of(shop.loaded(BLOCKS, "skus.mask.cost=20"), {}), KPIS, seed=3, agents=200),
    ]
    assert all(not set(first) & set(keys(other)) for other in others)


def test_rows_in_worlds_differ_by_their_coefficients(shop) -> None:
    plans = plans_of(shop.loaded(BLOCKS), {})
    here, there = (Simulation(plans, ("gmv",), agents=200, worlds=worlds) for worlds in (None, 4))
    (row, *_) = rows(POINTS[:1], 1, here.facts())
    result = runs.simulate(shop.loaded(BLOCKS, *SETS[0]), worlds=4, agents=200)
    assert there(row)["gmv"] == result.kpis["gmv"].samples[result.kpis["gmv"].used][0]
    assert there(row) != here(row)


def test_an_unknown_path_is_an_input_error(simulation: Simulation) -> None:
    (row,) = rows([(("skus.mask.colour", "red"),)], 1, simulation.facts())
    with pytest.raises(InputError, match="colour"):
        simulation(row)


def test_a_shipped_scenario_can_be_sent_to_workers() -> None:
    import pickle
    import zlib

    simulation = Simulation(plans_of(load("scenarios/bigsale_1111.yaml"), {}), ("gmv",))
    packed = zlib.compress(pickle.dumps(simulation))
    assert len(packed) < 30_000
    assert pickle.loads(zlib.decompress(packed)) == simulation
