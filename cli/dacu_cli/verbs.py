"""From plain functions to commands: every verb gets the common options, and every help text the reader's language."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Annotated, Any, NamedTuple, get_type_hints

import typer

from dacu_cli.options import Debug, Format, FormatOption, Lang, LangOption, Quiet
from dacu_cli.page import say
from dacu_cli.view import View


class Verb(NamedTuple):
    """A verb: its name and its function, whose first parameter is the View; `cli_verb_<name>` is its help."""

    name: str
    function: Callable[..., None]
    alias: str = ""


def command(verbs: Iterable[Verb], lang: str, version: str) -> Any:
    """The whole program as a click command that speaks `lang`."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, help="cli_program")
    app.callback()(_program(version))
    for verb in verbs:
        app.command(verb.name, help=f"cli_verb_{verb.name}")(_with_common_options(verb.function, lang))
        if verb.alias:
            app.command(verb.alias, hidden=True, help=f"cli_verb_{verb.name}")(_with_common_options(verb.function, lang))
    program = typer.main.get_command(app)
    _translate(program, lang)
    return program


def _program(version: str) -> Callable[..., None]:
    def show_version(wanted: bool) -> None:
        if wanted:
            typer.echo(f"dacu {version}")
            raise typer.Exit

    def program(
        _version: Annotated[
            bool, typer.Option("--version", is_eager=True, callback=show_version, help="cli_opt_version")
        ] = False,
    ) -> None:
        """Options that stand before any verb."""

    return program


def _with_common_options(function: Callable[..., None], default_lang: str) -> Callable[..., None]:
    """The same verb with --lang, --format, --quiet and --debug, of which its View is made."""

    @functools.wraps(function)
    def verb(*, lang: Lang | None, format: Format, quiet: bool, debug: bool, **given: Any) -> None:
        function(View(str(lang or default_lang), format, quiet), **given)

    hints = get_type_hints(function, include_extras=True)
    own = list(inspect.signature(function).parameters.values())[1:]
    common = {"lang": (LangOption, None), "format": (FormatOption, Format.TABLE), "quiet": (Quiet, False),
              "debug": (Debug, False)}  # fmt: skip
    parameters = [parameter.replace(annotation=hints[parameter.name], kind=_KEYWORD) for parameter in own]
    parameters += [inspect.Parameter(name, _KEYWORD, default=default, annotation=hint) for name, (hint, default) in common.items()]
    verb.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    verb.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return verb


_KEYWORD = inspect.Parameter.KEYWORD_ONLY


def _translate(program: Any, lang: str) -> None:
    """Help texts are keys of words/cli.toml until here."""
    for part in (program, *getattr(program, "commands", {}).values()):
        part.help = _said(part.help, lang)
        for parameter in part.params:
            parameter.help = _said(getattr(parameter, "help", None), lang)
    for verb in getattr(program, "commands", {}).values():
        verb.short_help = verb.help


def _said(key: str | None, lang: str) -> str | None:
    return say(lang, key.removeprefix("cli_")) if key and key.startswith("cli_") else key
