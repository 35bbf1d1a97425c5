"""A row of a study is the run that `dacu simulate` would make with the row's settings."""

import pickle
import zlib
from pathlib import Path

import pytest

from dacu.errors import InputError
from dacu.journal import opened
from dacu.scenario.load import load
from dacu.sim import runs
from dacu.study.batch import Tally, run
from dacu.study.pools import Processes, Serial
from dacu.study.rows import Simulation, rows

BLOCKS = """
channels: {feed_ads: {daily_budget: 200}}
promotions: {coupon: {face: 10, over: 60, quantity: 1000}}
variants: {dear: {skus: {mask: {list: 89}, toner: {list: 169}, cream: {list: 299}}}}
"""
DEAR = ("skus.mask.list=89", "skus.toner.list=169", "skus.cream.list=299")
POINTS = [
    (("channels.feed_ads.daily_budget", "400"),),
    (("promotions.coupon", "null"), ("skus.mask.list", "79")),
    (("variant", "dear"), ("channels.feed_ads.daily_budget", "400")),
]
SETS = [
    ("channels.feed_ads.daily_budget=400",),
    ("promotions.coupon=null", "skus.mask.list=79"),
    (*DEAR, "channels.feed_ads.daily_budget=400"),
]
KPIS = ("gmv", "roi", "coupon_cost", "lost_sales")


@pytest.fixture(scope="module")
def simulation(shop) -> Simulation:
    plans = {"": shop.loaded(BLOCKS).composed, "dear": shop.loaded(BLOCKS, *DEAR).composed}
    return Simulation(plans, KPIS, seed=3, agents=200)


def test_a_row_is_the_run_with_its_settings(shop, simulation: Simulation) -> None:
    found = [simulation(row) for row in rows(POINTS, 2, simulation.facts())]
    for sets, pair in zip(SETS, zip(found[::2], found[1::2], strict=True), strict=True):
        result = runs.simulate(shop.loaded(BLOCKS, *sets), seed=3, replications=2, agents=200)
        samples = {kpi: result.kpis[kpi].samples[result.kpis[kpi].used] for kpi in KPIS}
        assert pair == tuple({kpi: samples[kpi][replication] for kpi in KPIS} for replication in range(2))
    assert len({row["gmv"] for row in found}) > 4  # few orders: two rows may agree


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
        Simulation({"": shop.loaded(BLOCKS, "skus.mask.cost=20").composed}, KPIS, seed=3, agents=200),
    ]
    assert all(not set(first) & set(keys(other)) for other in others)


def test_rows_in_worlds_differ_by_their_coefficients(shop) -> None:
    plans = {"": shop.loaded(BLOCKS).composed}
    here, there = (Simulation(plans, ("gmv",), agents=200, worlds=worlds) for worlds in (None, 4))
    (row, *_) = rows(POINTS[:1], 1, here.facts())
    result = runs.simulate(shop.loaded(BLOCKS, *SETS[0]), worlds=4, agents=200)
    assert there(row)["gmv"] == result.kpis["gmv"].samples[result.kpis["gmv"].used][0]
    assert there(row) != here(row)


def test_an_unknown_path_is_an_input_error(simulation: Simulation) -> None:
    (row,) = rows([(("skus.mask.colour", "red"),)], 1, simulation.facts())
    with pytest.raises(InputError, match="colour"):
        simulation(row)


def test_what_is_sent_with_each_row_is_small() -> None:
    simulation = Simulation({"": load("scenarios/bigsale_1111.yaml").composed}, ("gmv",))
    assert len(zlib.compress(pickle.dumps(simulation))) < 30_000
