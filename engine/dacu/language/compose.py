"""A reference and its settings → one tree in which every leaf still knows the file and line that set it.

Precedence: settings > variants > file > its parent > … > the root parent (the coefficients). Variants are
patches; two of a reference may not touch the same leaf, so their order never matters.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from dacu.errors import Finding, InputError, Mark
from dacu.language.explain import nearest
from dacu.language.paths import join_path, split_path, split_setting
from dacu.language.source import (
    DEEPEST,
    UNSET,
    Branch,
    Leaf,
    Node,
    Sequence,
    is_unset,
    key_fault,
    parse,
    parse_mapping,
    walk,
)
from dacu.store import read_scenario

__all__ = ["Composed", "compose", "join_path", "leaves", "split_path", "split_reference"]

LONGEST_CHAIN = 32
"""Files that may extend each other."""
RESERVED = ("dacu", "extends", "variants")
"""Keys of the file language itself: they are no part of the composed tree."""

Path = tuple[str, ...]
Reader = Callable[[str], tuple[str, str]]
"""Path of a scenario → the file it stands for and its text; raises InputError."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A composed scenario: its tree, its name (`double11+deep_coupon`), the files read (child first), the variants there are."""

    tree: Branch
    name: str
    files: tuple[str, ...]
    variants_available: tuple[str, ...]


def compose(
    reference: str, sets: Iterable[str] = (), root: Branch | None = None, read: Reader = read_scenario
) -> Composed:
    """The tree of `FILE+variant+…` with `PATH=VALUE` settings, on top of `root` (a tree every scenario
    starts from).

    `read` fetches texts, so that they need not lie on disk. Raises InputError with every place involved.
    """
    path, chosen = split_reference(reference)
    files = list(_chain(path, read))
    tree = root or Branch({}, files[0].tree.mark, {})
    patches: dict[str, tuple[Branch, Mark]] = {}
    for file in reversed(files):
        tree = _overlay(tree, file.settings)
        patches = _inherit(patches, file)
    for patch in _chosen(chosen, patches, reference):
        tree = _overlay(tree, patch)
    for number, setting in enumerate(sets, 1):
        tree = _overlay(tree, _setting(setting, number))
    name = "+".join((_stem(path, files[0].name), *chosen))
    return Composed(tree, name, tuple(file.name for file in files), tuple(patches))


def leaves(tree: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Leaf]]:
    """Every scalar with its dotted path; items of a list count from 0."""
    for names, node in walk(tree, path):
        if isinstance(node, Leaf):
            yield join_path(names), node
        elif isinstance(node, Sequence):
            for index, child in enumerate(node.items):
                yield from leaves(child, (*names, str(index)))


def split_reference(reference: str) -> tuple[str, tuple[str, ...]]:
    """`FILE+v1+v2` as the file (or folder) and the variants' names."""
    found = re.fullmatch(r"(.*?\.ya?ml)((?:\+.*)?)", reference, re.DOTALL)
    folder, last = os.path.split(reference)
    path, rest = (
        (found[1], found[2][1:])
        if found
        else (os.path.join(folder, last.split("+")[0]), last.partition("+")[2])
    )
    return path, tuple(rest.split("+")) if rest else ()


def _stem(path: str, file: str) -> str:
    """The file's name without ending; of a run folder the folder's."""
    if path == file:
        return os.path.splitext(os.path.basename(path))[0]
    return os.path.basename(os.path.normpath(path))


# --- files ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _File:
    """One file of the chain: its name, its whole tree, and the tree without the reserved keys."""

    name: str
    tree: Branch

    @property
    def settings(self) -> Branch:
        kept = {key: child for key, child in self.tree.children.items() if key not in RESERVED}
        return Branch(kept, self.tree.mark, self.tree.key_marks)


def _chain(path: str, read: Reader) -> Iterator[_File]:
    """The file at `path`, its parent, its parent's parent … Raises InputError for a circle."""
    seen: list[str] = []
    mark: Mark | None = None
    while path:
        try:
            name, text = read(path)
        except InputError as error:
            raise _placed(error, mark) from None
        same = os.path.realpath(name)
        if same in seen:
            chain = " → ".join(os.path.basename(file) for file in (*seen[seen.index(same) :], same))
            raise InputError(Finding("extends_cycle", mark, "extends", args={"chain": chain}))
        if len(seen) >= LONGEST_CHAIN:
            raise InputError(Finding("extends_too_deep", mark, "extends", args={"most": str(LONGEST_CHAIN)}))
        seen.append(same)
        file = _File(name, parse_mapping(text, name))
        _check_version(file.tree)
        yield file
        path, mark = _parent(file)


def _placed(error: InputError, mark: Mark | None) -> InputError:
    """The error of a file that cannot be read, at the line that names the file."""
    if mark is None:
        return error
    return InputError(*(Finding(f.code, mark, "extends", f.value, f.args, f.hint) for f in error.findings))


def _check_version(tree: Branch) -> None:
    version = tree.children.get("dacu")
    if not isinstance(version, Leaf) or next(iter(tree.children)) != "dacu":
        raise InputError(Finding("version_missing", tree.mark, "dacu"))
    if version.text != "1":
        raise InputError(Finding("version_unknown", version.mark, "dacu", version.text or ""))


def _parent(file: _File) -> tuple[str, Mark | None]:
    """The path that the file extends, "" for none, and where it says so."""
    node = file.tree.children.get("extends")
    if node is None or (is_unset(node)):
        return "", None
    if not isinstance(node, Leaf) or not node.text:
        raise InputError(Finding("extends_not_text", node.mark, "extends"))
    if "://" in node.text:
        raise InputError(Finding("extends_url", node.mark, "extends", node.text))
    return os.path.normpath(os.path.join(os.path.dirname(file.name), node.text)), node.mark


