"""What pydantic says of a tree, as findings: the place, the planner's words, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from dacu.errors import Finding, nearest
from dacu.language.block import Block, Bounds
from dacu.language.family import TAG, Family
from dacu.language.fields import Form
from dacu.language.paths import join_path
from dacu.language.text import flow
from dacu.language.tree import Branch, Leaf, Node, Sequence, find, is_unset

_SHAPES = {
    "not_a_scalar": "not_a_scalar",
    "model_type": "not_a_block",
    "dict_type": "not_a_block",
    "list_type": "not_a_list",
    "tuple_type": "not_a_list",
}


def explain(model: type[Block], tree: Branch, error: ValidationError) -> Iterator[Finding]:
    """One finding a value. Of a value that may take several forms, the complaint of the form tried is kept."""
    by_path: dict[str, list[Finding]] = {}
    for detail in error.errors(include_url=False):
        finding = _Case(model, tree, detail).finding()
        by_path.setdefault(finding.path, []).append(finding)
    for path, findings in by_path.items():
        fitting = [finding for finding in findings if finding.code not in _SHAPES.values()]
        deeper = any(other.startswith(path + ".") for other in by_path)
        if fitting or not deeper:
            yield max(fitting or findings, key=lambda finding: bool(finding.hint))


def parts(annotation: Any) -> Iterator[Any]:
    """What an annotation is made of: the members of its unions, and what is annotated to them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        base, *extras = get_args(annotation)
        yield from parts(base)
        yield from extras
    elif origin in (Union, UnionType):
        for member in get_args(annotation):
            yield from parts(member)
    else:
        yield annotation


def below(annotation: Any, name: str) -> Any:
    """The annotation of what stands under `name` in a value of this annotation, None when nothing may."""
    for part in parts(annotation):
        origin, inner = get_origin(part), get_args(part)
        if isinstance(part, type) and issubclass(part, Block) and name in part.model_fields:
            field = part.model_fields[name]
            return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        if origin is dict:
            return inner[1]
        if origin in (list, tuple):
            return inner[int(name)] if len(inner) > 1 and inner[1] is not ... else inner[0]
    return None


