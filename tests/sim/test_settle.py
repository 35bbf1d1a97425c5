"""The end of a run: contracts are settled, and a fen or a piece astray is a fault."""

import pytest

from dacu.errors import Fault
from dacu.sim.run import finish


@pytest.fixture
def lived(shop):
    return shop.world("channels: {feed_ads: {daily_budget: 300}}", "people.customers=60%", "skus.mask.stock=1000")


def test_a_sound_run_settles(lived):
    assert finish(lived).realised["gmv"] > 0


def tamper_with_a_payment(world):
    world.ledger.lines["paid"][0] += 5


def tamper_with_stock(world):
    world.goods.stock[0] -= 5


def tamper_with_spend(world):
    world.spent[0, 0] -= 1


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (tamper_with_a_payment, "ledger_line"),
        (tamper_with_stock, "ledger_stock"),
        (tamper_with_spend, "ledger_unspent"),
    ],
)
def test_what_does_not_add_up_is_a_fault(lived, tamper, code):
    tamper(lived)
    with pytest.raises(Fault) as fault:
        finish(lived)
    assert code in {finding.code for finding in fault.value.findings}
