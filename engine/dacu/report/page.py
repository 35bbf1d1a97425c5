"""The one file: sections through templates, with styles, scripts and data inside, so that nothing is fetched.

The page's policy allows our two scripts by their hashes and nothing else. Texts pass Jinja's escaping in HTML; the data
of charts is JSON in ASCII whose `<`, `>` and `&` are escaped, so that no text can end the element it stands in.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dacu.readable import unbroken
from dacu.report.folder import RunFolder
from dacu.report.parts import Amount, Chart, Filled, Said, Sliders, said, same
from dacu.report.sections import filled

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

HERE = Path(__file__).parent / "assets"
LIBRARY = "vendor/echarts.common.min.js"
BREAKS = re.compile(r"(?<=[_/])(?=.)|(?<=\.)(?=\D)")
"""Where a long name may go on in the next line; a number may not."""
STOPS = re.compile(r"(?<=[:,;])(?=[\u4e00-\u9fff])|(?<=\w)(?=\([\u4e00-\u9fff])")
"""Where a Chinese heading may: it breaks within no word."""
SCRIPT_SAFE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
"""JSON says the same with these, and no HTML parser sees an end in it."""


@dataclass(frozen=True)
class Told:
    """One folder in the page: its heading, where it lies, and its sections."""

    id: str
    name: str
    folder: RunFolder
    sections: Sequence[Filled]


def page(folders: Sequence[RunFolder], lang: str, *, follows: bool = False) -> str:
    """The report on folders of one verb as HTML, in `lang` at first; if it `follows`, in the reader's language where
    that is one of ours.
    """
    told = [
        Told(f"run{number}", " · ".join(folder.names), folder, list(filled(folder)))
        for number, folder in enumerate(folders, 1)
    ]
    data: list[Any] = []

    def place(part: Chart | Sliders) -> int:
        """Keeps the data of a part; its number finds it again."""
        data.append(_plain(asdict(part) if isinstance(part, Sliders) else {"title": part.title, **part.data}))
        return len(data) - 1

    scripts = [_asset(LIBRARY), _asset("report.js")]
    return _environment().get_template("page.html").render(
        runs=told, verb=folders[0].verb, title=_title(folders), language=lang, follows=follows, place=place, said=said,
        style=_asset("report.css"), scripts=scripts, policy=_policy(scripts),
        data=lambda: in_script({"charts": data, "right": _plain(said("right_axis"))}),
    )  # fmt: skip


def _title(folders: Sequence[RunFolder]) -> Said:
    names = " · ".join(dict.fromkeys(name for folder in folders for name in folder.names))
    return said(f"of_{folders[0].verb}", name=same(names))


def in_script(value: Any) -> str:
    """JSON to stand inside a script element, whatever texts are in it."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":")).translate(SCRIPT_SAFE)


def _plain(value: Any) -> Any:
    """Data for JSON: texts by language, figures as numbers with what they need to be written."""
    match value:
        case Said() | Amount():
            return value._asdict()
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case str() | None | bool() | int():
            return value
        case float():
            return float(f"{value:.7g}")
        case _:
            return [_plain(item) for item in value]


def _policy(scripts: Sequence[str]) -> str:
    """Nothing is fetched; only the scripts of these texts run. ECharts sets styles of its own."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
        for text in scripts
    )
    return f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@cache
def _asset(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    pages = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    pages.filters |= {"unbroken": unbroken, "parted": _parted, "breakable": _breakable}
    return pages


def _parted(text: Markup) -> Markup:
    """A Chinese text, as HTML, that may go on in the next line behind its stops and before its brackets."""
    from markupsafe import Markup

    return Markup("<wbr>").join(map(Markup, STOPS.split(text)))


def _breakable(name: str) -> Markup:
    """A name, escaped, that may be broken after its dots and underscores."""
    from markupsafe import Markup

    return Markup("<wbr>").join(BREAKS.split(name))
