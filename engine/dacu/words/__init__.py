"""Sentences in Chinese and English: one table a sentence, one file a room, keys unique over all files.

In Chinese a blank stands between Chinese characters and Latin letters or figures; names and what planners write
(支付GMV, 85折) are one word.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Protocol

LANGUAGES = ("zh", "en")
_FOLDER = Path(__file__).parent
_SEAM = re.compile(r"[\u4e00-\u9fff] [A-Za-z0-9¥+−-]|[A-Za-z0-9%] [\u4e00-\u9fff]")
"""Chinese and Latin side by side, the blank included."""


def say(lang: str, key: str, /, **values: object) -> str:
    """The sentence `key` in `lang` ("zh" or "en"), its placeholders filled, in Chinese with blanks around Latin values.

    Raises KeyError for an unknown key or language, and for a placeholder without a value.
    """
    own = _room(key.partition("_")[0])  # most keys begin with the name of their file: no other need be read
    text = (own if key in own else catalogue())[key][lang]
    return _filled(text, values) if lang == "zh" else text.format(**values)


def _filled(text: str, values: Mapping[str, object]) -> str:
    """A Chinese sentence: only its values tell whether they are Latin."""
    return joined(*(
        piece for literal, name, form, _ in Formatter().parse(text)
        for piece in (literal, "" if name is None else format(values[name], form or ""))
    ))  # fmt: skip


def joined(*pieces: str) -> str:
    """A Chinese text of its pieces, a blank where one is Latin and the other is not."""
    told = ""
    for piece in pieces:
        told += f" {piece}" if _SEAM.fullmatch(f"{told[-1:]} {piece[:1]}") else piece
    return told


class Named(Protocol):
    """What is declared with a name in each language."""

    @property
    def zh(self) -> str:
        """In Chinese."""
        ...

    @property
    def en(self) -> str:
        """In English."""
        ...


def name_of(thing: Named, lang: str) -> str:
    """Its name in a language."""
    return thing.zh if lang == "zh" else thing.en


def listed(parts: Iterable[str], lang: str) -> str:
    """Names in a row: `甲、乙` or `a, b`."""
    return ("、" if lang == "zh" else ", ").join(parts)


def of_locale(environ: Mapping[str, str] = os.environ) -> str:
    """The language of a locale: Chinese, or else English."""
    locale = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every sentence: key → language → text. Raises ValueError when two files use the same key."""
    sentences: dict[str, dict[str, str]] = {}
    for file in sorted(_FOLDER.glob("*.toml")):
        for key, texts in _room(file.stem).items():
            if key in sentences:
                raise ValueError(f"{file.name}: the key {key} is used twice")
            sentences[key] = texts
    return sentences


@cache
def _room(name: str) -> dict[str, dict[str, str]]:
    """The sentences of one file; none where there is no such file."""
    file = _FOLDER / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
