"""The generated pages are those that the code would make now."""

from pathlib import Path

import pytest
import reference

PAGES = dict(reference.pages())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_up_to_date(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == PAGES[page], "run `make reference`"


def test_the_hour_stands_in_the_model() -> None:
    assert reference.hour() in PAGES[reference.DOCS / "model.md"]


def test_a_cell_cannot_end_its_column() -> None:
    assert reference._table(["a|b"], []) == "| a\\|b |\n| --- |\n"
