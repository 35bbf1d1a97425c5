"""Platforms: rows by name, where people are, and what a scenario without platforms means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dacu.people.blocks import PlatformBlock
from dacu.people.platforms import build_platforms

REACHES = st.lists(st.tuples(st.floats(0, 1), st.floats(0.1, 10)), min_size=1, max_size=4)


def test_without_platforms_everybody_is_on_one_that_sells():
    platforms = build_platforms({})
    assert (len(platforms), platforms.selling, platforms.row(None)) == (1, (0,), 0)
    assert platforms.present().tolist() == [1]


def test_the_default_is_the_first_that_sells():
    blocks = {"red": PlatformBlock(sells=False), "tmall": PlatformBlock(), "douyin": PlatformBlock()}
    platforms = build_platforms(blocks)
    assert (platforms.row(None), platforms.row("douyin"), platforms.selling_bits) == (1, 2, 0b110)
    with pytest.raises(KeyError):
        platforms.row("jd")


def test_time_is_shared_by_minutes_among_those_who_use_both():
    platforms = build_platforms({"a": PlatformBlock(reach=1.0, minutes=1), "b": PlatformBlock(reach=0.5, minutes=3)})
    assert platforms.present() == pytest.approx([0.5 + 0.5 / 4, 0.5 * 3 / 4])


@given(REACHES)
def test_present_shares_add_up_to_those_who_use_anything(rows):
    blocks = {f"p{row}": PlatformBlock(reach=reach, minutes=minutes) for row, (reach, minutes) in enumerate(rows)}
    nowhere = 1.0
    for reach, _ in rows:
        nowhere *= 1 - reach
    assert build_platforms(blocks).present().sum() == pytest.approx(1 - nowhere, abs=1e-9)
