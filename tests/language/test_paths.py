"""Paths: written, split, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu.errors import InputError
from dacu.language.paths import join_path, split_path, split_setting


def test_names_with_dots_stand_in_quotes() -> None:
    names = ("channels", "千川.直播", "daily_budget")
    assert split_path('channels."千川.直播".daily_budget') == names
    assert join_path(names) == 'channels."千川.直播".daily_budget'


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_a_joined_path_splits_into_its_names(names: list[str]) -> None:
    assert split_path(join_path(names)) == tuple(names)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5), st.text())
def test_a_setting_is_split_at_its_own_equals_sign(names: list[str], value: str) -> None:
    assert split_setting(f"{join_path(names)}={value}") == (tuple(names), value)


@pytest.mark.parametrize("path", ["", ".", "a.", ".a", "a..b", 'a."b', "a.b=1"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(InputError):
        split_path(path)


@pytest.mark.parametrize("setting", ["", "a", "=1", "a.=1", "a.b"])
def test_what_is_no_setting_is_refused(setting: str) -> None:
    with pytest.raises(InputError):
        split_setting(setting)
