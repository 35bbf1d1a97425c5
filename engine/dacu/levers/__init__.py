"""Levers: everything a planner can pull. One file a lever; see base.py for the contract."""

from importlib import import_module

SHIPPED = (
    "feed_ads", "search_ads", "boost", "venue", "private", "organic", "kol", "live", "time_discount", "threshold",
    "coupon", "flash", "member_price", "members", "instant_discount", "gift", "platform_risks", "shop_risks",
    "moments", "groups", "presale",
)  # fmt: skip


def shipped() -> None:
    """Import our own lever files, each of which registers itself."""
    for name in SHIPPED:
        import_module(f"dacu.levers.{name}")
