"""Tables of creators (达人表): the CSV file of `kols.<group>.from_table` becomes the group's members."""

from __future__ import annotations

import csv
import io
import os.path
from collections.abc import Callable, Iterator

from dacu.errors import Finding, InputError, Mark
from dacu.language.patch import overlay
from dacu.language.schema import label
from dacu.language.tree import Branch, Leaf, Node, Sequence
from dacu.levers.creators import OWN
from dacu.levers.kol import Creator

ReadText = Callable[[str], tuple[str, str]]
LISTS = frozenset({"posts", "skus", "topics"})
"""Columns whose cells hold several values, with ; between them."""
KEYS = {key: key for key in Creator.model_fields if key != "guarantee"}
HEADINGS = KEYS | {label(Creator.model_fields[key]).zh: key for key in KEYS} | {"name": "name", "名称": "name"}
"""What a heading may say, the key or its Chinese name."""


def with_tables(tree: Branch, read_text: ReadText) -> Branch:
    """The tree with every table of creators read in. InputError for a file or table that cannot be."""
    kols = tree.children.get("kols")
    if not isinstance(kols, Branch):
        return tree
    groups = {name: _listed(group, read_text) for name, group in kols.children.items()}
    return _with(tree, "kols", Branch(groups, kols.mark, kols.key_marks))


def _listed(group: Node, read_text: ReadText) -> Node:
    """A group with its table in the place of the file's name; what it says itself holds where a row says nothing."""
    table = group.children.get("from_table") if isinstance(group, Branch) else None
    if not isinstance(group, Branch) or not isinstance(table, Leaf) or table.text is None:
        return group
    file, text = read_text(os.path.join(os.path.dirname(table.mark.file), table.text))
    shared = {key: node for key, node in group.children.items() if key not in OWN}
    marks = {key: group.key_marks[key] for key in shared}
    members: dict[str, Node] = {}
    member_marks: dict[str, Mark] = {}
    for place, (name, row) in enumerate(_rows(text, file)):
        if name in members:
            raise InputError(Finding("table_name_twice", row.mark, value=name))
        own = Branch(shared, row.mark, marks)
        if "posts" in group.children:
            own = _with(own, "posts", _in_turn(group.children["posts"], place))
        members[name], member_marks[name] = overlay(own, row), row.mark
    rest = {key: node for key, node in group.children.items() if key != "from_table"}
    whole = Branch(rest, group.mark, {key: group.key_marks[key] for key in rest})
    return _with(whole, "members", Branch(members, table.mark, member_marks))


def _rows(text: str, file: str) -> Iterator[tuple[str, Branch]]:
    """Name and cells of each row; empty cells are not set, empty rows skipped."""
    reader = csv.reader(io.StringIO(text, newline=""))
    heading = [cell.strip() for cell in next(reader, [])]
    top = Mark(file, 1, 1)
    for cell in heading:
        if cell not in HEADINGS:
            raise InputError(Finding("table_column_unknown", top, value=cell))
    keys = [HEADINGS[cell] for cell in heading]
    if "name" not in keys:
        raise InputError(Finding("table_without_name", top))
    for cells in reader:
        mark = Mark(file, reader.line_num, 1)
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(keys):
            counts = {"count": str(len(cells)), "columns": str(len(keys))}
            raise InputError(Finding("table_ragged", mark, args=counts))
        row = {key: cell.strip() for key, cell in zip(keys, cells, strict=True) if cell.strip()}
        if "name" not in row:
            raise InputError(Finding("table_without_name", mark))
        name = row.pop("name")
        yield name, Branch({key: _cell(key, cell, mark) for key, cell in row.items()}, mark, dict.fromkeys(row, mark))


def _cell(key: str, text: str, mark: Mark) -> Node:
    if key not in LISTS:
        return Leaf(text, mark)
    parts = text.replace("\uff1b", ";").split(";")
    return Sequence(tuple(Leaf(part.strip(), mark) for part in parts if part.strip()), mark)


def _in_turn(posts: Node, place: int) -> Node:
    """The group's posts are shared out among its members in turn."""
    if not isinstance(posts, Sequence) or not posts.items:
        return posts
    return Sequence((posts.items[place % len(posts.items)],), posts.mark)


def _with(branch: Branch, key: str, node: Node) -> Branch:
    return Branch({**branch.children, key: node}, branch.mark, {**branch.key_marks, key: node.mark})
