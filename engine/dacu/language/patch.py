"""Patches: variants and `--set` settings, and how one tree is laid over another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from dacu.errors import Finding, InputError, Mark, nearest
from dacu.language.chain import RESERVED, File
from dacu.language.paths import join_path, split_setting
from dacu.language.source import DEEPEST, key_fault, parse
from dacu.language.tree import UNSET, Branch, Leaf, Node, is_unset, walk

Path = tuple[str, ...]


def overlay(base: Branch, patch: Branch, keep_unset: bool = False) -> Branch:
    """`base` with what `patch` sets. An unset leaf removes what it meets; `keep_unset` keeps it, to remove later."""
    children, key_marks = dict(base.children), dict(base.key_marks)
    for key, node in patch.children.items():
        met = children.get(key)
        if isinstance(met, Branch) and isinstance(node, Branch):
            children[key] = overlay(met, node, keep_unset)
        elif is_unset(node) and met is not None and not is_unset(met) and not keep_unset:
            del children[key], key_marks[key]
        else:
            children[key], key_marks[key] = node, patch.key_marks[key]
    return Branch(children, base.mark, key_marks)


def inherit(patches: dict[str, Branch], file: File) -> dict[str, Branch]:
    """The parents' variants `patches` with those of `file`: one of the same name is continued, null drops it."""
    node = file.tree.children.get("variants")
    if node is None or is_unset(node):
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
        below = merged[name] if name in merged else Branch({}, patch.mark, {})
        merged[name] = overlay(below, patch, keep_unset=True)
    return merged


def _check_reserved(patch: Branch, path: tuple[str, ...]) -> None:
    for key in RESERVED:
        if key in patch.children:
            raise InputError(Finding("variant_reserved", patch.key_marks[key], join_path((*path, key)), key))


def variant_patch(names: tuple[str, ...], patches: dict[str, Branch], reference: str) -> Branch:
    """The named variants as one patch. Raises InputError for an unknown one, and for two that collide."""
    findings = [_unknown(name, patches, reference) for name in names if name not in patches]
    findings += [Finding("variant_twice", value=name) for name in set(names) if names.count(name) > 1]
    if not findings:
        findings = list(_collisions({name: patches[name] for name in names}))
    if findings:
        raise InputError(*findings)
    merged = Branch({}, Mark(reference, 1, 1), {})
    for name in names:
        merged = overlay(merged, patches[name], keep_unset=True)
    return merged


def _unknown(name: str, patches: dict[str, Branch], reference: str) -> Finding:
    args = {"variants": ", ".join(patches) or "–"}
    return Finding("variant_unknown", path=reference, value=name, args=args, hint=nearest(patches, name))


def _collisions(patches: dict[str, Branch]) -> Iterator[Finding]:
    """Where two patches set the same leaf, or one replaces or removes what the other reaches into."""
    for (first, one), (second, other) in combinations(patches.items(), 2):
        ones, others = dict(walk(one)), dict(walk(other))
        meetings = set(_meetings(ones, others)) | {(mine, theirs) for theirs, mine in _meetings(others, ones)}
        for mine, theirs in sorted(meetings):
            pair = (ones[mine], others[theirs])
            upper, lower, path = (*pair, theirs) if len(mine) <= len(theirs) else (*pair[::-1], mine)
            if not _agree(upper, lower, mine == theirs):
                mark = ones[mine].mark
                args = {"first": first, "second": second, "where": f"{mark.file}:{mark.line}"}
                yield Finding("variants_collide", others[theirs].mark, join_path(path), args=args)


def _meetings(upper: dict[Path, Node], lower: dict[Path, Node]) -> Iterator[tuple[Path, Path]]:
    """Each path of `lower` with every path of `upper` at or above it."""
    for path in lower:
        for depth in range(len(path) + 1):
            if path[:depth] in upper:
                yield path[:depth], path


def _agree(upper: Node, lower: Node, same_place: bool) -> bool:
    """Whether both may stand: an empty mapping replaces nothing, and two may remove the same thing."""
    if same_place:
        return (is_unset(upper) and is_unset(lower)) or (isinstance(upper, Branch) and isinstance(lower, Branch))
    return isinstance(upper, Branch)


def setting_patch(setting: str, number: int) -> Branch:
    """A `PATH=VALUE` as a patch; its marks name the setting by its number as the line."""
    names, value = split_setting(setting)
    mark = Mark("--set", number, len(setting) - len(value) + 1)
    if names[0] in RESERVED:
        raise InputError(Finding("setting_reserved", mark, join_path(names), names[0]))
    if len(names) >= DEEPEST:
        raise InputError(Finding("too_deep", mark, args={"deepest": str(DEEPEST)}))
    for fault in filter(None, map(key_fault, names)):
        raise InputError(Finding(fault, mark, value=join_path(names)))
    return leaf_patch(names, _value(value, mark))


def leaf_patch(names: Sequence[str], value: Node) -> Branch:
    """A patch that sets one path."""
    *above, last = names
    node = Branch({last: value}, value.mark, {last: value.mark})
    for name in reversed(above):
        node = Branch({name: node}, value.mark, {name: value.mark})
    return node


def _value(text: str, mark: Mark) -> Node:
    """A setting's value: YAML if it starts as a list, mapping or quote, else the text itself: no `#` cuts it short."""
    text = text.strip()
    if not text.startswith(("[", "{", '"', "'")):
        return Leaf(None if text in UNSET else text, mark)
    padding = "\n" * (mark.line - 1) + " " * (mark.column - 1)
    return parse(padding + text, mark.file) or Leaf(None, mark)
