"""The JSON Schema of scenario files for editors, and the labels of all keys, both read from the blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic.fields import FieldInfo

from dacu.language.block import Block, Bounds
from dacu.language.explain import form_of, parts
from dacu.language.family import Family
from dacu.language.fields import Form
from dacu.units import FEN

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LIMITS = {
    "ge": ("minimum", "≥"),
    "gt": ("exclusiveMinimum", ">"),
    "le": ("maximum", "≤"),
    "lt": ("exclusiveMaximum", "<"),
}
_FILE_KEYS: dict[str, Any] = {
    "dacu": {"const": 1, "description": "方案语言版本 · version of the scenario language"},
    "extends": {"type": "string", "description": "继承的方案文件 · the file this one changes"},
    "variants": {
        "type": "object",
        "description": "具名改动 · named patches",
        "additionalProperties": {"type": "object"},
    },
}


class Label(NamedTuple):
    """What a key is called, what is written there, and within which range (`≥ 0, ≤ 100%`) or of which words.

    `default` is what holds where the key is not there, as a scenario would write it: "" for nothing, None where the key
    must be there.
    """

    zh: str
    en: str
    unit: str
    range: str
    about: str
    default: str | None

    def __str__(self) -> str:
        unit = f" [{self.unit}]" if self.unit else ""
        extent = f" ({self.range})" if self.range else ""
        return f"{self.zh} · {self.en}{unit}{extent}" + (f". {self.about}" if self.about else "")


def label(field: FieldInfo) -> Label:
    """The label of a block's field."""
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    form = form_of(_annotation(field))
    limits = [f"{sign} {form.show(bound) if form else bound}" for _, sign, bound in _limits(field)]
    unit = extra.get("unit") or (form.unit if form else "")
    return Label(
        str(extra.get("zh", "")),
        str(extra.get("en", "")),
        str(unit),
        ", ".join(limits) or " / ".join(_words(_annotation(field))),
        str(extra.get("about", "")),
        None if field.is_required() else _written(field.default, form),
    )


def _words(annotation: Any) -> Iterator[str]:
    """The words that may stand there, if only certain ones may."""
    for part in parts(annotation):
        if get_origin(part) is Literal:
            yield from map(str, get_args(part))


def _written(default: Any, form: Form | None) -> str:
    """A default as a scenario would write it; of a block its own keys tell."""
    match default:
        case None | Block():
            return ""
        case str():
            return default
        case list() | tuple():
            return ", ".join(_written(value, form) for value in default)
        case dict():
            return ", ".join(f"{name}: {_written(value, form)}" for name, value in default.items())
        case _:
            return form.show(default) if form else str(default)


def labels(model: type[Block]) -> dict[str, Label]:
    """Every key a scenario may have: `channels.*[feed_ads].daily_budget` → its label; `*` stands for a thing's name."""
    return dict(_labels(model, ()))


def _labels(model: type[Block], path: tuple[str, ...]) -> Iterator[tuple[str, Label]]:
    for name, field in _keys(model):
        here = (*path, name)
        yield ".".join(here), label(field)
        for way, block in _blocks_in(_annotation(field)):
            yield from _labels(block, (*here, *way))


def _keys(block: type[Block]) -> Iterator[tuple[str, FieldInfo]]:
    """The fields of a block by the key that a scenario writes: `from` where Python must say `from_`."""
    for name, field in block.model_fields.items():
        yield field.alias or name, field


def _blocks_in(annotation: Any) -> Iterator[tuple[tuple[str, ...], type[Block]]]:
    """The blocks that a value of this annotation holds, each with the way there."""
    found = list(parts(annotation))
    family = next((part for part in found if isinstance(part, Family)), None)
    if family:
        yield from (((f"*[{kind}]",), block) for kind, block in family.kinds.items())
        return
    for part in found:
        if isinstance(part, type) and issubclass(part, Block):
            yield (), part
        elif get_origin(part) is dict:
            yield from ((("*", *way), block) for way, block in _blocks_in(get_args(part)[1]))


def schema(model: type[Block]) -> dict[str, Any]:
    """The schema (draft 2020-12) of a file: keys may be missing (it may be a child) or null (to remove)."""
    definitions: dict[str, Any] = {}
    body = _block(model, definitions)
    body["properties"] = _FILE_KEYS | body["properties"]
    return {"$schema": DIALECT, "title": "dacu", **body, "required": ["dacu"], "$defs": definitions}


def _block(block: type[Block], definitions: dict[str, Any], in_family: bool = False) -> dict[str, Any]:
    properties = {name: _field(field, definitions) for name, field in _keys(block)}
    if in_family:
        properties["type"] = {"type": "string", "description": "类型 · type"}
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _field(field: FieldInfo, definitions: dict[str, Any]) -> dict[str, Any]:
    form = form_of(_annotation(field))
    in_yuan = bool(form and form.name == "money")
    limits = {keyword: bound / FEN if in_yuan else bound for keyword, _, bound in _limits(field)}
    return {"description": str(label(field)), **_value(_annotation(field), limits, definitions)}


def _value(annotation: Any, limits: dict[str, float], definitions: dict[str, Any]) -> dict[str, Any]:
    """What may stand for a value of this annotation: any of its forms, or null."""
    options = [option for part in parts(annotation) for option in _options(part, annotation, limits, definitions)]
    return {"anyOf": [*options, {"type": "null"}]}


def _options(part: Any, whole: Any, limits: dict[str, float], definitions: dict[str, Any]) -> Iterator[dict[str, Any]]:
    family = next((other for other in parts(whole) if isinstance(other, Family)), None)
    match part:
        case Form():
            kinds = (
                ["string", "number"] if part.numeric else ["string", "boolean"] if part.inner is bool else ["string"]
            )
            yield {"type": kinds, "examples": [part.example], **(limits if part.numeric else {})}
        case type() if issubclass(part, Block):
            yield _reference(part, definitions)
            if part.SHORT:
                yield {"type": "string", "examples": [part.SHORT]}
        case _ if get_origin(part) is Literal:
            yield {"enum": list(get_args(part))}
        case _ if get_origin(part) is dict and family:
            things = [_reference(block, definitions, in_family=True) for block in family.kinds.values()]
            thing = {
                "properties": {"type": {"enum": list(family.kinds)}},
                "anyOf": [*things, {"type": "null"}],
            }
            yield {"type": "object", "additionalProperties": thing}
        case _ if get_origin(part) is dict:
            yield {"type": "object", "additionalProperties": _value(get_args(part)[1], limits, definitions)}
        case _ if get_origin(part) in (list, tuple):
            yield {"type": "array", "items": _value(get_args(part)[0], limits, definitions)}


def _reference(block: type[Block], definitions: dict[str, Any], in_family: bool = False) -> dict[str, Any]:
    name = f"{block.__module__.rpartition('.')[2]}.{block.__name__}"
    if name not in definitions:
        definitions[name] = {}
        definitions[name] = _block(block, definitions, in_family)
    return {"$ref": f"#/$defs/{name}"}


def _annotation(field: FieldInfo) -> Any:
    return field.rebuild_annotation()


def _limits(field: FieldInfo) -> Iterator[tuple[str, str, float]]:
    """Schema keyword, sign and inner value of each bound."""
    for bounds in (part for part in field.metadata if isinstance(part, Bounds)):
        for name, (keyword, sign) in _LIMITS.items():
            bound = getattr(bounds, name)
            if bound is not None:
                yield keyword, sign, bound
