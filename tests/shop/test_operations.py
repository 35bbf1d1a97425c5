"""The block `operations` as a planner writes it."""

import pytest

from dacu.errors import InputError

WRITTEN = """
skus: {mask: {stock: 500}, toner: {stock: 200}}
operations:
  warehouse:
    units_per_hour: 400
    shift: {from: 8:00, to: 24:00}
    surge: {正日: {from: D1 20:00, to: D2 24:00, multiple: 4}}
    surge_cost: 2.5
  carriers: {sf: {transit: 1.5d, delay_notice: yes, freight: 3}, yto: {transit: 3d}}
  carrier: yto
  service: {seats: 8, aftersale_seats: 2, handle: 90s, bot_share: 60%, seat_cost: 35}
  returns: {lenient: yes, insurance: {on: yes, premium: 0.85}}
  suppliers: {second: {}}
  reorder: {mask: {point: 100, lot: 300}}
  review: {median: 6h}
"""


def test_operations_are_read_in_a_planners_units(shop):
    operations = shop.loaded(WRITTEN).scenario.operations
    assert (operations.warehouse.units_per_hour, operations.warehouse.surge_cost) == (400, 250)
    assert operations.warehouse.surge["正日"].multiple == 4
    assert operations.carrying.transit == 72
    assert operations.service.handle == pytest.approx(0.025)
    assert operations.returns.insurance.premium == 85
    assert operations.suppliers.second.lead_cap == 1.3


def test_without_the_block_nothing_is_scarce(shop):
    operations = shop.loaded().scenario.operations
    assert operations.warehouse.units_per_hour is None
    assert operations.service.seats is None
    assert operations.carrying.transit == pytest.approx(52.8)
    assert not operations.returns.insurance.on


def test_the_review_of_posts_stands_in_for_the_coefficient(shop):
    plain, slow = (shop.loaded(*sets).behaviour.content for sets in (("",), (WRITTEN,)))
    assert slow == plain._replace(review_delay=6.0)


@pytest.mark.parametrize(
    ("setting", "code", "path"),
    [
        ("operations.reorder.creem.point=1", "unknown_name", "operations.reorder.creem"),
        ("operations.reorder.cream.point=1", "reorder_without_stock", "operations.reorder.cream"),
        ("operations.carrier=sto", "unknown_name", "operations.carrier"),
        ("operations.reorder.mask=null", "second_without_reorder", "operations.suppliers.second"),
        ("operations.warehouse.surge.正日.to=D1 19:00", "ends_before_start", "operations.warehouse.surge.正日.to"),
        ("operations.warehouse.surge.正日.to=D1 21:30", "surge_not_full_hour", "operations.warehouse.surge.正日.to"),
        ("operations.warehouse.surge.x.from=D2 23:00", "surges_overlap", "operations.warehouse.surge.x.from"),
        ("operations.warehouse.surge.正日.multiple=9", "above_maximum", "operations.warehouse.surge.正日.multiple"),
        ("operations.warehouse.shift.from=8:30", "shift_not_full_hour", "operations.warehouse.shift.from"),
        ("operations.service.seats=0", "below_minimum", "operations.service.seats"),
    ],
)
def test_a_slip_is_found_where_it_stands(shop, setting, code, path):
    further = {
        "operations.warehouse.surge.x.from=D2 23:00": ("operations.warehouse.surge.x.to=D3 0:00",
                                                       "operations.warehouse.surge.x.multiple=2"),
        "operations.reorder.creem.point=1": ("operations.reorder.creem.lot=1",),
        "operations.reorder.cream.point=1": ("operations.reorder.cream.lot=1",),
    }.get(setting, ())  # fmt: skip
    with pytest.raises(InputError) as refused:
        shop.loaded(WRITTEN, setting, *further)
    assert [(finding.code, finding.path) for finding in refused.value.findings] == [(code, path)]
    assert all(finding.sentence(lang) for finding in refused.value.findings for lang in ("zh", "en"))
