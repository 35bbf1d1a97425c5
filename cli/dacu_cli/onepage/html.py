"""A Sheet as one static HTML file: no script, no request, light or dark as the reader's screen is, one sheet of A4."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from dacu.readable import unbroken
from dacu_cli.onepage.sheet import Sheet

if TYPE_CHECKING:
    from jinja2 import Template

HTML_LANG = {"zh": "zh-CN", "en": "en"}


def as_html(sheet: Sheet, other: tuple[str, str]) -> str:
    """The page; `other` is the name of the other language and the file that has the page in it."""
    return _template().render(sheet=sheet, lang=HTML_LANG[sheet.lang], other_name=other[0], other_file=other[1])


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("dacu_cli.onepage", "")
    pages = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    pages.filters["unbroken"] = unbroken
    return pages.get_template("sheet.html.j2")
