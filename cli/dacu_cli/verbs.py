"""From plain functions to commands: every verb gets the common options, and every help text the reader's language."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated, Any, NamedTuple, get_type_hints

import typer

from dacu import __version__
from dacu_cli import helping
from dacu_cli.options import Debug, Format, FormatOption, LangOption, Quiet
from dacu_cli.page import say
from dacu_cli.view import View


class Verb(NamedTuple):
    """A verb: its name, where its function stands (the first parameter is the View), and another spelling.

    `cli_verb_<name>` in words/cli.toml is its help.
    """

    name: str
    module: str
    function: str
    alias: str = ""


def command(verbs: Sequence[Verb], arguments: Sequence[str], lang: str) -> Any:
    """The program as a click command that speaks `lang`. Only a verb that the arguments name is imported."""
    app = typer.Typer(rich_markup_mode=None, help="cli_program")
    app.callback()(_program)
    for verb in verbs:
        for name in (verb.name, verb.alias):
            if name:
                run = _with_common_options(_function(verb), lang) if name in arguments else _not_asked
                app.command(name, help=f"cli_verb_{verb.name}", hidden=name == verb.alias)(run)
    program = typer.main.get_command(app)
    _translate(program, verbs, lang)
    return program


def _function(verb: Verb) -> Callable[..., None]:
    found: Callable[..., None] = getattr(import_module(f"dacu_cli.{verb.module}"), verb.function)
    return found


def _not_asked() -> None:
    """Stands in the list of verbs."""


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dacu {__version__}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", is_eager=True, callback=_show_version, help="cli_opt_version")]


def _program(
    _version: Version = False,
    _lang: LangOption = None,
    _debug: Debug = False,
) -> None:
    """Options that may stand before the verb; `app` has read them already."""


def _with_common_options(function: Callable[..., None], default_lang: str) -> Callable[..., None]:
    """The same verb with --lang, --format, --quiet and --debug, of which its View is made."""

    @functools.wraps(function)
    def verb(**given: Any) -> None:
        lang, form, quiet, _ = (given.pop(name) for name in _COMMON)  # `app` reads --debug where errors end
        function(View(str(lang or default_lang), form, quiet, lang_asked=lang is not None), **given)

    hints = get_type_hints(function, include_extras=True)
    own = list(inspect.signature(function).parameters.values())[1:]
    parameters = [parameter.replace(annotation=hints[parameter.name], kind=_KEYWORD) for parameter in own]
    for name, (hint, default) in _COMMON.items():
        parameters.append(inspect.Parameter(name, _KEYWORD, default=default, annotation=hint))
    verb.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    verb.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return verb


_KEYWORD = inspect.Parameter.KEYWORD_ONLY
_COMMON: dict[str, tuple[Any, Any]] = {
    "lang": (LangOption, None), "format": (FormatOption, Format.TABLE), "quiet": (Quiet, False),
    "debug": (Debug, False),
}  # fmt: skip


def _translate(program: Any, verbs: Sequence[Verb], lang: str) -> None:
    """Help texts are keys of words/cli.toml until here."""
    for part in (program, *program.commands.values()):
        part.help = part.short_help = _said(part.help, lang)
        for parameter in part.params:
            own = parameter.name in COMPLETION_OPTIONS
            parameter.help = (
                say(lang, f"opt_{parameter.name}") if own else _said(getattr(parameter, "help", None), lang)
            )
    program.get_help = functools.partial(helping.translated, program.get_help, lang)
    for verb in verbs:
        for name in filter(None, (verb.name, verb.alias)):
            part = program.commands[name]
            part.context_settings = {"terminal_width": helping.UNWRAPPED, "max_content_width": helping.UNWRAPPED}
            part.get_help = functools.partial(helping.verb_help, part.get_help, verb.name, lang)


def _said(key: str | None, lang: str) -> str | None:
    return say(lang, key.removeprefix("cli_")) if key and key.startswith("cli_") else key


COMPLETION_OPTIONS = ("install_completion", "show_completion")
"""Typer's own options, which bring English help."""
