"""What the folder of a study holds: its rows, and what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pandas import DataFrame

from dacu.journal import Record
from dacu.study.answer import Said
from dacu.study.batch import Row
from dacu.study.design import Design
from dacu.study.factors import Field


def tables(
    field: Field, design: Design, rows: Sequence[Row], records: Mapping[str, Record], found: Mapping[str, Said]
) -> dict[str, DataFrame]:
    """rows, settings, indices, tornado and ranking as tables; rows in the order of the design."""
    indices = [
        {"kpi": kpi, "index": index.kind, "factor": index.factor, "factor_b": index.other, "value": index.value,
         "value_low": index.low, "value_high": index.high}
        for kpi, said in found.items() if said.sensitivity for index in said.sensitivity.indices
    ]  # fmt: skip
    bars = [
        {"kpi": kpi, "factor": bar.factor, "low_at": bar.low_at, "high_at": bar.high_at, "low_mean": bar.low_mean,
         "high_mean": bar.high_mean, "swing": bar.swing, "swing_low": bar.low, "swing_high": bar.high}
        for kpi, said in found.items() for bar in said.bars
    ]  # fmt: skip
    ranks = [
        {"kpi": kpi, "alternative": rank.name, "mean": rank.mean, "best": rank.best.value, "best_low": rank.best.low,
         "best_high": rank.best.high, "regret": rank.regret.value, "regret_low": rank.regret.low,
         "regret_high": rank.regret.high, "cases": said.ranking.cases, "worlds": said.ranking.worlds}
        for kpi, said in found.items() if said.ranking for rank in said.ranking.ranks
    ]  # fmt: skip
    told = {
        "rows": row_table(field, design, rows, records), "settings": setting_table(field, design),
        "indices": DataFrame(indices), "tornado": DataFrame(bars), "ranking": DataFrame(ranks),
    }  # fmt: skip
    return {name: table for name, table in told.items() if len(table)}


def row_table(field: Field, design: Design, rows: Sequence[Row], records: Mapping[str, Record]) -> DataFrame:
    """One row a row: its settings by factor, its outcomes, and its failure in English."""
    texts = _settings(field, design)
    figures: list[dict[str, object]] = []
    for row in rows:
        record = records.get(row.key)
        outcomes = (record.outcomes or {}) if record else {}
        figures.append({
            "point": row.number // field.study.replications + 1, "replication": row.replication,
            **texts[row.number // field.study.replications],
            **{kpi: outcomes.get(kpi) for kpi in field.study.outcomes},
            "failure": record.failure["en"] if record and record.failure else "",
        })  # fmt: skip
    return DataFrame(figures).astype(dict.fromkeys(field.study.outcomes, "float64"))


def setting_table(field: Field, design: Design) -> DataFrame:
    """One row a point and factor: the setting, where between the factor's ends it lies (0 to 1), and its part of them
    with a name. Empty for a list, which has no factors.
    """
    columns = ["point", "factor", "setting", "place", "part", "part_name"]
    if design.method == "list":
        return DataFrame(columns=columns)
    tables = []
    for at, factor in enumerate(field.factors):
        unit = design.unit[:, at]
        parts, names = factor.cells(unit), factor.labels()
        texts = [text or "" for text in factor.texts(unit)]
        told = zip(texts, unit.tolist(), parts.tolist(), strict=True)
        tables += [[point, factor.path, text, place, part, names[part]]
                   for point, (text, place, part) in enumerate(told, 1)]  # fmt: skip
    return DataFrame(tables, columns=columns)


def _settings(field: Field, design: Design) -> list[dict[str, str]]:
    """What each point sets, by column; of a list its name too."""
    if design.method == "list":
        paths = dict.fromkeys(path for row in field.study.rows.values() for path in row)
        listed = zip(design.names, field.study.rows.values(), strict=True)
        return [{"name": name} | {path: row.get(path) or "" for path in paths} for name, row in listed]
    columns = [factor.texts(design.unit[:, place]) for place, factor in enumerate(field.factors)]
    names = [factor.path for factor in field.factors]
    return [dict(zip(names, (text or "" for text in row), strict=True)) for row in zip(*columns, strict=True)]
