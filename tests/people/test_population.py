"""The crowd: keyed draws with the moments of the parameters."""

import numpy as np
import pytest

from dacu.behaviour.parameters import read, root
from dacu.people.blocks import AudienceBlock, PeopleBlock, PlatformBlock
from dacu.people.platforms import build_platforms
from dacu.people.population import Seed, build_born, build_users, persona_table
from dacu.people.users import OPTIONAL, Flag

BEHAVIOUR = read(root().children["behaviour"])
AGENTS = 40_000
PEOPLE = PeopleBlock()
ONE = build_platforms({})


@pytest.fixture(scope="module")
def born():
    return build_born(Seed(1, 0), AGENTS, PEOPLE, BEHAVIOUR, ONE)


@pytest.fixture(scope="module")
def users(born):
    return build_users(Seed(1, 0), born, PEOPLE, BEHAVIOUR, 6, -24)


def test_the_same_seed_draws_the_same_people_and_another_replication_others(born):
    again = build_born(Seed(1, 0), AGENTS, PEOPLE, BEHAVIOUR, ONE)
    other = build_born(Seed(1, 1), AGENTS, PEOPLE, BEHAVIOUR, ONE)
    for name, column in vars(born).items():
        assert (column == getattr(again, name)).all(), name
    assert (born.pace != other.pace).mean() > 0.9


def test_an_agent_does_not_depend_on_how_many_there_are(born):
    fewer = build_born(Seed(1, 0), 100, PEOPLE, BEHAVIOUR, ONE)
    assert (fewer.interests == born.interests[:, :100]).all()
    assert (fewer.spend_cap == born.spend_cap[:100]).all()


def test_personas_come_by_their_shares(born):
    shares = [persona.share for persona in BEHAVIOUR.personas.values()]
    counts = np.bincount(born.persona, minlength=len(shares)) / AGENTS
    assert counts == pytest.approx(shares, abs=4 * 0.5 / AGENTS**0.5)


def test_a_scenario_may_replace_the_mix_of_personas():
    table = persona_table(PeopleBlock(personas={"gen_z": 1.0}), BEHAVIOUR)
    assert list(table) == ["gen_z"]
    assert table["gen_z"] == BEHAVIOUR.personas["gen_z"]._replace(share=1.0)


def test_spend_price_sense_and_cycle_have_the_medians_of_their_parameters(born):
    facts, rows = BEHAVIOUR.people, list(BEHAVIOUR.personas.values())
    spend = np.array([row.spend for row in rows])[born.persona]
    price = np.array([row.price for row in rows])[born.persona]
    assert np.median(born.spend_cap / spend) == pytest.approx(facts.spend_median, rel=0.02)
    assert np.median(born.price_sense / price) == pytest.approx(facts.price_median, rel=0.01)
    assert np.median(born.cycle) == pytest.approx(facts.cycle_median, rel=0.02)
    assert np.log(born.cycle).std() == pytest.approx(facts.cycle_sigma, rel=0.02)


def test_interests_are_unit_vectors_about_their_persona(born):
    vectors = born.interests.astype(float) / 127
    assert np.sqrt((vectors**2).sum(axis=0)) == pytest.approx(np.ones(AGENTS), abs=0.02)
    assert vectors.min() >= 0
    parents = vectors[:, born.persona == list(BEHAVIOUR.personas).index("parent")]
    assert parents.mean(axis=1).argmax() == int(np.argmax(BEHAVIOUR.interests["parent"]))


def test_classes_are_equally_likely(born):
    for column in (born.pace, born.repeat, born.dropout):
        counts = np.bincount(column, minlength=256)
        assert ((counts - AGENTS / 256) ** 2).sum() / (AGENTS / 256) < 255 + 5 * (2 * 255) ** 0.5


def test_born_columns_cannot_be_written(born):
    with pytest.raises(ValueError, match="read-only"):
        born.pace[0] = 1


def test_customers_members_and_the_living_come_by_their_shares(users):
    customer = users.orders > 0
    assert customer.mean() == pytest.approx(PEOPLE.customers, abs=0.005)
    assert (users.flags[customer] & Flag.MEMBER != 0).mean() == pytest.approx(PEOPLE.members, abs=0.05)
    assert (users.flags[customer] & Flag.ALIVE != 0).mean() == pytest.approx(BEHAVIOUR.loyalty.alive, abs=0.05)
    assert (users.flags[~customer] & (Flag.MEMBER | Flag.ALIVE)).max() == 0
    assert (users.last_order[customer] <= -24).all()


def test_stocks_start_at_their_level_times_a_quarter(users):
    assert users.awareness.mean() / 65535 == pytest.approx(BEHAVIOUR.people.awareness / 4, rel=0.02)
    assert users.consideration.mean() / 65535 == pytest.approx(BEHAVIOUR.people.consideration / 4, rel=0.03)


def test_platforms_reach_their_share_of_people_independently():
    blocks = {"a": PlatformBlock(reach=0.6), "b": PlatformBlock(reach=0.3)}
    bits = build_born(Seed(1, 0), AGENTS, PEOPLE, BEHAVIOUR, build_platforms(blocks)).platforms
    a, b = bits & 1 != 0, bits & 2 != 0
    assert [a.mean(), b.mean(), (a & b).mean()] == pytest.approx([0.6, 0.3, 0.18], abs=0.01)


def test_taking_a_platform_away_moves_nobody_on_another():
    two = build_platforms({"a": PlatformBlock(reach=0.6), "b": PlatformBlock(reach=0.3)})
    one = build_platforms({"b": PlatformBlock(reach=0.3)})
    with_a = build_born(Seed(1, 0), 1000, PEOPLE, BEHAVIOUR, two).platforms >> 1 & 1
    alone = build_born(Seed(1, 0), 1000, PEOPLE, BEHAVIOUR, one).platforms & 1
    assert (with_a == alone).all()


def test_a_snapshot_of_users_shares_only_what_they_are_born_with(users):
    twin = users.copy()
    twin.awareness[:] = 0
    assert users.awareness.any()
    assert twin.born is users.born


def test_locking_leaves_only_the_named_columns_writable(users):
    twin = users.copy()
    twin.lock(frozenset({"users.orders"}))
    twin.orders[0] = 3
    with pytest.raises(ValueError, match="read-only"):
        twin.trust[0] = 3


def test_the_crowd_fits_its_bytes(users):
    columns = users.bytes_per_agent()
    assert sum(size for name, size in columns.items() if name not in OPTIONAL) <= 95


@pytest.mark.parametrize(
    ("block", "code"),
    [
        (PeopleBlock(personas={"gen_z": 0.5}), "shares_not_one"),
        (PeopleBlock(audiences={f"a{i}": AudienceBlock() for i in range(25)}), "too_many"),
        (AudienceBlock(bought="sometimes"), "unknown_selector"),
        (PlatformBlock(sells=False, leads_to={"a": 0.7, "b": 0.7}), "shares_above_one"),
        (PlatformBlock(leads_to={"a": 0.7}), "sells_and_leads"),
    ],
)
def test_people_and_platforms_that_cannot_be_are_found(block, code):
    assert [problem.code for problem in block.check()] == [code]
