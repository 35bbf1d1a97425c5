"""The optimiser's answer laid out: allocation, prices in words, evidence."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dacu.kpis import BY_ID
from dacu.plan.answer import Answer
from dacu.plan.problem import Cell as BudgetCell
from dacu.plan.question import OBJECTIVES, Plan
from dacu.plan.verify import Interval, Verified, paired
from dacu.readable import Quantity, short_path
from dacu.units import FEN
from dacu_cli.page import Cell, Page, Section
from dacu_cli.priced import price_records
from dacu_cli.view import View

if TYPE_CHECKING:
    from pandas import DataFrame

    from dacu.plan.optimise import Optimised

THOUSANDS = {"zh": 10_000, "en": 1_000}
"""A media plan is read in 万 in Chinese, in thousands in English."""


def planned(view: View, name: str, found: Optimised, folder: Path, follow: str) -> Page:
    """What `optimise` prints."""
    answer, before = found.answer, found.current
    verdict, *others = sentences(found, view.lang)
    notes = (*others, view.say("folder", path=folder), view.say("next", line=follow))
    columns = ("line", "phase", "spend_before", "spend_after", "difference")
    title = view.say("allocation_title", unit=view.say("unit"))
    table = Section(title, columns, list(_rows(view, before, answer.plan)))
    moves = {cell: _moves(before, answer.plan, [cell]) for cell in answer.plan}
    whole = Section("", columns, [[*cell, *(Quantity(x / FEN, "yuan") for x in moves[cell])] for cell in moves])
    return Page(_data(view, name, answer, folder), (table,), whole, (verdict,), notes)


def sentences(found: Optimised, lang: str) -> tuple[str, ...]:
    """The answer in words, the verdict first."""
    answer = found.answer
    advice = answer.advised.sentences(found.question, lang) if answer.advised else ()
    return (*answer.sentences(lang), *found.sentences(lang), *advice)


def _rows(view: View, before: Plan, after: Plan) -> Iterator[list[Cell]]:
    """Lines with their phases, then the phases of all lines, then all."""
    lines = dict.fromkeys(cell.line for cell in after)
    phases = dict.fromkeys(cell.phase for cell in after)
    total = view.say("total")
    for line in lines:
        cells = [cell for cell in after if cell.line == line]
        name = short_path(line)
        for cell in cells:
            yield [name, cell.phase, *_amounts(view, before, after, [cell])]
            name = ""
        if len(cells) > 1:
            yield ["", total, *_amounts(view, before, after, cells)]
    name = total
    for phase in phases:
        yield [name, phase, *_amounts(view, before, after, [cell for cell in after if cell.phase == phase])]
        name = ""
    yield ["", total, *_amounts(view, before, after, list(after))]


def _amounts(view: View, before: Plan, after: Plan, cells: list[BudgetCell]) -> list[Cell]:
    was, will, more = (money / FEN / THOUSANDS[view.lang] for money in _moves(before, after, cells))
    return [Quantity(was, ""), Quantity(will, ""), Quantity(more, "", signed=True)]


def _moves(before: Plan, after: Plan, cells: list[BudgetCell]) -> tuple[int, int, int]:
    was, will = sum(before[cell] for cell in cells), sum(after[cell] for cell in cells)
    return was, will, will - was


def _data(view: View, name: str, answer: Answer, folder: Path) -> dict[str, Any]:
    """The answer of `dacu optimise --format json`; money in yuan."""
    allocation: dict[str, dict[str, float]] = {}
    for cell, money in answer.plan.items():
        allocation.setdefault(short_path(cell.line), {})[cell.phase] = money / FEN
    return {
        "scenario": name,
        "status": answer.status,
        "objective": {"kpi": answer.objective.kpi, "value": answer.verified.after},
        "spent": answer.spent / FEN,
        "allocation": allocation,
        "prices": [
            price for price in price_records(answer.holding, answer.objective.kpi, "limit") if price.pop("binding")
        ],
        "binding": [price.limit.id for price in answer.binding],
        "verified": {
            "before": answer.verified.before,
            "after": answer.verified.after,
            **_interval("gain", answer.verified.gain),
            "over": {name: _interval("gain", rival.gain) for name, rival in answer.verified.rivals.items()},
            "objectives": _objectives(answer.verified),
            "outlooks": [outlook._asdict() for outlook in answer.verified.outlooks or ()],
            "fresh": answer.verified.fresh,
            "seeds": list(answer.verified.seeds),
        },
        "trade_offs": [{"weight": point.weight, **point.outlook._asdict()} for point in answer.trade_offs],
        "forecast": answer.forecast,
        "bound": answer.proof.claim.bound if answer.proof else None,
        "gap": answer.proof.certificate.gap if answer.proof else None,
        "certificate": certificate(answer),
        "ended": answer.ended,
        "runs": answer.runs,
        "lightened": answer.lightened,
        "choices": {cell.line: int(money > 0) for cell, money in answer.plan.items() if not cell.phase},
        "conflicts": [breach.limit.id for breach in answer.breaches],
        "sentences": list(answer.sentences(view.lang)),
        "folder": str(folder),
    }


def _objectives(verified: Verified) -> dict[str, dict[str, float]]:
    """Each objective before and after the plan found, in its own unit."""
    return {kpi: {"before": was, "after": now} for kpi, (was, now) in verified.means(OBJECTIVES).items()}


def printed(found: Optimised) -> dict[str, dict[str, float | None]]:
    """Each objective before and after the plan that is handed over, and its gain with its interval, in its own unit."""
    verified, kept = found.answer.verified, found.answer.status == "kept"
    known = [kpi for kpi in OBJECTIVES if kpi in verified.by_seed]
    before, after = verified.sums(known)
    figures: dict[str, dict[str, float | None]] = {}
    for kpi in known:
        now = before[kpi] if kept else after[kpi]
        means = {"before": float(np.mean(before[kpi])), "after": float(np.mean(now))}
        figures[kpi] = {**means, **_interval("gain", paired(np.array(before[kpi]), np.array(now)))}
    return figures


def certificate(answer: Answer) -> dict[str, float] | None:
    """The tests that the last programme passed, as shares."""
    if answer.proof is None:
        return None
    found = answer.proof.certificate
    return {"primal": found.primal, "dual": max(found.dual, 0.0), "complementary": found.complementary,
            "fill_order": found.fill_order, "boxes": found.boxes}  # fmt: skip


def _interval(name: str, interval: Interval) -> dict[str, float]:
    return {name: interval.mean, "low": interval.low, "high": interval.high}


def price_table(answer: Answer) -> DataFrame:
    """One row a limit; none where the prices are not those of the plan that is handed over."""
    from pandas import DataFrame

    columns = ["limit", "binding", "price", "low", "high", "unit", "sentence_zh", "sentence_en"]
    return DataFrame(price_records(answer.holding, answer.objective.kpi, "limit"), columns=columns)


def allocation_table(before: Plan, answer: Answer) -> DataFrame:
    """One row a line and phase, yuan."""
    from pandas import DataFrame

    rows = [[*cell, *(money / FEN for money in _moves(before, answer.plan, [cell]))] for cell in answer.plan]
    return DataFrame(rows, columns=["line", "phase", "spend_before", "spend_after", "difference"])


def advice_tables(answer: Answer) -> dict[str, DataFrame]:
    """frontier, ranges and margins around the plan, money in yuan; none without a programme that led to it."""
    from pandas import DataFrame

    advice = answer.advised
    if advice is None:
        return {}
    frontier = [
        [p.budget / FEN, p.spent / FEN, p.objective, p.average * FEN, p.marginal * FEN] for p in advice.frontier
    ]
    ranges = [[line, x.spend / FEN, x.low / FEN, x.high / FEN, x.loss] for line, x in advice.ranges.items()]
    margins = [[*m.cell, m.spend / FEN, m.marginal * FEN, m.last * FEN, m.average * FEN, m.why] for m in advice.margins]
    return {
        "frontier": DataFrame(frontier, columns=["budget", "spent", "gain", "average_return", "marginal_return"]),
        "ranges": DataFrame(ranges, columns=["line", "spend", "spend_low", "spend_high", "loss"]),
        "margins": DataFrame(
            margins, columns=["line", "phase", "spend", "marginal_return", "last_return", "average_return", "why"]
        ),
    }


def verified_table(answer: Answer) -> DataFrame:
    """One row a plan simulated on the same seeds: its value, and what the plan found gains over it, in the objective's
    unit, with the chance that it gains.
    """
    from pandas import DataFrame

    from dacu.plan.verify import chance_of

    verified, kpi = answer.verified, answer.objective.kpi
    against = {"current": (verified.before, verified.gain)}
    against |= {name: (rival.value, rival.gain) for name, rival in verified.rivals.items()}
    seeds, nothing = len(verified.seeds), (math.nan,) * 4
    rows = [[name, kpi, value, *_ends(gain), chance_of(gain, seeds)] for name, (value, gain) in against.items()]
    rows.insert(1, ["found", kpi, verified.after, *nothing])
    columns = ["plan", "kpi", "value", "gain", "gain_low", "gain_high", "chance"]
    return DataFrame(rows, columns=columns).astype({"chance": "float64"})


def _ends(interval: Interval) -> tuple[float, float, float]:
    """Of one seed, whose interval has no end, the mean alone."""
    known = math.isfinite(interval.low)
    return interval.mean, *((interval.low, interval.high) if known else (math.nan, math.nan))


def trade_off_table(answer: Answer) -> DataFrame:
    """One row a weight of the worst runs: mean and worst runs of its best plan, in the objective's unit."""
    from pandas import DataFrame

    rows = [[point.weight, *point.outlook] for point in answer.trade_offs]
    return DataFrame(rows, columns=["weight", "mean", "worst"])


def sums_table(answer: Answer) -> DataFrame:
    """One row a KPI that is a sum: its mean before and after the plan found, on the seeds of the confirmation."""
    from pandas import DataFrame

    rows = [[kpi, BY_ID[kpi].unit, *means] for kpi, means in answer.verified.means(OBJECTIVES).items()]
    return DataFrame(rows, columns=["kpi", "unit", "before", "after"])


def curve_table(answer: Answer) -> DataFrame:
    """One row a point of the last curve of a line in a phase: spend in yuan, response in the objective's unit."""
    from pandas import DataFrame

    rows = [
        [*cell, spend / FEN, response]
        for cell, curve in answer.curves.items()
        for spend, response in zip(curve.spends, curve.values, strict=True)
    ]
    return DataFrame(rows, columns=["line", "phase", "spend_tried", "response"])
