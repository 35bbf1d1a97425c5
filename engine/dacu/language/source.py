"""YAML text → a tree whose every node knows its place.

Scalars stay text: what `off`, `010` or `12:30` means is said by the schema, never by YAML. The tree is
built from the parser's events, one at a time and without recursion, so that no depth, alias or merge key of
a hostile file is ever followed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

from dacu.errors import Finding, InputError, Mark, inert
from dacu.language.tree import UNSET, Branch, Leaf, Node, Sequence, is_unset

__all__ = ["Branch", "Leaf", "Node", "Sequence", "key_fault", "parse", "parse_mapping"]

DEEPEST = 64
"""Levels of nesting a file may have."""
MOST_ALIASED = 1000
"""Nodes that all aliases of a file together may stand for."""


def parse(text: str, file: str) -> Node | None:
    """The tree of a YAML text, None when there is nothing in it. `file` is what the marks call it.

    Raises InputError for what is no YAML, and for what dacu refuses: duplicate or hidden keys, tags, merge
    keys, several documents, deep nesting, many aliases.
    """
    text = text.removeprefix("\ufeff")
    _check_characters(text, file)
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise InputError(_syntax(error, text, file)) from None
    except yaml.YAMLError:
        raise InputError(Finding("yaml_syntax", Mark(file, 1, 1))) from None
    return builder.root


def parse_mapping(text: str, file: str) -> Branch:
    """The tree of a text that must be a mapping. Raises InputError as `parse`, and for an empty text or a list."""
    root = parse(text, file)
    if isinstance(root, Branch):
        return root
    if root is None or is_unset(root):
        raise InputError(Finding("empty_file", Mark(file, 1, 1)))
    raise InputError(Finding("not_a_mapping", root.mark))


_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def _check_characters(text: str, file: str) -> None:
    found = _UNPRINTABLE.search(text)
    if found:
        before = text[: found.start()]
        mark = Mark(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise InputError(Finding("unprintable", mark, args={"character": f"U+{ord(found[0]):04X}"}))


_PROBLEMS = {
    "mapping values are not allowed": "yaml_colon",
    "could not find expected ':'": "yaml_no_colon",
    "did not find expected": "yaml_layout",
    "unexpected end of stream": "yaml_open_quote",
    "cannot start any token": "yaml_character",
    "exceeded maximum nesting depth": "too_deep",
}


def _syntax(error: yaml.MarkedYAMLError, text: str, file: str) -> Finding:
    problem = error.problem or ""
    if error.problem_mark is None:
        return Finding("yaml_syntax", Mark(file, 1, 1))
    line, column = error.problem_mark.line, error.problem_mark.column
    here = "".join(text.splitlines()[line : line + 1])
    indent = here[: len(here) - len(here.lstrip())]
    known = (code for part, code in _PROBLEMS.items() if part in problem)
    code = "yaml_tab" if "\t" in indent else next(known, "yaml_syntax")
    args = {"deepest": str(DEEPEST)} if code == "too_deep" else {}
    return Finding(code, Mark(file, line + 1, column + 1), args=args)


@dataclass(slots=True)
class _Frame:
    """A mapping or list still open."""

    mark: Mark
    anchor: str | None
    mapping: bool
    size: int = 1
    key: str | None = None
    key_mark: Mark | None = None
    children: dict[str, Node] = field(default_factory=dict)
    key_marks: dict[str, Mark] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)

    def node(self) -> Node:
        return (
            Branch(self.children, self.mark, self.key_marks) if self.mapping else Sequence(tuple(self.items), self.mark)
        )


class _Builder:
    """Puts the parser's events together into one tree."""

    def __init__(self, file: str) -> None:
        self.root: Node | None = None
        self._file = file
        self._open: list[_Frame] = []
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._aliased = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        start = event.start_mark
        mark = Mark(self._file, start.line + 1, start.column + 1) if start else Mark(self._file, 1, 1)
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise InputError(Finding("several_documents", mark))
            case yaml.AliasEvent():
                self._alias(event.anchor or "", mark)
            case yaml.ScalarEvent():
                self._check_tag(event.tag, mark)
                self._scalar(event, mark)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._check_tag(event.tag, mark)
                self._enter(_Frame(mark, event.anchor, isinstance(event, yaml.MappingStartEvent)))
            case yaml.CollectionEndEvent():
                frame = self._open.pop()
                self._put(frame.node(), frame.size, frame.anchor)

    @staticmethod
    def _check_tag(tag: str | None, mark: Mark) -> None:
        if tag is not None:
            raise InputError(Finding("yaml_tag", mark, value=tag))

    def _enter(self, frame: _Frame) -> None:
        if self._at_key():
            raise InputError(Finding("key_not_text", frame.mark))
        if len(self._open) >= DEEPEST:
            raise InputError(Finding("too_deep", frame.mark, args={"deepest": str(DEEPEST)}))
        self._open.append(frame)

    def _alias(self, name: str, mark: Mark) -> None:
        if name not in self._anchors:
            raise InputError(Finding("yaml_alias", mark, value=name))
        if self._at_key():
            raise InputError(Finding("key_not_text", mark))
        node, size = self._anchors[name]
        self._aliased += size
        if self._aliased > MOST_ALIASED:
            raise InputError(Finding("too_many_aliases", mark, args={"most": str(MOST_ALIASED)}))
        self._put(node, size, None)

    def _scalar(self, event: yaml.ScalarEvent, mark: Mark) -> None:
        if self._at_key():
            self._key(event.value, mark)
            return
        unset = event.implicit[0] and event.value in UNSET
        self._put(Leaf(None if unset else event.value, mark), 1, event.anchor)

    def _at_key(self) -> bool:
        return bool(self._open) and self._open[-1].mapping and self._open[-1].key is None

    def _key(self, key: str, mark: Mark) -> None:
        frame = self._open[-1]
        if key == "<<":
            raise InputError(Finding("merge_key", mark, value=key))
        if key in frame.children:
            first = frame.key_marks[key]
            raise InputError(Finding("duplicate_key", mark, value=key, args={"first": f"{first.file}:{first.line}"}))
        hidden = key_fault(key)
        if hidden:
            raise InputError(Finding(hidden, mark, value=key))
        frame.key, frame.key_mark = key, mark

    def _put(self, node: Node, size: int, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = (node, size)
        if not self._open:
            self.root = node
            return
        frame = self._open[-1]
        frame.size += size
        if frame.mapping and frame.key is not None and frame.key_mark is not None:
            frame.children[frame.key], frame.key_marks[frame.key] = node, frame.key_mark
            frame.key = None
        else:
            frame.items.append(node)


def key_fault(key: str) -> str:
    """The code of what is wrong with a key (empty, or with a character that cannot be seen), "" if nothing."""
    if not key.strip():
        return "empty_key"
    return "hidden_character" if inert(key) != key else ""
