"""Figures of replications: sums, windows of days, ratios, each with its interval over replications."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dacu.estimates import compare_paired, estimate
from dacu.kpis import BY_ID
from dacu.results import Replication
from dacu.tables import Table

Runs = Sequence[Replication]
Read = Callable[[Replication], float | None]


@dataclass(frozen=True)
class Found:
    """A figure with its 95% interval (sampling), figures that explain it, and whether what else the row asks holds."""

    value: float | None
    low: float | None = None
    high: float | None = None
    parts: Mapping[str, float | None] = field(default_factory=dict)
    holds: bool = True

    def beside(self, **parts: Found | float | None) -> Found:
        """The same, with further figures printed beside it."""
        plain = {name: part.value if isinstance(part, Found) else part for name, part in parts.items()}
        return Found(self.value, self.low, self.high, {**self.parts, **plain}, self.holds)

    def provided(self, holds: bool) -> Found:
        """The same, inside its band only if something else holds too."""
        return Found(self.value, self.low, self.high, self.parts, self.holds and holds)

    def within(self, low: float, high: float) -> bool:
        """Whether the figure lies in a band."""
        return self.value is not None and low <= self.value <= high


def mean(runs: Runs, read: Read) -> Found:
    """Mean of a figure over replications."""
    found = estimate([read(run) for run in runs], "ratio")
    return Found(found.mean, found.low, found.high)


def ratio(runs: Runs, above: Read, below: Read) -> Found:
    """Ratio of summed counts, with the interval of a ratio estimator."""
    tops, bottoms = [above(run) or 0.0 for run in runs], [below(run) or 0.0 for run in runs]
    pooled = sum(tops) / sum(bottoms) if sum(bottoms) else None
    if pooled is None or len(runs) < 2:
        return Found(pooled)
    centre = sum(bottoms) / len(bottoms)
    pairs = zip(tops, bottoms, strict=True)
    linear = estimate([pooled + (top - pooled * bottom) / centre for top, bottom in pairs], "")
    return Found(pooled, linear.low, linear.high)


def change(before: Runs, after: Runs, read: Read) -> Found:
    """Relative change of means, paired replication by replication."""
    relative = compare_paired([read(run) for run in before], [read(run) for run in after], "ratio", 0).relative
    return Found(relative.mean, relative.low, relative.high)


def change_of_ratio(before: Runs, after: Runs, above: Read, below: Read) -> Found:
    """Relative change of a ratio, each replication's own ratio paired."""

    def own(run: Replication) -> float | None:
        bottom = below(run)
        return (above(run) or 0.0) / bottom if bottom else None

    return change(before, after, own)


def difference(before: Runs, after: Runs, read: Read) -> Found:
    """Paired difference of means."""
    found = compare_paired([read(run) for run in before], [read(run) for run in after], "ratio", 0).difference
    return Found(found.mean, found.low, found.high)


def yes(answer: bool, **parts: float | None) -> Found:
    """A yes/no row."""
    return Found(float(answer), parts=parts)


def kpi(name: str) -> Read:
    """A KPI by chances where there are any."""

    def read(run: Replication) -> float | None:
        wanted = BY_ID[name].measures
        return BY_ID[name].value(run.expected if wanted <= run.expected.keys() else run.realised)

    return read


def realised(name: str) -> Read:
    """A KPI as it happened."""
    return lambda run: BY_ID[name].value(run.realised)


def measure(name: str) -> Read:
    """A measure, expected where it is."""
    return lambda run: run.expected.get(name, run.realised[name])


def rows(table: Table, key: str, column: str, wanted: Callable[[str], bool]) -> float:
    """Sum of a column over the rows whose key is wanted."""
    pairs = zip(table.keys[key], table.numbers[column], strict=True)
    return sum(value or 0.0 for name, value in pairs if wanted(str(name)))


def lines(column: str, *prefixes: str) -> Read:
    """A column of the lines' table, summed over paths that begin so."""
    return lambda run: rows(run.tables["channels"], "channel", column, lambda path: path.startswith(prefixes))


def moved(found: Found) -> Found:
    """The same, inside its band only if the interval excludes zero."""
    surely = found.low is not None and found.high is not None and (found.low > 0 or found.high < 0)
    return found.provided(surely)


def column(run: Replication, table: str, name: str) -> list[float]:
    """A column of a table."""
    return [value or 0.0 for value in run.tables[table].numbers[name]]


def daily(run: Replication, name: str) -> list[float]:
    """A column of the daily table."""
    return column(run, "daily", name)


def days(column: str, first: int, last: int) -> Read:
    """Mean of a daily column over days first…last, D1 is 1."""
    return lambda run: sum(daily(run, column)[first - 1 : last]) / (last - first + 1)


LED = ("channels.feed_ads", "channels.boost", "content.accounts.")
"""Paths of what shows items: the cart rate's channels."""


def cart_rate(runs: Runs) -> Found:
    """Cart adds of visits that shown items led ÷ those visits."""
    return ratio(runs, lines("carts", *LED), lines("visits", *LED))


def room_orders(runs: Runs) -> Found:
    """Orders in rooms ÷ everybody who came in."""
    return ratio(runs, measure("live_orders"), measure("live_viewers"))


def room_stay(run: Replication) -> float:
    """Mean stay of everybody who came in, seconds."""
    return 60 * (realised("live_dwell_all_min")(run) or 0)


def account_rate(run: Replication) -> float | None:
    """Interactions ÷ plays of the first own account."""
    return run.tables["accounts"].numbers["interaction_rate"][0]


def post_rate(run: Replication) -> float:
    """Plain mean of the interaction rates of posts of a thousand plays or more."""
    accounts = run.tables["accounts"].numbers
    known = [n or 0 for n in accounts["posts_known"]]
    return sum(n * (rate or 0) for n, rate in zip(known, accounts["post_rate"], strict=True)) / max(sum(known), 1)
