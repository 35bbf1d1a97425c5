"""Figures of the open data sets, from the files themselves: what derived.yaml stores, computed again.

The folder of the files is named by the environment variable DACU_DATA; `python tests/shapes/derive.py` prints what it
finds there as YAML. The Tianchi sets are for non-commercial research: they are read here and never stored, their
figures may be.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

BEIJING = 8 * 3600  # seconds ahead of UTC
HOUR, DAY = 3600, 24 * 3600
Figure = float | list[float]

DEPTHS = {"3_10": (0.03, 0.1), "10_20": (0.1, 0.2), "20_30": (0.2, 0.3), "30_40": (0.3, 0.4), "40_60": (0.4, 0.6)}
BASE_WEEKS, BASE_UNITS = 6, 3  # a usual week needs at least so many weeks, and a median of so many pieces


def folder() -> Path | None:
    """Where the open data sets lie; None where DACU_DATA is not set."""
    named = os.environ.get("DACU_DATA")
    return Path(named) if named else None


def taobao_2017(data: Path) -> dict[str, Figure]:
    """Taobao shopping events, nine days of 2017."""
    events = pd.read_csv(data / "taobao_events.csv.gz")
    local = events["ts"] + BEIJING
    events["hour"], events["day"] = local % DAY // HOUR, local // DAY
    counts = events["behavior"].value_counts()
    seen = events.groupby("day")["user_id"].nunique()
    return {
        "views_by_hour_2017": _shares(events.loc[events["behavior"] == "pv", "hour"]),
        "buys_per_cart_2017": float(counts["buy"] / counts["cart"]),
        "seen_a_day_2017": float(seen.mean() / events["user_id"].nunique()),
        "carted_before_2017": _carted_before(events),
        **_lags(events, "pv", "view_to_buy"),
        **_lags(events, "cart", "cart_to_buy"),
    }


def _shares(hours: pd.Series[int]) -> list[float]:
    counts = np.bincount(hours.to_numpy(), minlength=24)
    return [float(share) for share in counts / counts.sum()]


def _carted_before(events: pd.DataFrame) -> float:
    """Of the items that a person bought, the share that had been in the cart by then."""
    first = events.groupby(["behavior", "user_id", "item_id"])["ts"].min()
    bought = first["buy"].to_frame("buy").join(first["cart"].rename("cart"), how="left")
    return float((bought["cart"] <= bought["buy"]).mean())


def _lags(events: pd.DataFrame, before: str, name: str) -> dict[str, Figure]:
    """Time from a person's first `before` of an item to the first purchase of it, where that came later."""
    first = events.groupby(["behavior", "user_id", "item_id"])["ts"].min()
    lags = (first["buy"] - first[before]).dropna()
    lags = lags[lags >= 0]
    return {f"{name}_1h": float((lags < HOUR).mean()), f"{name}_24h": float((lags < DAY).mean())}


def taobao_2014(data: Path) -> dict[str, Figure]:
    """Taobao's app, hourly totals of 18 November to 7 December 2014."""
    hours = pd.read_csv(data / "taobao_mobile_hourly.csv.gz")
    views = hours.groupby("hour")["pv"].sum()
    return {
        "views_by_hour_2014": [float(share) for share in views / views.sum()],
        "buys_per_cart_2014": float(hours["buy"].sum() / hours["cart"].sum()),
    }


def double_11(data: Path) -> dict[str, Figure]:
    """Mother-and-baby trades: the day, the ten days before and 12–20 November, in multiples of a day of October."""
    trades = pd.read_csv(data / "tmall_baby_trades.csv.gz", parse_dates=["day"])
    by_day = trades.groupby("day").size().resample("D").sum()
    found: dict[str, Figure] = {}
    for year in (2012, 2013):
        october = by_day[f"{year}-10-01" : f"{year}-10-31"].mean()
        spans = {"day": ("11-11", "11-11"), "before": ("11-01", "11-10"), "after": ("11-12", "11-20")}
        for name, (first, last) in spans.items():
            found[f"double_11_{name}_{year}"] = float(by_day[f"{year}-{first}" : f"{year}-{last}"].mean() / october)
    return found


def grocery_lifts(data: Path) -> dict[str, Figure]:
    """Units of weeks at a discount, without display or mailer, in multiples of the same products' usual weeks.

    Usual: the median of a product's weeks without discount, display or mailer, where it has enough of them. Sums over
    products and weeks are divided, so that no small product weighs more than its sales. The first and the last week of
    the year are cut and left out.
    """
    weeks = pd.read_csv(data / "grocery_price_promo_weekly.csv.gz")
    plain = weeks[weeks["week"].between(2, 52) & (weeks["display"] == 0) & (weeks["mailer"] == 0)]
    quiet = plain[plain["discount_depth"] < DEPTHS["3_10"][0]]
    usual = quiet.groupby("product_id")["units"].agg(["median", "size"])
    usual = usual[(usual["size"] >= BASE_WEEKS) & (usual["median"] >= BASE_UNITS)]["median"].rename("usual")
    known = plain.join(usual, on="product_id", how="inner")
    found: dict[str, Figure] = {}
    for name, (low, high) in DEPTHS.items():
        rows = known[(known["discount_depth"] >= low) & (known["discount_depth"] < high)]
        found[f"lift_{name}"] = float(rows["units"].sum() / rows["usual"].sum())
    return found


SETS: tuple[Callable[[Path], dict[str, Figure]], ...] = (taobao_2017, taobao_2014, double_11, grocery_lifts)


def derive(data: Path) -> dict[str, Figure]:
    """Every figure that the files give."""
    return {name: value for each in SETS for name, value in each(data).items()}


if __name__ == "__main__":
    place = folder()
    if place is None:
        sys.exit("DACU_DATA does not name the folder of the open data sets")
    sys.stdout.write(yaml.safe_dump(derive(place), sort_keys=False))
