"""Keyed draws: pure, unchanged for ever, uniform, and independent of one another (fixed seeds, stated thresholds)."""

import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from dacu import draws
from dacu.draws import CERTAIN, Stream, chance, key, path_hash

USERS = np.arange(1 << 17, dtype=np.uint32)
Z_LIMIT = 4.5  # |z| of one correlation: 7 in a million by chance
Draw = Callable[[np.uint64, NDArray[np.uint32]], NDArray[np.uint64]]


def correlation_z(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> float:
    """The correlation of two columns of bits as uniforms, in standard errors."""
    a, b = (np.ldexp(bits.astype(np.float64), -64) - 0.5 for bits in (left, right))
    return float(np.sum(a * b) * 12 / np.sqrt(a.size))


def chi_square_z(bits: NDArray[np.uint64], bins: int = 256) -> float:
    """How far the counts of equal bins are from equal, in standard deviations of χ²."""
    counts = np.bincount((bits >> np.uint64(56)).astype(np.int64), minlength=bins)
    expected = bits.size / bins
    return float((np.sum((counts - expected) ** 2) / expected - (bins - 1)) / np.sqrt(2 * (bins - 1)))


def shared_step(key: np.uint64, entity: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """The broken schedule: one step between entities for all keys."""
    words = entity.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + key
    draws._mix_in_place(words, np.empty_like(words))
    return words


def step_is_key(key: np.uint64, entity: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """A broken schedule: entity e becomes (e + 1)·key, so that 2e + 1 is twice e."""
    words = entity.astype(np.uint64) * (key | np.uint64(1)) + key
    draws._mix_in_place(words, np.empty_like(words))
    return words


def overlap_z(draw: Draw) -> float:
    """The worst correlation of keys that lie 1…20 golden steps apart, with users shifted as far."""
    first = int(key(7, 0, Stream.CLICK))
    column = draw(np.uint64(first), USERS)
    worst = 0.0
    for steps in range(1, 21):
        other = draw(np.uint64((first + steps * 0x9E3779B97F4A7C15) % 2**64), USERS)
        worst = max(worst, abs(correlation_z(column[steps:], other[:-steps])))
    return worst


def doubling_z(draw: Draw) -> float:
    """The worst correlation of user e with user 2e + 1, over 60 hours."""
    half = USERS.size // 2
    columns = [draw(key(7, 0, Stream.ONLINE, hour), USERS) for hour in range(60)]
    return max(abs(correlation_z(column[:half], column[1::2])) for column in columns)


def test_the_key_schedule_is_frozen():
    assert int(key(1, 0, Stream.ONLINE)) == 0x0FC95138409E087C
    assert int(key(2026, 3, Stream.CLICK, hour=-14, ordinal=5)) == 0x9B405EA3AE713735
    assert int(path_hash("kols.lin_xiaoyu")) == 0x71EB57A9D4B1A020
    assert draws.bits64(key(1, 0, Stream.ONLINE), np.arange(3)).tolist() == [
        0x5A7825F9EE849BAD,
        0x2C289886E3B0668E,
        0x33BC78808036182A,
    ]


def test_no_stream_has_the_number_of_a_plug_in():
    assert len(set(Stream)) == len(Stream.__members__)
    assert all(0 < stream < 1000 for stream in Stream)


@pytest.mark.parametrize("part", range(5))
def test_every_part_of_a_key_matters(part: int):
    parts = [1, 2, 3, 4, 5]
    before = key(*parts)
    parts[part] += 1
    assert key(*parts) != before


def test_the_order_of_the_parts_of_a_key_matters():
    assert key(1, 2, 3, 4, 5) != key(1, 2, 3, 5, 4)
    assert key(1, 2, 3, 4, 5) != key(2, 1, 3, 4, 5)


def test_keys_of_a_study_are_distinct_and_so_are_their_steps():
    keys = [
        key(7, replication, stream, hour, ordinal)
        for replication in range(3)
        for stream in Stream
        for hour in range(-336, 336, 16)
        for ordinal in range(2)
    ]
    assert len(set(keys)) == len(keys)
    assert len({draws.step_of(one) for one in keys}) == len(keys)


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=20), st.integers(0, 2**64 - 1))
def test_a_draw_does_not_depend_on_its_neighbours_nor_on_the_integer_type(ids: list[int], word: int):
    together = draws.bits64(np.uint64(word), np.array(ids, dtype=np.int64))
    alone = [draws.bits64(np.uint64(word), np.array([one], dtype=np.uint64))[0] for one in ids]
    assert together.tolist() == alone


def test_tiles_do_not_show():
    ids = np.arange(3 * draws._TILE + 5)
    whole = draws.bits64(key(1, 0, 1), ids)
    cut = 2 * draws._TILE - 3
    assert (whole[cut:] == draws.bits64(key(1, 0, 1), ids[cut:])).all()


def test_the_uniform_of_one_entity_equals_that_of_an_array():
    one_key = key(5, 1, Stream.HEAT, 9)
    assert draws.uniform(one_key, USERS[:50]).tolist() == [draws.uniform_one(one_key, i) for i in range(50)]


def test_uniforms_stay_off_0_and_1_and_mirror_exactly(monkeypatch: pytest.MonkeyPatch):
    ends = np.array([0, 2**64 - 1], dtype=np.uint64)
    monkeypatch.setattr(draws.Hashing, "bits64", lambda *_: ends.copy())
    low, high = draws.uniform(np.uint64(0), ends)
    assert low == 2.0**-53
    assert high == 1 - 2.0**-53
    assert 1 - high == low


def test_a_path_hash_does_not_depend_on_the_hash_seed():
    code = "from dacu.draws import path_hash; print(path_hash('直播.主场'))"
    paths = ":".join(path for path in sys.path if path)
    answers = {
        subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": paths},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert answers == {f"{path_hash('直播.主场')}\n"}


def test_chances_saturate_and_nan_never_happens():
    given_chances = np.array([-1, 0, 2**-32, 0.5, 1, 7, np.nan], dtype=np.float32)
    assert chance(given_chances).tolist() == [0, 0, 1, 2**31, CERTAIN, CERTAIN, 0]


def test_certain_always_happens_and_0_never(monkeypatch: pytest.MonkeyPatch):
    extremes = np.array([0, 2**64 - 1], dtype=np.uint64)
    monkeypatch.setattr(draws.Hashing, "bits64", lambda *_: extremes.copy())
    assert draws.happens(np.uint64(0), extremes, chance(np.ones(2))).all()
    assert not draws.happens(np.uint64(0), extremes, chance(np.zeros(2))).any()


@given(st.floats(0, 1, width=32), st.floats(0, 1, width=32))
def test_a_higher_chance_strikes_a_superset(one: float, other: float):
    low, high = sorted((one, other))
    users = USERS[:500]
    struck = draws.happens(key(1, 0, 1), users, chance(np.full(500, low, dtype=np.float32)))
    assert draws.happens(key(1, 0, 1), users, chance(np.full(500, high, dtype=np.float32)))[struck].all()


def test_the_gate_is_happens_with_the_chance_of_the_class():
    users = np.arange(USERS.size)
    classes = (users * 7 % 256).astype(np.uint8)
    by_class = chance(np.linspace(0, 1, 256))
    hour_key = key(3, 0, Stream.ONLINE, 20)
    passed = draws.gate(hour_key, classes, by_class)
    assert (passed == np.flatnonzero(draws.happens(hour_key, users, by_class[classes]))).all()
    assert np.isin(np.flatnonzero(classes == 255), passed).all()


def test_whole_numbers_cover_their_range_evenly():
    counts = np.bincount(draws.whole(key(3, 0, Stream.SLOT, 1), USERS, 12))
    expected = USERS.size / 12
    assert counts.size == 12
    assert np.sum((counts - expected) ** 2 / expected) < 40  # χ² of 11 degrees: 4 in 100,000


def test_bits_are_uniform():
    assert all(abs(chi_square_z(draws.bits64(key(1, 0, stream), USERS))) < Z_LIMIT for stream in Stream)
    assert chi_square_z(USERS.astype(np.uint64) << np.uint64(40)) > Z_LIMIT


@pytest.mark.parametrize("lag", [1, 2, 12, 24, 64, 4096])
def test_users_apart_by_a_lag_are_uncorrelated(lag: int):
    columns = [draws.bits64(key(7, 0, Stream.ONLINE, hour), USERS) for hour in range(20)]
    assert max(abs(correlation_z(column[lag:], column[:-lag])) for column in columns) < Z_LIMIT


@pytest.mark.parametrize("part", ["seed", "replication", "stream", "hour", "ordinal"])
@pytest.mark.parametrize("shift", [0, 1])
def test_keys_next_to_one_another_are_uncorrelated(part: str, shift: int):
    parts = {"seed": 7, "replication": 0, "stream": 30, "hour": 0, "ordinal": 0}
    columns = [draws.bits64(key(**{**parts, part: value}), USERS) for value in range(25)]
    stop = USERS.size - shift
    pairs = [(left[shift:], right[:stop]) for left, right in pairwise(columns)]
    assert max(abs(correlation_z(*pair)) for pair in pairs) < Z_LIMIT


def test_a_user_s_draws_about_two_things_are_uncorrelated():
    things = [path_hash(f"content.posts.p{i}") for i in range(20)]
    columns = [draws.bits64(key(7, 0, Stream.ITEM, 3), USERS, np.full(USERS.size, one)) for one in things]
    assert max(abs(correlation_z(*pair)) for pair in pairwise(columns)) < Z_LIMIT
    assert max(abs(correlation_z(column[1:], column[:-1])) for column in columns) < Z_LIMIT


def test_keys_some_steps_apart_do_not_share_draws():
    assert overlap_z(draws.bits64) < Z_LIMIT
    assert overlap_z(shared_step) > 100


def test_users_whose_numbers_double_are_uncorrelated():
    assert doubling_z(draws.bits64) < Z_LIMIT
    assert doubling_z(step_is_key) > Z_LIMIT


def test_hours_online_are_binomial_over_users():
    hours, share = 336, 0.13
    users = USERS[:40_000]
    chances = chance(np.full(users.size, share))
    online = sum(
        draws.happens(key(7, 0, Stream.ONLINE, hour), users, chances).astype(np.int64) for hour in range(hours)
    )
    ratio = np.var(online) / (hours * share * (1 - share))
    assert abs(ratio - 1) < 4 * np.sqrt(2 / users.size)
