"""The program: its verbs, and what becomes of whatever happens while one runs (exit codes, signals, closed pipes).

0 done; 1 answered, but the answer is no; 2 bad input or usage; 3 a fault in dacu; 130 and 143 stopped by a signal.
"""

from __future__ import annotations

import gc
import io
import os
import re
import signal
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

import typer

from dacu.errors import DacuError, Finding
from dacu_cli import completing
from dacu_cli.options import Format, given, language
from dacu_cli.page import say
from dacu_cli.verbs import Verb, command
from dacu_cli.view import report

NAME = "dacu"
VERBS = (
    Verb("new", "scenario_verbs", "new"), Verb("check", "scenario_verbs", "check"),
    Verb("show", "scenario_verbs", "show"), Verb("diff", "scenario_verbs", "diff"),
    Verb("prices", "price_verb", "prices"), Verb("simulate", "run_verbs", "simulate"),
    Verb("compare", "run_verbs", "compare"), Verb("optimise", "plan_verb", "optimise", alias="optimize"),
    Verb("study", "study_verb", "study"), Verb("report", "report_verb", "report"),
    Verb("list", "list_verb", "list_"), Verb("doctor", "doctor_verb", "doctor"),
)  # fmt: skip
USAGE: type[Exception] = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "UsageError")
"""Typer ships its own copy of click in some versions and imports it in others."""
SAID = {
    r"No such command '(.*?)'\.(?: Did you mean '(.*?)')?": "cli_no_such_verb",
    r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)": "cli_too_many",
    r"Option '(.*?)' requires an argument": "cli_needs_value",
    r"Option '(.*?)' does not take a value": "cli_takes_no_value",
}
"""What click says often, in English, with no class of its own; and the code under which we say it."""


class Terminated(BaseException):
    """SIGTERM, so that what stands open is closed as on Ctrl-C."""


def main() -> NoReturn:
    """Run `dacu` with the arguments of the process."""
    gc.disable()  # what is imported stays: to look through it for what has gone takes an eighth of a quick answer
    sys.stdout, sys.stderr = sys.stdout or io.StringIO(), sys.stderr or io.StringIO()  # where a shell closed them
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    if "--debug" not in sys.argv:
        warnings.simplefilter("ignore")  # of libraries, to programmers; a planner's warnings are findings
    if words := completing.typed(os.environ):
        command(VERBS, words, language(words)).main(args=[], prog_name=NAME)  # answers the shell and exits
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run `dacu` with `arguments`; returns its exit code."""
    lang, as_data = language(arguments), given(arguments, "--format") == Format.JSON
    try:
        with _stopped_by_sigterm():
            _invoke(arguments, lang)
    except typer.Exit as ended:
        return ended.exit_code
    except BrokenPipeError:
        return _closed_pipe()
    except KeyboardInterrupt:
        return _stopped(130, lang)
    except Terminated:
        return _stopped(143, lang)
    except USAGE as error:
        report([_usage(error)], lang, as_data)
        return 2
    except MemoryError:
        report([Finding("cli_memory_gone")], lang, as_data)
        return 2
    except Exception as error:
        if "--debug" in arguments:
            raise
        known = isinstance(error, DacuError)
        report(error.findings if known else [_fault(error)], lang, as_data)  # type: ignore[attr-defined]
        return error.exit_code if known else 3  # type: ignore[attr-defined]
    return 0


def _invoke(arguments: Sequence[str], lang: str) -> None:
    program = command(VERBS, arguments, lang)
    if not arguments:
        arguments = ["--help"]
    gc.freeze()
    gc.enable()
    with program.make_context(NAME, list(arguments)) as context:
        program.invoke(context)


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _stopped(code: int, lang: str) -> int:
    """A second Ctrl-C while the message goes out changes nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stderr.write(say(lang, "stopped") + "\n")
    return code


def _closed_pipe() -> int:
    """The reader has had enough: nothing is wrong. What is still buffered goes nowhere: Python would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _usage(error: Any) -> Finding:
    """What click says of the command line, in our words where it says it often."""
    match type(error).__name__:
        case "NoSuchOption":
            possible = error.possibilities or []
            return Finding("cli_no_such_option", value=error.option_name, hint=possible[0] if possible else "")
        case "MissingParameter":
            return Finding("cli_missing_argument", value=_metavar(error.param))
        case _:
            return _from_click(error.format_message())


def _from_click(message: str) -> Finding:
    for said, code in SAID.items():
        if found := re.match(said, message):
            value, hint = (*found.groups(""), "")[:2]
            return Finding(code, value=value, hint=hint)
    return Finding("cli_usage", value=message.rstrip("."))


def _metavar(parameter: Any) -> str:
    return getattr(parameter, "metavar", None) or str(getattr(parameter, "name", "")).upper()


def _fault(error: Exception) -> Finding:
    why = f"{type(error).__name__}: {error}"
    return Finding("cli_fault", value=why)
