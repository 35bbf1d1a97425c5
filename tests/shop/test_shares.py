from hypothesis import given, settings
from hypothesis import strategies as st

from dacu.shop.shares import permille_of, spread


def test_a_half_fen_goes_to_the_even_side() -> None:
    assert [permille_of(amount, 150) for amount in (1010, 1030, 1031, 999)] == [152, 154, 155, 150]


def test_three_lines_share_ten_fen_with_remainders() -> None:
    # 10 × 1/6, 2/6, 3/6 = 1.67, 3.33, 5: the missing fen goes to the largest remainder
    assert spread(10, (100, 200, 300)) == (2, 3, 5)


def test_equal_remainders_favour_the_first_line() -> None:
    assert spread(2, (500, 500, 500)) == (1, 1, 0)


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=6), st.data())
def test_the_parts_add_up_and_none_exceeds_its_weight(weights: list[int], data: st.DataObject) -> None:
    amount = data.draw(st.integers(0, sum(weights)))
    parts = spread(amount, weights)
    assert sum(parts) == amount
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
    if sum(weights):
        assert all(abs(part * sum(weights) - amount * w) < sum(weights) for part, w in zip(parts, weights, strict=True))