# --- variants and settings --------------------------------------------------------------------------------


def _inherit(patches: dict[str, tuple[Branch, Mark]], file: _File) -> dict[str, tuple[Branch, Mark]]:
    """The variants of the parents with those of `file` over them: a variant of the same name is continued, null drops it."""
    node = file.tree.children.get("variants")
    if node is None or (is_unset(node)):
        return patches
    if not isinstance(node, Branch):
        raise InputError(Finding("variants_not_named", node.mark, "variants"))
    merged = dict(patches)
    for name, patch in node.children.items():
        if is_unset(patch) and name in merged:
            del merged[name]
            continue
        if not isinstance(patch, Branch):
            raise InputError(Finding("variants_not_named", patch.mark, join_path(("variants", name))))
        _check_reserved(patch, ("variants", name))
        below = merged[name][0] if name in merged else Branch({}, patch.mark, {})
        merged[name] = (_overlay(below, patch, keep_unset=True), node.key_marks[name])
    return merged


def _check_reserved(patch: Branch, path: tuple[str, ...]) -> None:
    for key in RESERVED:
        if key in patch.children:
            raise InputError(Finding("variant_reserved", patch.key_marks[key], join_path((*path, key)), key))


def _chosen(names: tuple[str, ...], patches: dict[str, tuple[Branch, Mark]], reference: str) -> list[Branch]:
    """The patches of the variants named. Raises InputError for an unknown one, and for two that touch the same leaf."""
    findings = [_unknown(name, patches, reference) for name in names if name not in patches]
    findings += [Finding("variant_twice", value=name) for name in set(names) if names.count(name) > 1]
    if not findings:
        findings = list(_collisions({name: patches[name][0] for name in names}))
    if findings:
        raise InputError(*findings)
    return [patches[name][0] for name in names]


def _unknown(name: str, patches: dict[str, tuple[Branch, Mark]], reference: str) -> Finding:
    args = {"variants": ", ".join(patches) or "–"}
    return Finding("variant_unknown", path=reference, value=name, args=args, hint=nearest(patches, name))


def _collisions(patches: dict[str, Branch]) -> Iterator[Finding]:
    """Where two patches set the same leaf, or one replaces or removes what the other reaches into."""
    for (first, one), (second, other) in combinations(patches.items(), 2):
        ones, others = dict(walk(one)), dict(walk(other))
        clashes = {
            path: (ones[way], node) for way, path, node in _above(ones, others) if _clash(ones[way], node)
        }
        clashes |= {
            way: (node, others[way]) for way, _, node in _above(others, ones) if _clash(others[way], node)
        }
        for path, (node, against) in clashes.items():
            args = {"first": first, "second": second, "where": f"{node.mark.file}:{node.mark.line}"}
            yield Finding("variants_collide", against.mark, join_path(path), args=args)


def _above(upper: dict[Path, Node], lower: dict[Path, Node]) -> Iterator[tuple[Path, Path, Node]]:
    """What of `upper` stands at or above each path of `lower`: the upper path, the lower path and its node."""
    for path, node in lower.items():
        for depth in range(len(path) + 1):
            if path[:depth] in upper:
                yield path[:depth], path, node


def _clash(above: Node, below: Node) -> bool:
    """Whether what stands above would replace or remove what stands below. Two removals agree; an empty mapping replaces nothing."""
    if isinstance(above, Branch):
        return is_unset(below)
    return not (is_unset(above) and is_unset(below))


def _overlay(base: Branch, patch: Branch, keep_unset: bool = False) -> Branch:
    """`base` with what `patch` sets. An unset leaf removes what it meets; with `keep_unset` it stays, to remove later."""
    children, key_marks = dict(base.children), dict(base.key_marks)
    for key, node in patch.children.items():
        met = children.get(key)
        if isinstance(met, Branch) and isinstance(node, Branch):
            children[key] = _overlay(met, node, keep_unset)
        elif is_unset(node) and met is not None and not is_unset(met) and not keep_unset:
            del children[key], key_marks[key]
        else:
            children[key], key_marks[key] = node, patch.key_marks[key]
    return Branch(children, base.mark, key_marks)


def _setting(setting: str, number: int) -> Branch:
    """A `PATH=VALUE` as a patch; its marks name the setting by its number as the line."""
    names, value = split_setting(setting)
    mark = Mark("--set", number, len(setting) - len(value) + 1)
    if names[0] in RESERVED:
        raise InputError(Finding("setting_reserved", mark, join_path(names), names[0]))
    if len(names) >= DEEPEST:
        raise InputError(Finding("too_deep", mark, args={"deepest": str(DEEPEST)}))
    for fault in filter(None, map(key_fault, names)):
        raise InputError(Finding(fault, mark, value=join_path(names)))
    node = _value(value, mark)
    for name in reversed(names):
        node = Branch({name: node}, mark, {name: mark})
    assert isinstance(node, Branch)
    return node


def _value(text: str, mark: Mark) -> Node:
    """A setting's value: YAML when it starts as a list, mapping or quote, else the text as it is (so `#` and `: ` are no trap)."""
    text = text.strip()
    if not text.startswith(("[", "{", '"', "'")):
        return Leaf(None if text in UNSET else text, mark)
    padding = "\n" * (mark.line - 1) + " " * (mark.column - 1)
    return parse(padding + text, mark.file) or Leaf(None, mark)
