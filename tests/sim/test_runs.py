"""Many runs: the same tables for any number of workers, pairs on the same draws, means that scaling leaves alone."""

import numpy as np
import pytest

from dacu.errors import InputError
from dacu.sim.runs import Job, compare, in_world, simulate

PLAN = "channels: {feed_ads: {daily_budget: 400}}\nmarket: {baseline: {feed_ads: 400}}"
SMALL = ("people.agents=1000", "calendar.days=1")


def test_two_workers_give_the_tables_of_one(shop):
    loaded = shop.loaded(PLAN, *SMALL)
    one, two = (simulate(loaded, replications=2, workers=workers) for workers in (1, 2))
    assert one.as_json() == two.as_json()
    for name, table in one.tables.items():
        assert table.equals(two.tables[name]), name


def test_a_plan_against_itself_differs_by_nothing(shop):
    loaded = shop.loaded(PLAN, *SMALL)
    comparison, _ = compare(loaded, [loaded], replications=2)
    (other,) = comparison.others
    assert other.changes == []
    assert all(difference.paired.difference.mean in (0, None) for difference in other.kpis.values())


def test_changes_of_a_plan_are_told_by_their_lines(shop):
    base, other = shop.loaded(PLAN, *SMALL), shop.loaded(PLAN, *SMALL, "channels.feed_ads.daily_budget=500")
    comparison, results = compare(base, [other], replications=1)
    (change,) = comparison.others[0].changes
    assert (change["path"], change["from"], change["to"]) == ("channels.feed_ads.daily_budget", "400", "500")
    assert len(results) == 2


def test_plans_of_other_people_cannot_be_paired(shop):
    with pytest.raises(InputError) as refused:
        compare(shop.loaded(PLAN), [shop.loaded(PLAN, "people.size=2万")])
    assert refused.value.findings[0].code == "people_differ"


def test_pairing_removes_most_of_the_variance(shop):
    base, other = (shop.loaded(PLAN, *SMALL, f"channels.feed_ads.daily_budget={money}") for money in (400, 440))
    _, (left, right) = compare(base, [other], replications=5)
    clicks = [np.array(result.kpis["clicks"].samples["expected"]) for result in (left, right)]
    assert np.var(clicks[1] - clicks[0], ddof=1) < 0.25 * (np.var(clicks[0], ddof=1) + np.var(clicks[1], ddof=1))


def test_means_do_not_depend_on_the_weight(shop):
    """The same people as 500 or 2,500 agents: KPI means within three standard errors."""
    plan = PLAN + "\ncontent: {accounts: {own: {quality: 0.6}}}"
    results = [
        simulate(shop.loaded(plan, f"people.agents={agents}", "calendar.days=1"), replications=replications)
        for agents, replications in ((500, 8), (2500, 4))
    ]
    assert [result.weight for result in results] == [20, 4]
    for kpi in ("exposures", "clicks", "visits", "carts", "spend"):
        samples = [np.array(result.kpis[kpi].samples["realised"]) for result in results]
        error = sum(sample.var(ddof=1) / len(sample) for sample in samples) ** 0.5
        assert abs(samples[0].mean() - samples[1].mean()) < 3 * error + 1e-9, kpi


def test_progress_is_told_after_each_replication(shop):
    told = []
    simulate(shop.loaded("", *SMALL), replications=2, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


def test_worlds_differ_by_coefficients_and_are_the_same_for_any_number_of_workers(shop):
    loaded, other = (shop.loaded(PLAN, *SMALL, f"channels.feed_ads.daily_budget={money}") for money in (400, 500))
    (one, left), (two, right) = (compare(loaded, [other], worlds=3, workers=workers) for workers in (1, 2))
    assert one.as_json() == two.as_json()
    assert [result.as_json() for result in left] == [result.as_json() for result in right]
    plain = simulate(loaded, replications=3)
    assert left[0].kind == "beliefs"
    assert left[0].kpis["exposures"].samples != plain.kpis["exposures"].samples


def test_a_plan_against_itself_is_better_in_no_world(shop):
    loaded = shop.loaded(PLAN, *SMALL)
    comparison, _ = compare(loaded, [loaded], worlds=2)
    for kpi in ("gmv", "net_gmv", "contribution"):
        found = comparison.others[0].kpis[kpi]
        assert found.paired.identical
        assert (found.wins.better, found.wins.drivers) == (0, ())


def test_the_worlds_of_two_plans_share_every_coordinate(shop):
    """A plan with a coefficient of its own meets the same worlds: all other coefficients are the same."""
    base, other = shop.loaded(PLAN, *SMALL), shop.loaded(PLAN, *SMALL, "behaviour.buy.trust=1.0")
    one, two = (in_world(plan, Job(1, 2, None, 4)).behaviour for plan in (base, other))
    assert one._replace(buy=two.buy) == two
    assert one.buy._replace(trust=two.buy.trust) == two.buy
    assert one.buy.trust < two.buy.trust


def test_a_run_answers_its_targets(shop):
    loaded = shop.loaded(f"targets: {{clicks: 0, gmv: 1亿}}\n{PLAN}", *SMALL)
    sure, never, both = simulate(loaded, worlds=2).targets
    assert (sure.chance, never.chance, both.chance) == (1, 0, 0)
    assert never.gap == pytest.approx(never.p50 - 1e8)
