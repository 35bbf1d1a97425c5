"""Groups of creators: counted with ranges, or read from a table; each of them lives and is told apart."""

import numpy as np
import pytest

from dacu.errors import InputError
from dacu.ledger import Account
from dacu.people.population import Seed
from dacu.scenario.load import load
from dacu.sim.run import finish
from dacu.sim.stage import build

GROUP = (
    "kols: {small: {count: 5, followers: {from: 1000, to: 1.6万}, fee: {from: 100, to: 1600}, "
    "posts: [D1 09:00, D2 09:00], commission: 10%, quality: 0.9}}"
)
TABLE = "达人表.csv"
HEAD = "name,粉丝数,fee,commission,posts\n"


def levers(world):
    return {row.path: row.lever for row in world.setting.levers}


def test_a_counted_group_is_evenly_spaced_in_logs_and_posts_in_turn(shop):
    members = levers(shop.world(GROUP, until=-24))
    assert list(members) == [f"kols.small.{number}" for number in range(1, 6)]
    steps = [10**3 * 16 ** ((place + 0.5) / 5) for place in range(5)]
    assert [one.followers for one in members.values()] == [round(step) for step in steps]
    assert [one.fee for one in members.values()] == [round(step * 10) for step in steps]
    assert [one.posts[0].day for one in members.values()] == [1, 2, 1, 2, 1]


def test_each_member_is_paid_for_itself(shop):
    world = shop.world(GROUP)
    finish(world)
    fees = sum(one.fee for one in levers(world).values())
    assert world.ledger.spent(Account.KOL_FEE) == fees


def luck(shop, spread, replication):
    loaded = shop.loaded(GROUP, f"kols.small.spread={spread}", "kols.small.count=200")
    return np.array([state["luck"] for state in build(loaded, Seed(1, replication), agents=100).state])


def test_luck_has_mean_one_a_heavy_tail_and_belongs_to_the_creator(shop):
    drawn = np.sort(luck(shop, 1, 0))
    assert 0.5 < drawn[-40:].sum() / drawn.sum() < 0.75  # Φ(1 − 0.84) = .56 for a fifth
    assert abs(drawn.mean() - 1) < 3 * drawn.std() / 200**0.5
    assert (luck(shop, 1, 1) != luck(shop, 1, 0)).all()
    assert (luck(shop, 0, 0) == 1).all()
    assert (luck(shop, 1, 0) ** 0.5 / luck(shop, 0.5, 0)).std() < 1e-9  # one draw, whatever its spread


def test_the_group_is_told_as_a_sum_and_as_one_of_them(shop):
    run = finish(shop.world(GROUP, "people.customers=30%"))
    alone, group = run.tables["kols"].numbers, run.tables["kol_groups"]
    assert group.keys["group"] == ["kols.small"]
    told = {name: column[0] for name, column in group.numbers.items()}
    assert (told["count"], told["gmv"]) == (5, pytest.approx(sum(alone["gmv"])))
    assert told["cost"] == pytest.approx(sum(alone["cost"]))
    assert told["one_p50"] == sorted(alone["gmv"])[2]
    assert told["one_p10"] <= told["one_p50"] <= told["one_p90"]


def read(rows, group=f"{{from_table: {TABLE}, posts: [D1, D2], mcn: 5%, spread: 0.5}}"):
    shop = "dacu: 1\ncalendar: {start: 2026-09-07, days: 2}\nskus: {mask: {list: 69, cost: 19}}\n"
    scenario = f"{shop}kols: {{t: {group}}}\n"
    texts = {"plans/a.yaml": scenario, f"plans/{TABLE}": rows}
    return load("plans/a.yaml", (), lambda path: (path, texts[path]))


def test_a_table_becomes_members_and_the_group_speaks_where_a_row_does_not():
    creators = read(HEAD + '阿林,1.2万,800,12%,\n\n"b, c",3万,2000,,D2 12:00；D2 20:00\n').scenario.creators
    one, other = creators["kols.t.阿林"], creators['kols.t."b, c"']
    assert (one.followers, one.fee, one.commission, one.mcn, one.spread) == (12_000, 80_000, 0.12, 0.05, 0.5)
    assert [str(post) for post in one.posts] == ["D1 00:00"]
    assert [str(post) for post in other.posts] == ["D2 12:00", "D2 20:00"]
    assert other.commission == 0


@pytest.mark.parametrize(
    ("rows", "code", "line"),
    [
        (HEAD + "a,1万,100,,\nb,多,100,,\n", "not_a_number", 3),
        (HEAD + "a,1万,100,80%,\n", "above_maximum", 2),
        (HEAD + "a,1万,100\n", "table_ragged", 2),
        (HEAD + "a,1万,100,,\na,2万,100,,\n", "table_name_twice", 3),
        (HEAD + ",1万,100,,\n", "table_without_name", 2),
        ("name,fans\na,1\n", "table_column_unknown", 1),
        ("followers,fee\n1,1\n", "table_without_name", 1),
        ("name,followers\na,1\n", "missing_key", 2),
    ],
)
def test_a_wrong_cell_is_told_with_its_line(rows, code, line):
    with pytest.raises(InputError) as refused:
        read(rows)
    finding = refused.value.findings[0]
    assert (finding.code, finding.mark.file, finding.mark.line) == (code, f"plans/{TABLE}", line)


@pytest.mark.parametrize(
    ("group", "code", "path"),
    [
        ("{count: 3}", "missing_key", "kols.t"),
        (f"{{count: 3, from_table: {TABLE}}}", "group_of_whom", "kols.t"),
        (
            "{count: 3, followers: {from: 9, to: 5}, fee: {from: 1, to: 2}, posts: [D1]}",
            "range_backwards",
            "kols.t.followers.to",
        ),
        ("{count: 3, fans: {from: 9, to: 5}}", "unknown_key", "kols.t.fans"),
    ],
)
def test_a_group_that_says_too_little_or_too_much_is_refused(group, code, path):
    with pytest.raises(InputError) as refused:
        read(HEAD + "a,1万,100,,D1\n", group)
    assert (refused.value.findings[0].code, refused.value.findings[0].path) == (code, path)
