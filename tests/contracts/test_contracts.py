"""The contract of every lever that is registered; a lever without an example fails here."""

import pytest
import suite
from examples import EXAMPLES

from dacu.levers.base import kinds
from dacu.levers.paid import Paid

KINDS = kinds()
PAID = [name for name, kind in KINDS.items() if issubclass(kind.block, Paid)]


def test_every_registered_lever_has_an_example():
    assert set(EXAMPLES) == set(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_an_example_is_of_its_kind_and_has_names_in_both_languages(name):
    kind = suite.kind_of(EXAMPLES[name])
    assert kind is KINDS[name]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in kind.zh)
    assert kind.en.isascii()


@pytest.mark.parametrize("name", KINDS)
def test_every_field_is_labelled(name):
    suite.check_labels(KINDS[name].block)


@pytest.mark.parametrize("name", KINDS)
def test_off_or_neutral_it_changes_nothing(name):
    suite.check_off_changes_nothing(EXAMPLES[name])


@pytest.mark.parametrize("name", KINDS)
def test_people_it_never_touched_keep_their_draws(name):
    suite.check_untouched_people_keep_their_draws(EXAMPLES[name])


@pytest.mark.parametrize("name", KINDS)
def test_switching_it_off_moves_a_printed_figure(name):
    suite.check_it_moves_a_printed_figure(EXAMPLES[name])


@pytest.mark.parametrize("name", PAID)
def test_spend_never_passes_its_budget(name):
    suite.check_spend_stays_within_budget(EXAMPLES[name])


@pytest.mark.parametrize("name", PAID)
def test_more_money_never_lowers_reach(name):
    suite.check_more_money_reaches_no_fewer(EXAMPLES[name])
