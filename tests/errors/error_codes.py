"""The codes of findings: those that the source raises, and those that meanings.toml explains."""

from __future__ import annotations

import ast
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dacu import words

ROOT = Path(__file__).parents[2]
SOURCES = ("engine", "cli")
MAKERS = {
    "Finding", "Problem", "Unreadable", "Violation", "refusal", "finding", "_finding", "_found", "_warning",
    "_wrong_shape", "decimal",
}  # fmt: skip
"""What a code is handed to."""
CODE_COMES = 2
"""A code is the first or the second argument."""


@dataclass(frozen=True)
class Group:
    """Codes that mean the same to a planner: what it is, what to do, and the exit code that it ends with (0: none)."""

    name: str
    exit: int
    title: dict[str, str]
    means: dict[str, str]
    do: dict[str, str]
    codes: tuple[str, ...]


@cache
def groups() -> tuple[Group, ...]:
    """What meanings.toml says, in its order."""
    text = (Path(__file__).parent / "meanings.toml").read_text(encoding="utf-8")
    return tuple(Group(name, **(told | {"codes": tuple(told["codes"])})) for name, told in tomllib.loads(text).items())


def raised() -> set[str]:
    """Codes that stand in a call which makes a finding."""
    calls = (node for tree in _trees() for node in ast.walk(tree) if isinstance(node, ast.Call))
    given = (argument for call in calls if _name(call.func) in MAKERS for argument in _first(call))
    return {text for argument in given for text in _texts(argument)} & set(words.catalogue())


def written() -> set[str]:
    """Every text of the source: a code that is none of them is used by nobody."""
    return {text for tree in _trees() for text in _texts(tree)}


@cache
def _trees() -> tuple[ast.Module, ...]:
    files = (file for folder in SOURCES for file in sorted((ROOT / folder).rglob("*.py")))
    return tuple(ast.parse(file.read_text(encoding="utf-8")) for file in files)


def _name(function: ast.expr) -> str:
    return getattr(function, "id", None) or getattr(function, "attr", "")


def _first(call: ast.Call) -> list[ast.expr]:
    return [*call.args[:CODE_COMES], *(word.value for word in call.keywords if word.arg == "code")]


def _texts(tree: ast.AST) -> set[str]:
    found = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {value for value in found if isinstance(value, str)}
