"""Names that a scenario refers to are those that it has."""

from typing import Any

import pytest

from dacu.errors import InputError


def test_a_baseline_names_its_line_and_not_the_lines_path(shop: Any) -> None:
    """The simulator knows lines by name: a path was taken, and its money then spent by nobody."""
    with pytest.raises(InputError) as refused:
        shop.loaded("channels: {feed_ads: {daily_budget: 200}}\nmarket: {baseline: {'channels.feed_ads': 200}}\n")
    assert [(one.code, one.hint) for one in refused.value.findings] == [("unknown_name", "feed_ads")]
