"""Writes docs/shapes.md: the model's shapes beside those of open data. `make shapes`."""

from __future__ import annotations

import sys
from pathlib import Path

import measures
from rows import ROWS, Row, known_off

REPLICATIONS = 2
PAGE = Path(__file__).resolve().parents[2] / "docs" / "shapes.md"
HEAD = """# 形状对照 · Shapes beside real data

由 `make shapes` 生成,勿手改。现实数字取自公开数据集,来源与算法记在 `tests/shapes/derived.yaml`;
模型数字为 {replications} 次小规模复制({agents:,} 个体)的均值,括号内为最小与最大值。
模型不记加购前的浏览,首次浏览即加购那次。直播间的现实数字为二十位大主播场次的第 10、50、90 百分位。

Made by `make shapes`; do not edit. Real figures come from open data sets, with sources and methods in
`tests/shapes/derived.yaml`. The model's are means of {replications} small replications ({agents:,} agents),
in brackets the lowest and highest. The model keeps no browsing before a cart: its first view is the one that
led to it. A room's real figures are the 10th, 50th and 90th percentile of sessions of twenty large hosts.

| 图形 · figure | 现实 · real | 模型 · model | 可接受 · accepted | 合? · within? |
|---|---|---|---|---|
"""


def line(row: Row, values: list[float]) -> str:
    """One row of the table."""
    mean = sum(values) / len(values)
    model = f"{mean:.3g} ({min(values):.3g}–{max(values):.3g})"
    within = "是 · yes" if row.holds(mean) else "否 · **no**"
    return f"| {row.zh} · {row.en} | {row.beside} | {model} | {row.low:.3g}–{row.high:.3g} | {within} |\n"


def why_off() -> str:
    """The rows that the model is known to miss, with the reasons."""
    rows, off = {row.figure: row for row in ROWS}, known_off()
    told = (
        f"- {rows[figure].zh} · {rows[figure].en}: {facts['zh']} · {facts['en']}\n" for figure, facts in off.items()
    )
    return "\n## 模型偏离之处 · Where the model is off\n\n" + "".join(told)


def page() -> str:
    """The whole page."""
    table = "".join(line(row, [row.value(replication) for replication in range(REPLICATIONS)]) for row in ROWS)
    return HEAD.format(replications=REPLICATIONS, agents=measures.AGENTS) + table + why_off()


if __name__ == "__main__":
    text = page()
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
