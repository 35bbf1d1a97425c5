"""Shop offsets: facts of this shop, each of which moves its own figure and nothing before it."""

import pytest

from dacu.scenario.load import load
from dacu.sim.run import run

SHOP = "scenarios/baseline_shop.yaml"
SMALL = ("calendar.days=4", "calendar.warmup=4d")


def _figures(*offsets: str) -> dict[str, float]:
    sets = [f"platforms.douyin.offsets.{offset}" for offset in offsets]
    replication = run(load(SHOP, (*SMALL, *sets)), 1, 0, 3000)
    expected, realised = replication.expected, replication.realised
    return {
        "visits": realised["visits"],
        "clicks": expected["linked_clicks"],
        "cart": expected["carts"] / realised["visits"],
        "order": expected["orders"] / realised["carts"],
        "aov": expected["gmv"] / expected["orders"],
        "units": expected["units"] / expected["orders"],
        "preship": expected["preship_refunds"] / expected["gmv"],
        "refund": (expected["refunds"] - expected["preship_refunds"]) / expected["gmv"],
    }


@pytest.fixture(scope="module")
def usual() -> dict[str, float]:
    return _figures()


@pytest.mark.parametrize(
    ("offset", "figure", "at_least", "at_most"),
    [
        ("visits=3", "visits", 1.4, 3.0),  # paid clicks stay, own ones come three times as often
        ("cart=0.5", "cart", 1.35, 1.65),  # odds × 1.65 at a rate of about a tenth
        ("order=0.5", "order", 1.2, 1.65),  # hazard × 1.65, the first hours' purchases are out of the next
        ("basket=1", "aov", 1.1, 2.0),
        ("basket=1", "units", 1.02, 1.2),
        ("preship=2", "preship", 1.95, 2.05),
        ("refund=2", "refund", 1.8, 2.05),
    ],
)
def test_an_offset_moves_its_figure(
    usual: dict[str, float], offset: str, figure: str, at_least: float, at_most: float
) -> None:
    assert at_least < _figures(offset)[figure] / usual[figure] < at_most


def test_repurchase_brings_customers_back(usual: dict[str, float]) -> None:
    more = _figures("repurchase=4")
    assert more["visits"] > 1.02 * usual["visits"]
    assert more["clicks"] == pytest.approx(usual["clicks"], rel=0.05)


def test_neutral_offsets_change_nothing(usual: dict[str, float]) -> None:
    assert _figures("visits=1", "cart=0", "order=0", "basket=0", "repurchase=1") == usual


def test_platforms_add_up_to_the_shop() -> None:
    from dacu.people.population import Seed
    from dacu.sim.places import Place
    from dacu.sim.run import finish, live_until
    from dacu.sim.stage import build

    loaded = load("scenarios/budget_618.yaml", ("people.agents=3000", "calendar.warmup=2d"))
    world = build(loaded, Seed(1, 0))
    live_until(world, 48)
    assert len(world.setting.platforms) > 1
    places, tally = world.places, world.tally
    assert places.visitors.sum(axis=1).tolist() == tally.visitors.tolist()
    counted = finish(world)
    assert places.expected(Place.PAID).sum() == pytest.approx(counted.expected["gmv"], rel=1e-9)
    table = counted.tables["places"].numbers
    assert sum(table["orders"]) == counted.realised["orders"]
    assert sum(table["gmv"]) == pytest.approx(counted.realised["gmv"] / 100, rel=1e-12)
