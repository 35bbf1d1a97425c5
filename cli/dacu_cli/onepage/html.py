"""A Sheet as one static HTML file: no script, no request, light or dark as the reader's screen is, one sheet of A4."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from dacu.readable import FIGURE
from dacu_cli.onepage.sheet import Sheet

HTML_LANG = {"zh": "zh-CN", "en": "en"}


def as_html(sheet: Sheet, other: tuple[str, str]) -> str:
    """The page; `other` is the name of the other language and the file that has the page in it."""
    return _template().render(sheet=sheet, lang=HTML_LANG[sheet.lang], other_name=other[0], other_file=other[1])


@cache
def _template() -> Template:
    loader = PackageLoader("dacu_cli.onepage", "")
    pages = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    pages.filters["unbroken"] = _unbroken
    return pages.get_template("sheet.html.j2")


def _unbroken(text: str) -> Markup:
    """The text, escaped, with figures kept on one line: what is added goes around digits alone."""
    return Markup(FIGURE.sub(r'<span class="sum">\g<0></span>', str(escape(text))))  # noqa: S704
