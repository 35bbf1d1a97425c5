"""Every sentence exists in both languages and takes the same values."""

import ast
import string
from pathlib import Path

import pytest

from dacu import words

MAKERS = {"Finding", "Problem", "Unreadable", "refusal"}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", sorted(words.catalogue()))
def test_a_sentence_says_the_same_in_both_languages(key: str) -> None:
    texts = words.catalogue()[key]
    assert set(texts) == set(words.LANGUAGES)
    assert all(text.strip() for text in texts.values())
    assert placeholders(texts["zh"]) == placeholders(texts["en"])


def test_values_are_filled_in_and_not_read_again() -> None:
    assert words.say("en", "below_minimum", value="{x}", bound="0") == "{x} is below 0"


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        words.say("en", "no_such_key")


def raised_in(source: Path) -> set[str]:
    """The codes that a file's findings are made with."""
    calls = (node for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id in MAKERS and call.args)
    return {str(call.args[0].value) for call in named if isinstance(call.args[0], ast.Constant)}


def test_every_code_that_is_raised_has_its_sentence() -> None:
    raised = {code for source in Path(words.__file__).parents[1].rglob("*.py") for code in raised_in(source)}
    assert "unknown_key" in raised
    assert raised <= set(words.catalogue())
