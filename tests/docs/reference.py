"""Writes the reference: docs/reference/*.md and the table of the hour in docs/model.md. `make reference`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from dacu.behaviour.parameters import table
from dacu.kpis import KPIS, Kpi
from dacu.language.schema import Label, labels
from dacu.levers.base import kinds
from dacu.scenario.model import scenario_model
from dacu.sim.steps import STEPS

DOCS = Path(__file__).resolve().parents[2] / "docs"
MADE = "由 `make reference` 生成,勿手改。Made by `make reference`; do not edit.\n"
HOUR = re.compile(r"(<!-- the hour: made by make reference -->\n).*?(<!-- end -->\n)", re.DOTALL)
REQUIRED = "必填 · required"
BETTER = {1: "多 · more", -1: "少 · less", 0: "–"}


def scenario() -> str:
    """Every key of a scenario, a section for each block."""
    parts = [
        "# 方案字段 · Keys of a scenario\n", MADE,
        "`*` 是自取的名字;`*[feed_ads]` 是类型为 feed_ads 的一项。钱以元写,可写 20万;折扣可写 85折;比例可写 3%。\n\n"
        "`*` stands for a name of your own, `*[feed_ads]` for a thing of type feed_ads. Money is written in yuan "
        "(20万 is 200,000), discounts as 85折 or 15%, shares as 3% or 0.03. `dacu list schema` prints the same for "
        "programs and a JSON Schema for editors.\n",
    ]  # fmt: skip
    blocks: dict[str, list[tuple[str, Label]]] = {}
    for path, label in labels(scenario_model()).items():
        block, _, key = path.rpartition(".")
        blocks.setdefault(block, []).append((key, label))
    parts.append(_keys(blocks[""]))
    for top, label in blocks[""]:
        below = {block: keys for block, keys in blocks.items() if block.split(".")[0] == top}
        parts += [f"## {label.zh} · {label.en}\n"] if below else []
        for block, keys in sorted(below.items(), key=lambda one: _type(one[0])):
            parts += [f"### `{block}`{_kind(block)}\n", _keys(keys)]
    return "\n".join(parts)


def _type(block: str) -> str:
    """The type that a block of a family is or is part of: types are met in the order of their imports."""
    found = re.search(r"\[(\w+)\]", block)
    return found[1] if found else ""


def _kind(block: str) -> str:
    """What a thing of a family is called."""
    family, _, kind = block.rpartition(".*[")
    found = next((one for one in kinds().values() if one.family == family and one.type == kind[:-1]), None)
    return f" {found.zh} · {found.en}" if found else ""


def _keys(keys: Sequence[tuple[str, Label]]) -> str:
    rows = (
        [f"`{key}`", label.zh, label.en, label.unit, REQUIRED if label.default is None else label.default,
         label.range, label.about]
        for key, label in keys
    )  # fmt: skip
    return _table(["键 · key", "名称", "name", "单位 · unit", "默认 · default", "范围 · range", "说明 · about"], rows)


def parameters() -> str:
    """Every coefficient of behaviour, a section for each group."""
    parts = [
        "# 行为系数 · Coefficients of behaviour\n", MADE,
        "每个系数只在 `engine/dacu/behaviour/parameters.yaml` 出现一次;方案里用 `behaviour.组.名` 改,或 `--set`。\n\n"
        "Each stands once, in `engine/dacu/behaviour/parameters.yaml`; a scenario or `--set` may change it by its "
        "path. Grade: L is a published estimate, P a practitioner's range, C set by calibration in this project. What "
        "the formulas do with them: [the model](../model.md).\n",
    ]  # fmt: skip
    for group, rows in groupby(table(), key=lambda one: one.path.split(".")[1]):
        parts.append(f"## {group}\n")
        parts.append(_table(
            ["路径 · path", "值 · value", "单位 · unit", "范围 · range", "等级 · grade", "来源 · source"],
            ([f"`{one.path}`", one.value, one.unit, f"{one.low:g} – {one.high:g}", one.grade, one.source]
             for one in rows),
        ))  # fmt: skip
    return "\n".join(parts)


def kpis() -> str:
    """Every KPI with its formula."""
    head = [
        "# 指标 · KPIs\n", MADE,
        "每个指标是若干计数之和,或一和除以另一和;从不取比率的平均。哪个方向算好,见“好”一栏。\n\n"
        "Each is a sum of counts, or one sum over another, never a mean of ratios.\n",
    ]  # fmt: skip
    columns = ["id", "名称", "name", "单位 · unit", "好 · better", "公式 · formula", "说明", "about"]
    rows = (
        [f"`{kpi.id}`", kpi.zh, kpi.en, kpi.unit, BETTER[kpi.better], f"`{_formula(kpi)}`", kpi.about_zh, kpi.about_en]
        for kpi in KPIS
    )
    return "\n".join([*head, _table(columns, rows)])


def _formula(kpi: Kpi) -> str:
    above = f"{kpi.times} × ({kpi.above})" if kpi.times != 1 else kpi.above
    if not kpi.below:
        return above
    return f"({above}) ÷ ({kpi.below})" if " " in above + kpi.below else f"{above} ÷ {kpi.below}"


def hour() -> str:
    """The steps of an hour, in order."""
    rows = (
        [str(place), f"`{step.id}`", step.zh, step.en, _list(step.reads), _list(step.writes),
         _list(stream.name.lower() for stream in step.streams)]
        for place, step in enumerate(STEPS, 1)
    )  # fmt: skip
    return _table(["", "step", "步骤", "what happens", "reads", "writes", "draws"], rows)


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "–"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (columns, ["---"] * len(columns), *rows)
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def pages() -> Iterator[tuple[Path, str]]:
    """Every page that is made, with its text."""
    for name, text in (("scenario", scenario()), ("parameters", parameters()), ("kpis", kpis())):
        yield DOCS / "reference" / f"{name}.md", text
    model = DOCS / "model.md"
    yield model, HOUR.sub(lambda found: found[1] + "\n" + hour() + "\n" + found[2], model.read_text(encoding="utf-8"))


if __name__ == "__main__":
    for page, text in pages():
        page.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{page}\n")
