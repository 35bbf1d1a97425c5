"""The four files of the one page: `onepage.md` and `.html` in the language of the run, and both in the other one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dacu.words import LANGUAGES
from dacu_cli.onepage.html import as_html
from dacu_cli.onepage.markdown import as_markdown
from dacu_cli.onepage.sheet import Sheet, say

if TYPE_CHECKING:
    from dacu.store import Folder

NAME = "onepage"
DRAWN = {"md": as_markdown, "html": as_html}


def write_onepage(folder: Folder, lang: str, make: Callable[[str], Sheet]) -> None:
    """Write the page that `make` makes in each language; each page links to the other."""
    names = {other: NAME if other == lang else f"{NAME}.{other}" for other in LANGUAGES}
    for told, name in names.items():
        other = next(one for one in LANGUAGES if one != told)
        sheet = make(told)
        for ending, drawn in DRAWN.items():
            link = (say(other, "language"), f"{names[other]}.{ending}")
            folder.write_text(f"{name}.{ending}", drawn(sheet, link))
