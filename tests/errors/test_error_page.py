"""Every code that a finding can have is explained once, and the page says what the source says."""

from collections import Counter

from error_codes import groups, raised, written
from error_page import PAGE, page

from dacu import words

EXPLAINED = [code for group in groups() for code in group.codes]
BASKET = "basket_"
"""A warning of a basket has the code of a piece's, with this before it."""


def test_every_code_that_is_raised_is_explained() -> None:
    found = raised()
    assert {"unknown_key", "cli_usage", "ledger_net", "price_below_floor", "media_no_line"} <= found
    assert found - set(EXPLAINED) == set(), "explain them in tests/errors/meanings.toml"


def test_no_code_is_explained_that_nobody_uses() -> None:
    texts = written()
    assert {code for code in EXPLAINED if code.removeprefix(BASKET) not in texts} == set()
    assert set(EXPLAINED) <= set(words.catalogue())


def test_a_code_is_explained_once_and_in_both_languages() -> None:
    assert [code for code, times in Counter(EXPLAINED).items() if times > 1] == []
    for group in groups():
        for told in (group.title, group.means, group.do):
            assert set(told) == set(words.LANGUAGES)


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run make errors"


def test_the_page_has_both_sentences_under_their_code() -> None:
    entry = page().split("### `below_minimum`")[1].split("###")[0]
    assert "- {value} is below {bound}\n- {value} 低于 {bound}\n" in entry
