"""The block `targets`: how it is written, and what is refused."""

import pytest

from dacu.errors import InputError
from dacu.scenario.targets import targets_of
from dacu.targets import Target


def test_a_figure_is_a_floor_or_a_ceiling_where_less_is_better(shop):
    loaded = shop.loaded("targets: {net_gmv: 2600万, refund_rate: 10%, marketing_cost_rate: {at_most: 25%}}")
    assert targets_of(loaded.scenario.targets) == [
        Target("net_gmv", "at_least", 26e6),
        Target("refund_rate", "at_most", 0.1),
        Target("marketing_cost_rate", "at_most", 0.25),
    ]


def test_a_corridor_is_two_targets(shop):
    loaded = shop.loaded("targets: {spend: {at_least: 1万, at_most: 2万}}")
    found = targets_of(loaded.scenario.targets)
    assert [(one.side, one.value) for one in found] == [("at_least", 1e4), ("at_most", 2e4)]


@pytest.mark.parametrize(
    ("written", "code", "path", "hint"),
    [
        ("net_gmw: 2万", "unknown_kpi", "targets.net_gmw", "net_gmv"),
        ("net_gmv: 25%", "not_money", "targets.net_gmv.value", ""),
        ("ctr: {at_least: many}", "not_a_share", "targets.ctr.at_least", ""),
        ("spend: 3万", "target_without_side", "targets.spend", ""),
        ("gmv: {}", "target_unclear", "targets.gmv", ""),
        ("gmv: {value: 3, at_most: 4}", "target_unclear", "targets.gmv", ""),
    ],
)
def test_a_target_that_says_nothing_is_refused_at_its_place(shop, written, code, path, hint):
    with pytest.raises(InputError) as refused:
        shop.loaded(f"targets: {{{written}}}")
    (finding,) = refused.value.findings
    assert (finding.code, finding.path, finding.hint) == (code, path, hint)
    assert finding.mark is not None
    assert all(finding.sentence(lang) for lang in ("zh", "en"))


def test_a_variant_may_ask_for_more(shop):
    loaded = shop.loaded("targets: {gmv: 1万}", "targets.gmv.value=2万")
    assert targets_of(loaded.scenario.targets)[0].value == 2e4
