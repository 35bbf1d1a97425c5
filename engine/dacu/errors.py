"""What can go wrong, where it stands, and how it is told.

A `Finding` is one thing found in what the planner wrote: a stable code, the place, the value and what to
write instead. Its sentence is looked up in `dacu.words` under the code, so a finding speaks every language.
An error carries findings and its exit code.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from dacu import words

LONGEST_QUOTE = 80
"""A message quotes at most so many characters of a value."""


class Mark(NamedTuple):
    """A place in a text: file as the user named it, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found.

    `code` names the sentence in `dacu.words`; `path` is the scenario path
    (`channels.feed_ads.daily_budget`); `value` is the text as written; `args` fill the sentence's other
    placeholders; `hint` is what to write instead, a value or key and no sentence. `plans` are those that it is told of,
    where several are spoken of and it is not told of all.
    """

    code: str
    mark: Mark | None = None
    path: str = ""
    value: str = ""
    args: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""
    plans: tuple[str, ...] = ()

    def sentence(self, lang: str) -> str:
        """The finding in words: of which plans it is told, and "did you mean" when there is a hint."""
        told = words.say(lang, self.code, value=shown(self.value), **{k: shown(v) for k, v in self.args.items()})
        if self.hint:
            told += words.say(lang, "did_you_mean", hint=shown(self.hint))
        if self.plans:
            told = words.say(lang, "of_plans", plans=words.listed(map(shown, self.plans), lang), told=told)
        return told


def of_plans(told: Sequence[tuple[str, Iterable[Finding]]]) -> tuple[Finding, ...]:
    """What is found of several plans, (name, findings), names all different: equal words once, at their first place;
    what not all plans share names those that it is told of.
    """
    heard: dict[str, tuple[Finding, dict[str, None]]] = {}
    for name, findings in told:
        for finding in findings:
            heard.setdefault(_line(replace(finding, mark=None), "en"), (finding, {}))[1][name] = None
    return tuple(
        finding if len(names) == len(told) else replace(finding, plans=tuple(names))
        for finding, names in heard.values()
    )


def nearest(names: Iterable[str], wrong: str) -> str:
    """The name that was probably meant, or "": what to hint where one is not known."""
    folded = {name.casefold().replace("-", "_"): name for name in names}
    found = difflib.get_close_matches(wrong.casefold().replace("-", "_"), folded, n=1)
    return folded[found[0]] if found else ""


class DacuError(Exception):
    """An error with its findings; the exit code tells a shell what kind it is."""

    exit_code = 3

    def __init__(self, *findings: Finding) -> None:
        super().__init__(*findings)
        self.findings = findings

    def __str__(self) -> str:
        return render(self.findings, "en")


class InputError(DacuError):
    """What was given is wrong: a file, an option, a scenario."""

    exit_code = 2


class AnswerIsNo(DacuError):
    """The question was answered, and the answer is no: infeasible, a required condition not met."""

    exit_code = 1


class Fault(DacuError):
    """dacu itself is wrong: an identity of the ledger broken, an impossible state."""

    exit_code = 3


def shown(text: str) -> str:
    """`text` fit for one line of a terminal: hidden and control characters escaped, long text cut."""
    return inert(text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…")


def inert(text: str) -> str:
    """The whole text, hidden and control characters escaped: nothing in it moves a cursor or turns a line round."""
    return "".join(c if visible(c) else f"\\u{ord(c):04x}" if c < "\U00010000" else f"\\U{ord(c):08x}" for c in text)


def visible(char: str) -> bool:
    """Whether a character is nothing that hides: no control, no mark of direction, no other end of a line."""
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def render(findings: Iterable[Finding], lang: str) -> str:
    """One line a finding: place, path, sentence.

    `double11.yaml:42:7  channels.feed_ads.daily_budget  -5万 is below 0; did you mean 5万?`
    """
    return "\n".join(_line(finding, lang) for finding in findings)


def _line(finding: Finding, lang: str) -> str:
    place = shown(str(finding.mark)) if finding.mark else ""
    return "  ".join(part for part in (place, shown(finding.path), finding.sentence(lang)) if part)


def as_json(findings: Iterable[Finding], lang: str) -> dict[str, list[dict[str, Any]]]:
    """`{errors: [{code, file, line, col, path, value, hint, message}]}`: the message in `lang`, the rest in none."""
    return {"errors": [_record(finding, lang) for finding in findings]}


def _record(finding: Finding, lang: str) -> dict[str, Any]:
    file, line, column = finding.mark or (None, None, None)
    return {
        "code": finding.code,
        "file": file,
        "line": line,
        "col": column,
        "path": finding.path,
        "value": finding.value,
        "hint": finding.hint,
        "message": finding.sentence(lang),
    }
