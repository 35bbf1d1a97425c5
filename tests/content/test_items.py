"""The table of things to be seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu.content.items import Item, ItemsBuilder, unit_vector
from dacu.draws import path_hash


def build(*items):
    builder = ItemsBuilder()
    for lever, item in enumerate(items):
        builder.add(item, lever)
    return builder.build(3)


def test_an_item_is_known_by_its_path_and_shows_its_goods():
    items = build(Item("a", (1,) * 8, (0, 2)), Item("b", (1,) * 8, ()))
    assert items["hash"].tolist() == [path_hash("a"), path_hash("b")]
    assert items.goods.tolist() == [[True, False, True], [False, False, False]]
    assert items["linked"].tolist() == [True, False]
    assert items["lever"].tolist() == [0, 1]


def test_a_shop_without_items_has_an_empty_table():
    items = build()
    assert len(items) == 0
    assert items.topic.shape == (8, 0)


def test_a_snapshot_shares_what_never_moves():
    items = build(Item("a", (1,) * 8, (0,)))
    twin = items.copy()
    twin["plays"][0] = 5
    assert items["plays"][0] == 0
    assert twin["quality"] is items["quality"]


@given(st.lists(st.floats(0, 100), min_size=8, max_size=8).filter(lambda weights: max(weights) > 1e-3))
def test_topics_are_scaled_to_length_one(weights):
    vector = unit_vector(weights)
    assert np.sqrt((vector**2).sum()) == pytest.approx(1)
    assert vector * max(weights) == pytest.approx(np.array(weights) * vector.max(), abs=1e-9)
