"""The options that verbs share. Their help is a key of words/cli.toml, put into the reader's language by `app`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, TypeVar

import typer

from dacu import units, words
from dacu.errors import Finding, InputError, nearest
from dacu_cli import completing

T = TypeVar("T", int, float)
Choice = TypeVar("Choice", bound=StrEnum)


class Lang(StrEnum):
    """Languages of what is printed."""

    ZH = "zh"
    EN = "en"


class Format(StrEnum):
    """What results look like on stdout."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MD = "md"
    TSV = "tsv"


def _value(option: str, read: Callable[[str], T], least: T) -> Callable[[str], T]:
    """A parser of an option's value, written as in a scenario and at least `least`."""

    def parse(text: str) -> T:
        try:
            value = read(str(text))
        except units.Unreadable as error:
            raise InputError(Finding(error.code, None, option, str(text), error.values, error.hint)) from None
        if value < least:
            raise InputError(Finding("below_minimum", None, option, str(text), {"bound": f"{least:g}"}))
        return value

    return parse


def choice(option: str, kind: type[Choice]) -> Callable[[str], Choice]:
    """A parser of an option that has few values."""

    def parse(text: str) -> Choice:
        if text not in tuple(kind):
            args = {"options": ", ".join(kind)}
            raise InputError(Finding("cli_not_a_choice", None, option, text, args, nearest(kind, text)))
        return kind(text)

    return parse


def _seconds(text: str) -> float:
    return units.parse_span(text) * 3600


Reference = Annotated[
    str, typer.Argument(metavar="REF", help="cli_arg_ref", show_default=False, autocompletion=completing.references)
]
OrReference = Annotated[
    str | None,
    typer.Argument(metavar="REF", help="cli_arg_ref", show_default=False, autocompletion=completing.references),
]
References = Annotated[
    list[str],
    typer.Argument(metavar="REF", help="cli_arg_refs", show_default=False, autocompletion=completing.references),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="cli_opt_set", show_default=False, autocompletion=completing.settings
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", metavar="S", parser=_value("--seed", units.parse_whole, 0), help="cli_opt_seed")
]
Replications = Annotated[
    int,
    typer.Option(
        "-r", "--replications", metavar="N", parser=_value("-r", units.parse_whole, 1), help="cli_opt_replications"
    ),
]
Worlds = Annotated[
    int | None,
    typer.Option(
        "--worlds", metavar="N", parser=_value("--worlds", units.parse_whole, 2), help="cli_opt_worlds",
        show_default=False,
    ),
]  # fmt: skip
Requirements = Annotated[
    list[str] | None,
    typer.Option(
        "--require", metavar="COND", help="cli_opt_require", show_default=False, autocompletion=completing.conditions
    ),
]
Agents = Annotated[
    int | None,
    typer.Option(
        "--agents", metavar="N", parser=_value("--agents", units.parse_whole, 100), help="cli_opt_agents",
        show_default=False,
    ),
]  # fmt: skip
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", metavar="N", parser=_value("--workers", units.parse_whole, 1), help="cli_opt_workers",
        show_default=False,
    ),
]  # fmt: skip
Out = Annotated[str | None, typer.Option("-o", "--out", metavar="DIR", help="cli_opt_out", show_default=False)]
TimeLimit = Annotated[
    float | None,
    typer.Option(
        "--time-limit", metavar="SPAN", parser=_value("--time-limit", _seconds, 1.0), help="cli_opt_time_limit",
        show_default=False,
    ),
]  # fmt: skip

Curves = Annotated[str | None, typer.Option("--curves", metavar="FILE", help="cli_opt_curves", show_default=False)]
Budget = Annotated[str | None, typer.Option("--budget", metavar="MONEY", help="cli_opt_budget", show_default=False)]
ObjectiveName = Annotated[
    str | None, typer.Option("--objective-name", metavar="NAME", help="cli_opt_objective_name", show_default=False)
]

LangOption = Annotated[
    Lang | None,
    typer.Option(
        "--lang", metavar="zh|en", parser=choice("--lang", Lang), help="cli_opt_lang", show_default=False,
        autocompletion=completing.one_of(Lang),
    ),
]  # fmt: skip
FormatOption = Annotated[
    Format,
    typer.Option(
        "--format", metavar="|".join(Format), parser=choice("--format", Format), help="cli_opt_format",
        autocompletion=completing.one_of(Format),
    ),
]  # fmt: skip
Pieces = Annotated[
    int | None,
    typer.Option(
        "--pieces", metavar="N", parser=_value("--pieces", units.parse_whole, 1), help="cli_opt_pieces",
        show_default=False,
    ),
]  # fmt: skip
StudyFile = Annotated[
    str | None,
    typer.Argument(metavar="STUDY", help="cli_arg_study", show_default=False, autocompletion=completing.studies),
]
Resume = Annotated[
    str | None,
    typer.Option(
        "--resume", metavar="DIR", help="cli_opt_resume", show_default=False, autocompletion=completing.begun_studies
    ),
]
RetryFailed = Annotated[bool, typer.Option("--retry-failed", help="cli_opt_retry_failed")]
ClusterAddress = Annotated[
    str | None, typer.Option("--cluster", metavar="ADDRESS", help="cli_opt_cluster", show_default=False)
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="cli_opt_dry_run")]
Extend = Annotated[
    int | None,
    typer.Option(
        "--extend", metavar="N", parser=_value("--extend", units.parse_whole, 1), help="cli_opt_extend",
        show_default=False,
    ),
]  # fmt: skip
Baskets = Annotated[
    list[str] | None, typer.Option("--basket", metavar="SKU*N,...", help="cli_opt_basket", show_default=False)
]
Folders = Annotated[list[str], typer.Argument(metavar="DIR", help="cli_arg_dirs", show_default=False)]
ReportFile = Annotated[
    str | None, typer.Option("-o", "--out", metavar="FILE", help="cli_opt_report_file", show_default=False)
]
WithReport = Annotated[bool, typer.Option("--report", help="cli_opt_report")]
Quiet = Annotated[bool, typer.Option("--quiet", help="cli_opt_quiet")]
Debug = Annotated[bool, typer.Option("--debug", help="cli_opt_debug")]


def language(arguments: Sequence[str], environ: Mapping[str, str] = os.environ) -> str:
    """The language to speak before the arguments are understood: of --lang, or else of the locale."""
    if (asked := given(arguments, "--lang")) in tuple(Lang):
        return str(asked)
    return words.of_locale(environ)


def given(arguments: Sequence[str], option: str) -> str | None:
    """The last value given to an option, `--option value` or `--option=value`."""
    value = None
    for argument, after in zip(arguments, [*arguments[1:], None], strict=True):
        if argument == option:
            value = after
        elif argument.startswith(f"{option}="):
            value = argument.partition("=")[2]
    return value
