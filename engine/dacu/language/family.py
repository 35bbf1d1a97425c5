"""Families: maps of named things of several kinds. `type:` tells the kind and defaults to the thing's name."""

from collections.abc import Mapping
from typing import Annotated, Any, Union

from pydantic import BeforeValidator, Discriminator, Tag

from dacu.language.block import Block

TAG = "type="
"""Starts the tag that pydantic puts into an error's place; no key of a scenario is taken for one."""


class Family:
    """Stands in a map's annotation and knows its kinds: fills in types, and tells messages and schema."""

    def __init__(self, kinds: Mapping[str, type[Block]], default: str | None) -> None:
        self.kinds = dict(kinds)
        self.default = default

    def typed(self, things: Any) -> Any:
        """The map with a `type` in each thing that tells none."""
        if not isinstance(things, Mapping):
            return things
        return {name: self._typed(name, thing) for name, thing in things.items()}

    def _typed(self, name: str, thing: Any) -> Any:
        if not isinstance(thing, Mapping) or thing.get("type") is not None:
            return thing
        return {**thing, "type": name if name in self.kinds else self.default}


def family(kinds: Mapping[str, type[Block]], default: str | None = None) -> Any:
    """The annotation of a map from names to things of these kinds, for `pydantic.create_model` and class
    bodies alike.

    `default` is the kind of a thing that tells none and whose name is none (kols have one kind only). A
    block need not declare `type`: its class tells the kind; one that does declare it gets it.
    """
    marker = Family(kinds, default)
    choices: Any = tuple(_choice(kind, block) for kind, block in kinds.items())
    thing: Any = Annotated[Union[choices], Discriminator(_tag)]  # noqa: UP007 - the kinds are known at run time only
    things: Any = dict[str, thing]
    return Annotated[things, BeforeValidator(marker.typed), marker]


def _choice(kind: str, block: type[Block]) -> Any:
    if "type" in block.model_fields:
        return Annotated[block, Tag(TAG + kind)]
    return Annotated[block, BeforeValidator(_without_type), Tag(TAG + kind)]


def _without_type(thing: Any) -> Any:
    return {key: value for key, value in thing.items() if key != "type"} if isinstance(thing, Mapping) else thing


def _tag(thing: Any) -> str | None:
    kind = thing.get("type") if isinstance(thing, Mapping) else None
    return TAG + kind if isinstance(kind, str) else None
