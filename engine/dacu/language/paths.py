"""Scenario paths: dotted names, those with dots or blanks in double quotes: `channels."千川.直播".daily_budget`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dacu.errors import Finding, InputError

_SEGMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^."=\s][^."=]*)', re.DOTALL)
_NEEDS_QUOTES = re.compile(r'[."=\\\s]')


def split_path(path: str) -> tuple[str, ...]:
    """The names of a dotted path. Raises InputError when it is none."""
    names = names_in(path)
    if not names:
        raise InputError(Finding("not_a_path", path=path, value=path))
    return names


def names_in(path: str) -> tuple[str, ...]:
    """The names of a dotted path, () when it is none."""
    names, end = _names(path)
    return names if end == len(path) else ()


def split_setting(setting: str) -> tuple[tuple[str, ...], str]:
    """`PATH=VALUE` as names and the value's text. Raises InputError when there is no path, or no `=` after it."""
    names, end = _names(setting)
    if not names or setting[end : end + 1] != "=":
        raise InputError(Finding("not_a_setting", value=setting))
    return names, setting[end + 1 :]


def _names(text: str) -> tuple[tuple[str, ...], int]:
    """The names at the start of `text`, and where they end."""
    names: list[str] = []
    end = 0
    while found := _SEGMENT.match(text, end):
        names.append(re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL) if found[2] is None else found[2].rstrip())
        end = found.end()
        if text[end : end + 1] != ".":
            return tuple(names), end
        end += 1
    return (), 0


def join_path(names: Iterable[str]) -> str:
    """The dotted path of these names; `split_path` reads it back."""
    return ".".join(_quoted(name) for name in names)


def _quoted(name: str) -> str:
    if name and not _NEEDS_QUOTES.search(name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
