"""A composed tree against a block: the finished block, or every finding with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from dacu.errors import Finding, Mark
from dacu.language.block import Block, Problem
from dacu.language.explain import explain, written
from dacu.language.paths import join_path
from dacu.language.tree import Branch, Leaf, Node, Sequence, find

B = TypeVar("B", bound=Block)


def validate(model: type[B], tree: Branch) -> tuple[B | None, list[Finding]]:
    """The block that `tree` describes and no findings, or None and all findings in the order of the file.

    The checks across fields (`Block.check`) are asked once every single field is right.
    """
    try:
        block = model.model_validate(plain(tree))
    except ValidationError as error:
        return None, _in_order(explain(model, tree, error))
    findings = _in_order(_told(problem, path, tree) for path, problem in _problems(block, ()))
    return (None, findings) if findings else (block, [])


def misread(model: type[Block], tree: Branch) -> list[Finding]:
    """What is wrong with single values of the tree, in the order of the file; checks across fields are not asked."""
    try:
        model.model_validate(plain(tree))
    except ValidationError as error:
        return _in_order(explain(model, tree, error))
    return []


def plain(node: Node) -> Any:
    """The tree as nested dicts, lists and texts."""
    match node:
        case Branch():
            return {key: plain(child) for key, child in node.children.items()}
        case Sequence():
            return [plain(child) for child in node.items]
        case Leaf():
            return node.text


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (finding.mark or Mark("", 0, 0), finding.path))


def _problems(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Problem]]:
    """What the checks of all blocks at and below `value` find, each with the path of its block."""
    if isinstance(value, Block):
        for problem in value.check():
            yield path, problem
        for name in type(value).model_fields:
            yield from _problems(getattr(value, name), (*path, name))
    elif isinstance(value, Mapping):
        for name, child in value.items():
            yield from _problems(child, (*path, str(name)))
    elif isinstance(value, (list, tuple)):
        for index, child in enumerate(value):
            yield from _problems(child, (*path, str(index)))


def _told(problem: Problem, block: tuple[str, ...], tree: Branch) -> Finding:
    path = (*block, *problem.at)
    node, mark, whole = find(tree, path)
    args = dict(problem.args)
    if problem.against:
        other = find(tree, (*block, *problem.against))[1]
        args |= {"against": join_path((*block, *problem.against)), "where": f"{other.file}:{other.line}"}
    return Finding(
        problem.code,
        mark,
        join_path(path),
        written(node) if whole or isinstance(node, Leaf) else "",
        args,
        problem.hint,
    )
