"""Categories: what a shop sells decides how much comes back. Chinese and English names find a row of `categories`.

| name | meaning |
|---|---|
| `preset(text) -> str or None` | name of the row; `default` for an empty text, None for an unknown one |
| `category_of(behaviour, shop) -> Category` | the row of a shop, the default's where its category is unknown |
| `unknown_category(shop)` | a finding to warn of, with the path `shop.category` |
"""

from __future__ import annotations

from collections.abc import Iterator

from dacu.behaviour.coefficients import Behaviour, Category
from dacu.errors import Finding
from dacu.shop.blocks import ShopBlock

DEFAULT = "default"
NAMES: dict[str, tuple[str, ...]] = {
    "skincare": ("美妆护肤", "护肤", "skincare", "skin care"),
    "makeup": ("彩妆", "美妆", "香水", "makeup", "make-up", "cosmetics"),
    "food": ("食品", "零食", "生鲜", "饮料", "茶", "food", "snacks"),
    "baby": ("母婴", "婴儿", "童装", "玩具", "baby"),
    "home": ("家居", "家纺", "日用", "百货", "home"),
    "electronics": ("数码", "家电", "3c", "电子", "electronics", "appliances"),
    "womens_wear": ("女装", "女士服装", "连衣裙", "women's wear", "womens wear", "womenswear", "women's clothing"),
    "mens_wear": ("男装", "男士服装", "men's wear", "mens wear", "menswear", "men's clothing"),
    "shoes": ("鞋靴", "女鞋", "男鞋", "鞋", "shoes", "footwear"),
    "jewellery": ("珠宝", "首饰", "饰品", "翡翠", "jewellery", "jewelry"),
}
"""Words of each preset; of several found in a text, the longest tells."""


def preset(text: str) -> str | None:
    """The row that a category's own words name."""
    plain = text.strip().lower().replace("’", "'")
    if not plain or plain in (DEFAULT, *NAMES):
        return plain or DEFAULT
    found = [(len(word), name) for name, words in NAMES.items() for word in words if word in plain]
    return max(found)[1] if found else None


def category_of(behaviour: Behaviour, shop: ShopBlock) -> Category:
    """How much of what this shop sells comes back."""
    return behaviour.categories[preset(shop.category) or DEFAULT]


def unknown_category(shop: ShopBlock) -> Iterator[Finding]:
    """The default stands in for a category without a preset; a planner should know."""
    if preset(shop.category) is None:
        args = {"known": ", ".join(words[0] for words in NAMES.values())}
        yield Finding("category_unknown", path="shop.category", value=shop.category, args=args)
