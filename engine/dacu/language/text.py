"""A tree written as YAML again: a value on one line (`flow`), or a whole file with its origins (`dump`)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from dacu.errors import inert, shown
from dacu.language.tree import UNSET, Branch, Leaf, Node, Sequence

_WORD = r"[0-9A-Za-z_¥%+/\u4e00-\u9fff-]"
_PLAIN = re.compile(rf"(?![-+%]*$|[%:])(?:{_WORD}|[.:](?={_WORD}))+(?: (?:{_WORD}|[.:](?={_WORD}))+)*")


def flow(node: Node) -> str:
    """The node on one line: `20万`, `[1, 2]`, `{over: 300, minus: 50}`."""
    match node:
        case Leaf():
            return "null" if node.text is None else _scalar(node.text)
        case Sequence():
            return "[" + ", ".join(flow(item) for item in node.items) + "]"
        case Branch():
            return "{" + ", ".join(f"{_scalar(key)}: {flow(child)}" for key, child in node.children.items()) + "}"


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text) and text not in UNSET and not text.startswith(("- ", "---")):
        return text
    return inert(json.dumps(text, ensure_ascii=False))


def dump(tree: Branch, origins: bool = True) -> str:
    """A scenario file that reads back as `tree`; with `origins` each value tells the file and line that set it."""
    return "\n".join(["dacu: 1", *_lines(tree, 0, origins)]) + "\n"


def _lines(branch: Branch, level: int, origins: bool) -> Iterator[str]:
    for key, child in branch.children.items():
        start = "  " * level + _scalar(key) + ":"
        if isinstance(child, Branch) and child.children:
            yield start
            yield from _lines(child, level + 1, origins)
        else:
            comment = f"  # {shown(f'{child.mark.file}:{child.mark.line}')}" if origins else ""
            yield f"{start} {flow(child)}{comment}"
