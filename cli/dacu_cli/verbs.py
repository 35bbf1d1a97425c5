"""From plain functions to commands: every verb gets the common options, and every help text the reader's language."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Annotated, Any, NamedTuple, get_type_hints

import typer

from dacu import __version__
from dacu_cli.options import Debug, Format, FormatOption, Lang, LangOption, Quiet
from dacu_cli.page import say
from dacu_cli.view import View


class Verb(NamedTuple):
    """A verb: its name and its function, whose first parameter is the View; `cli_verb_<name>` is its help."""

    name: str
    function: Callable[..., None]
    alias: str = ""


def command(verbs: Iterable[Verb], lang: str) -> Any:
    """The whole program as a click command that speaks `lang`."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, help="cli_program")
    app.callback()(_program)
    for verb in verbs:
        app.command(verb.name, help=f"cli_verb_{verb.name}")(_with_common_options(verb.function, lang))
        if verb.alias:
            app.command(verb.alias, hidden=True, help=f"cli_verb_{verb.name}")(_with_common_options(verb.function, lang))
    program = typer.main.get_command(app)
    _translate(program, lang)
    return program


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dacu {__version__}")
        raise typer.Exit


def _program(
    _version: Annotated[bool, typer.Option("--version", is_eager=True, callback=_show_version, help="cli_opt_version")] = False,
    _lang: LangOption = None,
    _debug: Debug = False,
) -> None:
    """Options that may stand before the verb; `app` has read them already."""


def _with_common_options(function: Callable[..., None], default_lang: str) -> Callable[..., None]:
    """The same verb with --lang, --format, --quiet and --debug, of which its View is made."""

    @functools.wraps(function)
    def verb(*, lang: Lang | None, format: Format, quiet: bool, **given: Any) -> None:
        del given["debug"]  # read where errors end, in `app`
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
    """Help texts are keys of words/cli.toml until here; what click says by itself is put into Chinese."""
    for part in (program, *program.commands.values()):
        part.help = part.short_help = _said(part.help, lang)
        for parameter in part.params:
            parameter.help = _said(getattr(parameter, "help", None), lang)
        if lang != "en":
            part.get_help = functools.partial(_translated_help, part.get_help, lang)


def _said(key: str | None, lang: str) -> str | None:
    return say(lang, key.removeprefix("cli_")) if key and key.startswith("cli_") else key


CLICK_SAYS = {
    "Usage: ": "help_usage", "Options:": "help_options", "Arguments:": "help_arguments", "Commands:": "help_commands",
    "Show this message and exit.": "help_help", "[required]": "help_required", "[default: ": "help_default",
}  # fmt: skip


def _translated_help(help_of: Callable[[Any], str], lang: str, context: Any) -> str:
    text = help_of(context)
    for english, key in CLICK_SAYS.items():
        text = text.replace(english, say(lang, key))
    return text