class _Case:
    """One error of pydantic, followed from the model's root down to the value."""

    def __init__(self, model: type[Block], tree: Branch, detail: ErrorDetails) -> None:
        self.detail = detail
        self.tree = tree
        self.path: tuple[str, ...] = ()
        self.node: Node = tree
        self.annotation: Any = model
        self.around: Any = None
        self.kinds: Mapping[str, type[Block]] = {}
        for place in detail["loc"]:
            self._follow(place)

    def _follow(self, place: int | str) -> None:
        """One step of pydantic's place, which also names tags and union members: they are no part of the path."""
        if isinstance(place, str) and place.startswith(TAG):
            self.annotation = self.kinds[place.removeprefix(TAG)]
        elif isinstance(self.node, Branch) and place in self.node.children:
            self._enter(str(place), self.node.children[str(place)])
        elif isinstance(self.node, Sequence) and isinstance(place, int) and place < len(self.node.items):
            self._enter(str(place), self.node.items[place])

    def _enter(self, name: str, node: Node) -> None:
        self.kinds = next((part.kinds for part in parts(self.annotation) if isinstance(part, Family)), {})
        self.around = self.annotation
        self.path, self.node, self.annotation = (*self.path, name), node, below(self.annotation, name)

    def finding(self) -> Finding:
        """The finding, in the planner's terms."""
        match self.detail["type"]:
            case "extra_forbidden":
                return self._unknown_key()
            case "missing":
                return self._missing()
            case "literal_error":
                return self._choice()
            case "union_tag_invalid" | "union_tag_not_found":
                return self._kind()
            case "below_minimum" | "not_above" | "above_maximum" | "not_below":
                return self._out_of_range()
            case shape if shape in _SHAPES:
                return self._wrong_shape(_SHAPES[shape])
            case code:
                return self._refused(code)

    def _found(self, code: str, args: Mapping[str, str] | None = None, hint: str = "") -> Finding:
        mark = find(self.tree, self.path)[1]
        return Finding(code, mark, join_path(self.path), written(self.node), args or {}, hint)

    def _unknown_key(self) -> Finding:
        *above, key = self.path
        parent = find(self.tree, tuple(above))[0]
        mark = parent.key_marks[key] if isinstance(parent, Branch) else parent.mark
        return Finding("unknown_key", mark, join_path(self.path), key, {}, nearest(_keys(self.around), key))

    def _missing(self) -> Finding:
        return self._found("missing_key", {"key": str(self.detail["loc"][-1])})

    def _choice(self) -> Finding:
        options = [
            str(option) for part in parts(self.annotation) if get_origin(part) is Literal for option in get_args(part)
        ]
        return self._found("not_a_choice", {"options": ", ".join(options)}, nearest(options, written(self.node)))

    def _kind(self) -> Finding:
        """A thing of a family whose kind is unknown or not told."""
        if not isinstance(self.node, Branch):
            return self._wrong_shape("not_a_block")
        kinds = next(part.kinds for part in parts(self.around) if isinstance(part, Family))
        options = {"options": ", ".join(kinds)}
        told = self.node.children.get("type")
        if told is None or is_unset(told):
            return self._found("type_missing", options, nearest(kinds, self.path[-1]))
        self._enter("type", told)
        return self._found("unknown_type", options, nearest(kinds, written(self.node)))

    def _out_of_range(self) -> Finding:
        values = self.detail["ctx"]["values"]
        bounds = next(part for part in parts(self.annotation) if isinstance(part, Bounds))
        if values["at"]:
            self._follow(int(values["at"]) if isinstance(self.node, Sequence) else values["at"])
        form = form_of(self.annotation)
        bound = form.show(getattr(bounds, values["bound"])) if form else str(getattr(bounds, values["bound"]))
        return self._found(self.detail["type"], {"bound": bound}, _meant(written(self.node), form, bounds))

    def _wrong_shape(self, code: str) -> Finding:
        return self._found("nothing_to_remove" if is_unset(self.node) else code)

    def _refused(self, code: str) -> Finding:
        context = self.detail.get("ctx", {})
        if "values" not in context:
            return self._found("not_valid", {"why": self.detail["msg"]})
        values = dict(context["values"])
        if "against" in values:
            other = find(self.tree, (*self.path, values["against"]))[1]
            values["where"] = f"{other.file}:{other.line}"
            self._follow(values["at"])
        return self._found(code, values, context["hint"])


def written(node: Node) -> str:
    """A value as the planner wrote it."""
    return (node.text or "") if isinstance(node, Leaf) else flow(node)


def _keys(annotation: Any) -> list[str]:
    blocks = (part for part in parts(annotation) if isinstance(part, type) and issubclass(part, Block))
    return [key for block in blocks for key in block.model_fields]


def form_of(annotation: Any) -> Form | None:
    """How a value of this annotation, or each value in it, is written."""
    for part in parts(annotation):
        if isinstance(part, Form):
            return part
        inner = get_args(part)
        if get_origin(part) in (dict, list, tuple):
            found = form_of(inner[-1] if get_origin(part) is dict else inner[0])
            if found:
                return found
    return None


def form_at(model: type[Block], tree: Branch, names: Iterable[str]) -> Form | None:
    """How the value at a path is written, told by the kinds of the things on its way; None for what is no scalar."""
    annotation: Any = model
    node: Node | None = tree
    for name in names:
        family = next((part for part in parts(annotation) if isinstance(part, Family)), None)
        annotation = below(annotation, name)
        node = node.children.get(name) if isinstance(node, Branch) else None
        if family is not None:
            told = node.children.get("type") if isinstance(node, Branch) else None
            kind = told.text if isinstance(told, Leaf) and told.text else name
            annotation = family.kinds.get(kind, family.kinds.get(family.default or ""))
    return next((part for part in parts(annotation) if isinstance(part, Form)), None)


def _meant(text: str, form: Form | None, bounds: Bounds) -> str:
    """The value inside the range that a slip of the pen turns into `text`: a sign too many, a % forgotten."""
    slips = [text[1:]] if text.startswith("-") else [text + "%"] if form and form.name == "share" else []
    for slip in slips:
        try:
            bounds.check(form.value(slip) if form else None)
        except PydanticCustomError:
            continue
        return slip
    return ""
