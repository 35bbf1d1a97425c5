from typing import Any

import numpy as np

from dacu.shop.blocks import ShopBlock, SkuBlock, check_skus
from dacu.shop.goods import NONE, UNLIMITED, Goods, Role, build_goods

SKUS: dict[str, dict[str, Any]] = {
    "serum": {"list": "299", "cost": "60", "role": "profit", "complement": "mask", "stock": "500",
              "restock": {"second": {"date": "D3 10:00", "units": "2000"}}},
    "mask": {"list": "99", "cost": "20.5", "role": "traffic", "market_value": "89", "floor_price": "69",
             "topics": ["3", "4", "0", "0", "0", "0", "0", "0"]},
}  # fmt: skip


def goods(shop: dict[str, Any] | None = None) -> Goods:
    blocks = {name: SkuBlock.model_validate(keys) for name, keys in SKUS.items()}
    return build_goods(blocks, ShopBlock.model_validate(shop or {}))


def test_rows_stand_in_the_order_of_the_scenario_and_money_is_fen() -> None:
    table = goods()
    assert table.names == ("serum", "mask")
    assert (table.list_price.tolist(), table.cost.tolist()) == ([29_900, 9_900], [6_000, 2_050])
    assert table.role.tolist() == [Role.PROFIT, Role.TRAFFIC]
    assert table.path(1) == "skus.mask"


def test_what_is_left_out_has_its_meaning() -> None:
    table = goods()
    assert table.market_value.tolist() == [29_900, 8_900]
    assert table.stock.tolist() == [500, UNLIMITED]
    assert table.floor_price.tolist() == [0, 6_900]
    assert table.complement.tolist() == [1, NONE]


def test_the_category_price_is_the_mean_market_value_unless_the_shop_tells_one() -> None:
    assert goods().category_price == 19_400
    assert goods({"category_price": "150"}).category_price == 15_000


def test_topics_are_unit_vectors_and_default_to_the_shops() -> None:
    table = goods({"topics": ["0", "0", "2", "0", "0", "0", "0", "0"]})
    assert table.topic.shape == (8, 2)
    assert table.topic[:, 0].tolist() == [0, 0, 1, 0, 0, 0, 0, 0]
    assert np.allclose(table.topic[:2, 1], [0.6, 0.8])


def test_arrivals_know_their_sku_moment_and_path() -> None:
    (arrival,) = goods().restocks
    assert (arrival.path, arrival.sku, str(arrival.at), arrival.units) == (
        "skus.serum.restock.second", 0, "D3 10:00", 2000,
    )  # fmt: skip


def test_a_copy_keeps_its_own_stock_and_shares_the_rest() -> None:
    table = goods()
    twin = table.copy()
    twin.stock[0] -= 100
    assert (table.stock[0], twin.stock[0]) == (500, 400)
    assert twin.list_price is table.list_price


def test_a_complement_must_be_another_sku() -> None:
    blocks = {
        "a": SkuBlock.model_validate({"list": "1", "cost": "0", "complement": "a"}),
        "b": SkuBlock.model_validate({"list": "1", "cost": "0", "complement": "c"}),
        "d": SkuBlock.model_validate({"list": "1", "cost": "0", "complement": "a"}),
    }
    assert [(p.code, p.at) for p in check_skus(blocks)] == [
        ("complement_unknown", ("a", "complement")), ("complement_unknown", ("b", "complement")),
    ]  # fmt: skip


def test_lists_of_the_wrong_length_and_uncounted_arrivals_are_found() -> None:
    arrival = {"x": {"date": "D1", "units": "1"}}
    keys = {"list": "1", "cost": "0", "season": ["1"] * 11, "topics": ["0"] * 8, "restock": arrival}
    block = SkuBlock.model_validate(keys)
    assert [p.code for p in block.check()] == ["topics_not_8", "season_not_12", "restock_without_stock"]
    assert [p.code for p in ShopBlock.model_validate({"topics": ["1"]}).check()] == ["topics_not_8"]
