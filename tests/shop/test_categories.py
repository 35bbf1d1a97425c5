"""Names of categories, and what share of the money comes back in each."""

import numpy as np
import pytest

from dacu.behaviour.aftersale import Lines, Terms, fates
from dacu.behaviour.parameters import read, root
from dacu.shop.blocks import ShopBlock
from dacu.shop.categories import DEFAULT, NAMES, category_of, preset, unknown_category

BEHAVIOUR = read(root().children["behaviour"])
TERMS = Terms(damage=BEHAVIOUR.aftersale.damage, insured=False, lenient=False, restock=0.85)
FIRST_HOUR = 0.55  # share of orders within an hour of the cart
MONEY = np.array([row.share * row.spend for row in BEHAVIOUR.personas.values()])
PEOPLE = np.array([row.share for row in BEHAVIOUR.personas.values()])


def refunded(category, live, weights=MONEY, insured=False):
    """(share of money refunded before shipment, in all) at reference quality and listing, over the default people."""
    persons = np.array([row.returns for row in BEHAVIOUR.personas.values()], np.float32)
    shares = []
    for impulse in (0, 1):
        full = {name: np.full(persons.size, value, np.float32) for name, value in {
            "quality": 0.7, "listing": 0.5, "hype": 0, "late_days": 0, "live": live, "impulse": impulse, "filler": 0,
            "preship_offset": 1, "refund_offset": 1}.items()}  # fmt: skip
        row = BEHAVIOUR.categories[category]
        fate = fates(BEHAVIOUR.aftersale, row, Lines(person=persons, **full), TERMS._replace(insured=insured))
        parts = np.array([fate.preship, fate.preship + fate.refund_only + fate.returned])
        shares.append((parts * weights).sum(axis=1) / weights.sum())
    return (1 - FIRST_HOUR) * shares[0] + FIRST_HOUR * shares[1]


@pytest.mark.parametrize("insured", [False, True])
@pytest.mark.parametrize("live", [0, 0.5, 1])
def test_womens_wear_gives_back_half_to_two_thirds_of_its_money(live, insured):
    before, whole = refunded("womens_wear", live, insured=insured)
    assert 0.10 <= before <= 0.20
    assert 0.50 <= whole <= 0.65


def test_skincare_gives_back_about_a_tenth():
    assert refunded("skincare", 0.3)[1] == pytest.approx(0.10, abs=0.01)


def test_the_default_gives_back_106_of_a_thousand_orders():
    assert refunded("default", 0, PEOPLE)[1] == pytest.approx(0.106, abs=0.012)
    assert refunded("default", 0)[1] == pytest.approx(0.106, abs=0.006)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("女装", "womens_wear"), ("女装/连衣裙", "womens_wear"), ("Women's wear", "womens_wear"),
        ("men’s wear", "mens_wear"),
        ("美妆护肤", "skincare"), ("彩妆", "makeup"), ("女鞋", "shoes"), ("翡翠直播", "jewellery"), ("food", "food"),
        ("womens_wear", "womens_wear"), ("", DEFAULT), ("default", DEFAULT), ("园艺", None),
    ],
)  # fmt: skip
def test_a_category_is_found_by_its_chinese_or_english_name(text, name):
    assert preset(text) == name


def test_every_preset_has_names_and_every_name_a_preset():
    assert set(BEHAVIOUR.categories) == {DEFAULT, *NAMES}
    assert all(preset(word) == name for name, words in NAMES.items() for word in words)


def test_an_unknown_category_is_taken_as_the_default_with_a_warning():
    strange = ShopBlock(category="园艺")
    assert category_of(BEHAVIOUR, strange) == BEHAVIOUR.categories[DEFAULT]
    (finding,) = unknown_category(strange)
    assert finding.path == "shop.category"
    assert "园艺" in finding.sentence("zh")
    assert not list(unknown_category(ShopBlock(category="女装")))
