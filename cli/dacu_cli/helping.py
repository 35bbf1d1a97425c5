"""Help as it is printed: in the reader's language; a verb's in 80 columns, whatever the script, with two examples."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dacu_cli.page import say

WIDTH = 80
UNWRAPPED = 10_000
"""The width that click is told: it counts characters, of which a Chinese one takes two columns."""
INDENT = re.compile(r"( {2}\S.*?\S {2,}|\s*)(.*)")
"""What stands before a text in a line of help: the name of an option and the gap behind it, or blanks."""
PART = re.compile(r"(?:[^\s\u2e80-\uffef]+|[\u2e80-\uffef])[、。,;:?!)”》]*|\s+")
"""What stays on one line: a word, or a Chinese character, with what may not begin a line; and blanks."""
CLICK_SAYS = {
    "Usage: ": "help_usage", "Options:": "help_options", "Arguments:": "help_arguments", "Commands:": "help_commands",
    "Show this message and exit.": "help_help", "[required]": "help_required", "[default: ": "help_default",
}  # fmt: skip
OWN, SALE = "mine.yaml", "scenarios/bigsale_1111.yaml"
"""What `new` writes, and a scenario that stands ready."""
EXAMPLES = {
    "new": (f"new {OWN}", f"new {OWN} --from budget_618"),
    "check": (f"check {OWN}", f"check {SALE}+deep_coupon --format json"),
    "show": ("show scenarios/starter.yaml --origins", "show --steps"),
    "diff": (f"diff {OWN} {OWN}+deeper_coupon", f"diff {OWN} {OWN}+deeper_coupon --format md"),
    "prices": (f"prices {SALE}", f'prices {SALE} --basket "mask*2, lotion"'),
    "simulate": ("simulate scenarios/starter.yaml --agents 20000", f'simulate {SALE} --require "gmv.low > 1000万"'),
    "compare": (f"compare {OWN} {OWN}+deeper_coupon", f"compare {OWN} {OWN}+deeper_coupon --worlds 64"),
    "optimise": (
        "optimise scenarios/budget_618.yaml --time-limit 5min --report",
        "optimise --curves scenarios/curves/double11.yaml --budget 500万",
    ),
    "study": (
        "study scenarios/studies/coupon_depth.yaml --dry-run",
        "study --resume out/coupon_depth-study --retry-failed",
    ),
    "report": ("report out/bigsale_1111-simulate", "report out/first-simulate out/second-simulate -o both.html"),
    "list": ("list scenarios", "list kpis --format csv"),
    "doctor": ("doctor", "doctor --format json"),
}  # fmt: skip
"""Two command lines a verb; `cli_example_<verb>_1` and `_2` in words/cli.toml say what they are for."""


def translated(help_of: Callable[[Any], str], lang: str, context: Any) -> str:
    """What click says by itself, in the reader's language."""
    text = help_of(context)
    if lang == "en":
        return text
    for english, key in CLICK_SAYS.items():
        text = text.replace(english, say(lang, key))
    return text


def verb_help(help_of: Callable[[Any], str], verb: str, lang: str, context: Any) -> str:
    """A verb's help and its examples, each line broken by the columns that it takes."""
    text = f"{translated(help_of, lang, context)}\n\n{_examples(verb, lang)}"
    return "\n".join(part for line in text.splitlines() for part in _broken(line))


def _examples(verb: str, lang: str) -> str:
    told = (f"  {say(lang, f'example_{verb}_{n}')}\n    dacu {line}" for n, line in enumerate(EXAMPLES[verb], start=1))
    return "\n".join((say(lang, "help_examples"), *told))


def _broken(line: str) -> list[str]:
    """A line in pieces of at most 80 columns, each below the first one's text."""
    from rich.cells import cell_len

    if cell_len(line) <= WIDTH:
        return [line]
    before, text = INDENT.fullmatch(line).groups()  # type: ignore[union-attr]  # it matches any line
    pieces = [before]
    for part in PART.findall(text):
        if cell_len(pieces[-1] + part) > WIDTH and not part.isspace():
            pieces.append(" " * cell_len(before))
        pieces[-1] += "" if part.isspace() and pieces[-1].isspace() else part
    return [piece.rstrip() for piece in pieces]
