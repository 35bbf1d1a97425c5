"""The coefficients of behaviour: read from parameters.yaml, laid under every scenario, checked, given to code by name.

`root()` is the tree that stands under each scenario file as `behaviour.*`, so origins, diff and --set just work;
`read()` turns a composed tree into `Behaviour`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, get_type_hints

from dacu import units
from dacu.behaviour.coefficients import Behaviour, Category, Format, Medium, Persona
from dacu.errors import Finding, InputError
from dacu.language.source import parse_mapping
from dacu.language.tree import Branch, Leaf, Node, Sequence
from dacu.store import read_text

FILE = "parameters.yaml"
ROWS: dict[str, type[Persona] | type[Medium] | type[Format] | type[Category]] = {
    "personas": Persona,
    "channels": Medium,
    "formats": Format,
    "categories": Category,
}
"""Groups whose lists have named columns: `behaviour.channels.feed_ads.click_rate` is a path of its own."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One coefficient as documented: dotted path, value as written, unit, valid range, evidence grade, source."""

    path: str
    value: str
    unit: str
    low: float
    high: float
    grade: str
    source: str


@cache
def _document() -> Branch:
    path = str(files("dacu.behaviour") / FILE)
    return parse_mapping(read_text(path), FILE)


@cache
def root() -> Branch:
    """The tree `behaviour: {group: {name: value}}` with the marks of parameters.yaml; parent of every scenario."""
    document = _document()
    groups: dict[str, Node] = {
        group: _branch({name: _values(group, entry) for name, entry in _children(entries)}, entries)
        for group, entries in _children(document)
    }
    return _branch({"behaviour": _branch(groups, document)}, document)


@cache
def table() -> tuple[Parameter, ...]:
    """Every coefficient with its documentation, in the order of the file."""
    return tuple(_parameters())


def read(behaviour: Branch) -> Behaviour:
    """The coefficients of a composed `behaviour` tree.

    Raises InputError, with all findings at once, for unknown names, values that are no numbers and values out of range.
    """
    ranges = {parameter.path: parameter for parameter in table()}
    findings: list[Finding] = list(_unknown(behaviour))
    groups = {}
    for group in get_type_hints(Behaviour):
        entries = dict(_children(_child(behaviour, group)))
        groups[group] = {
            name: _read(f"behaviour.{group}.{name}", node, ranges, findings) for name, node in entries.items()
        }
    if findings:
        raise InputError(*findings)
    return Behaviour(**{group: _group(group, values) for group, values in groups.items()})


def overridden(behaviour: Branch) -> tuple[tuple[str, str, str], ...]:
    """Coefficients a scenario changes: (path, documented value, value in the scenario)."""
    known = {path: _text(node) for path, node in _leaves(_child(root(), "behaviour"), "behaviour")}
    now = ((path, _text(node)) for path, node in _leaves(behaviour, "behaviour"))
    return tuple((path, known[path], text) for path, text in now if path in known and known[path] != text)


def _parameters() -> Iterator[Parameter]:
    for group, entries in _children(_document()):
        for name, entry in _children(entries):
            facts = dict(_children(entry))
            rest = (_text(facts["grade"]), _text(facts["source"]))
            leaves = list(_leaves(_values(group, entry), f"behaviour.{group}.{name}"))
            for (path, node), (low, high) in zip(leaves, _ranges(facts["range"], len(leaves)), strict=True):
                yield Parameter(path, _text(node), _text(facts["unit"]), low, high, *rest)


def _ranges(node: Node, leaves: int) -> list[tuple[float, float]]:
    """One range for all leaves of an entry, or one for each column of a table's row."""
    items = _items(node)
    pairs = [_items(item) for item in items] if isinstance(items[0], Sequence) else [items] * leaves
    return [(float(_text(low)), float(_text(high))) for low, high in pairs]


def _values(group: str, entry: Node) -> Node:
    """The value of an entry; a row of a table becomes a branch with the table's column names."""
    value = dict(_children(entry))["value"]
    if group not in ROWS:
        return value
    columns = dict(zip(ROWS[group]._fields, _items(value), strict=True))
    return Branch(columns, value.mark, {name: node.mark for name, node in columns.items()})


def _group(group: str, values: dict[str, Any]) -> Any:
    if group in ROWS:
        return {name: ROWS[group](**row) for name, row in values.items()}
    if group == "interests":
        return values
    return get_type_hints(Behaviour)[group](**values)


def _read(path: str, node: Node, ranges: dict[str, Parameter], findings: list[Finding]) -> Any:
    if isinstance(node, Branch):
        return {name: _read(f"{path}.{name}", child, ranges, findings) for name, child in _children(node)}
    if isinstance(node, Sequence):
        return tuple(_number(path, item, ranges, findings) for item in node.items)
    return _number(path, node, ranges, findings)


def _number(path: str, node: Node, ranges: dict[str, Parameter], findings: list[Finding]) -> float:
    text = _text(node)
    try:
        value = units.parse_number(text)
    except units.Unreadable:
        findings.append(Finding("no_number", node.mark, path, text, {}, ""))
        return 0.0
    parameter = ranges.get(path)
    if parameter and not parameter.low <= value <= parameter.high:
        limits = {"low": f"{parameter.low:g}", "high": f"{parameter.high:g}", "unit": parameter.unit}
        findings.append(Finding("coefficient_out_of_range", node.mark, path, text, limits, ""))
    return value


def _unknown(behaviour: Branch) -> Iterator[Finding]:
    """Names that parameters.yaml does not have, or lists where it has numbers."""
    known = {path for path, _ in _leaves(_child(root(), "behaviour"), "behaviour")}
    for path, node in _leaves(behaviour, "behaviour"):
        if path not in known:
            yield Finding("unknown_coefficient", node.mark, path, _text(node), {}, "dacu list parameters")


def _leaves(node: Node, path: str) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Branch):
        for name, child in _children(node):
            yield from _leaves(child, f"{path}.{name}")
    else:
        yield path, node


def _text(node: Node) -> str:
    if isinstance(node, Leaf):
        return node.text or ""
    if isinstance(node, Sequence):
        return "[" + ", ".join(_text(item) for item in node.items) + "]"
    return "{…}"


def _children(node: Node) -> Iterator[tuple[str, Node]]:
    return iter(node.children.items()) if isinstance(node, Branch) else iter(())


def _child(node: Branch, name: str) -> Branch:
    child = node.children.get(name)
    return child if isinstance(child, Branch) else Branch({}, node.mark, {})


def _items(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()


def _branch(children: dict[str, Node], like: Node) -> Branch:
    return Branch(children, like.mark, {name: child.mark for name, child in children.items()})
