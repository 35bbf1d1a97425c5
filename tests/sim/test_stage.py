"""Setting the stage: sizes, levers in their order, findings of all levers at once."""

import pytest

from dacu.errors import InputError
from dacu.sim.stage import size


@pytest.mark.parametrize(
    ("people", "agents", "found"), [("1万", 2000, (2000, 5)), ("1万", 3000, (2500, 4)), ("1000", 2000, (1000, 1))]
)
def test_weight_is_whole_and_agents_stand_for_all_people(shop, people, agents, found):
    assert size(shop.loaded("", f"people.size={people}"), agents) == found


def test_levers_stand_in_the_order_rooms_accounts_lines_creators_promotions(shop, everything):
    world = shop.world(everything, until=-24)
    families = [row.path.split(".")[0] for row in world.setting.levers]
    assert list(dict.fromkeys(families)) == ["live", "content", "channels", "kols", "promotions"]
    assert world.setting.by_path["kols.lin"] == families.index("kols")


def test_what_is_wrong_with_several_levers_is_told_at_once_each_with_its_line(shop):
    plan = "promotions:\n  a: {type: coupon, face: 69}\n  b: {type: time_discount, cut: 10%, events: [nope]}\n"
    with pytest.raises(InputError) as refused:
        shop.world(plan, until=-24)
    assert {finding.path.split(".")[1] for finding in refused.value.findings} == {"a", "b"}
    assert sorted(finding.mark.line for finding in refused.value.findings if finding.mark)[:1] == [4]


def test_the_warm_up_lives_on_the_baseline(shop):
    plan = "channels: {feed_ads: {daily_budget: 9}}\nmarket: {baseline: {feed_ads: 77}}"
    world = shop.world(plan, until=-1)
    assert 0.9 * 77_00 < world.spent_today[0] <= 77_00
    assert shop.world(plan, "market.baseline=null", until=-1).spent_today[0] == 0
