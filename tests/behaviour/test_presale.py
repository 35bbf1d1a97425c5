"""When balances are paid: shares of each hour by hand."""

import numpy as np
import pytest

from dacu.behaviour.coefficients import Presale
from dacu.behaviour.presale import hours_to_balance


def test_each_hour_takes_its_share_of_what_is_open_within_the_window() -> None:
    """Half an hour's share in three hours: .5, .25, .125 of .875, that is 4, 2 and 1 of 7."""
    u = (np.arange(7_000) + 0.5) / 7_000
    hours = hours_to_balance(Presale(balance=1, hourly=0.5), u, np.full(7_000, 3))
    assert np.bincount(hours).tolist() == [4_000, 2_000, 1_000]


@pytest.mark.parametrize("within", [1, 2, 720])
def test_no_balance_is_paid_after_its_window(within: int) -> None:
    u = np.array([0.0, 0.5, 1 - 2**-32])
    hours = hours_to_balance(Presale(balance=1, hourly=0.01), u, np.full(3, within))
    assert hours[0] == 0
    assert (hours < within).all()
    assert len(hours_to_balance(Presale(1, 0.3), u[:0], np.zeros(0, np.int64))) == 0
