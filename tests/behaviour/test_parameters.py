"""The coefficients: documented, inside their own ranges, read by name, overridden with a trace."""

import re
from pathlib import Path

import pytest

from dacu.behaviour.parameters import read, root, table
from dacu.errors import InputError

ENGINE = Path(__file__).parents[2] / "engine" / "dacu"
BY_NAME = {f"creators.trust_{tier}" for tier in ("head", "mid", "tail", "koc")}  # looked up by the creator's tier


def test_every_coefficient_is_documented_and_inside_its_range():
    for parameter in table():
        numbers = [float(number) for number in re.findall(r"-?\d*\.?\d+", parameter.value)]
        assert numbers, parameter.path
        assert all(parameter.low <= number <= parameter.high for number in numbers), parameter.path
        assert parameter.unit, parameter.path
        assert parameter.source, parameter.path
        assert parameter.grade in set("LPC"), parameter.path


def test_shares_of_personas_and_of_interactions_add_up_to_one():
    behaviour = read(root().children["behaviour"])
    assert sum(persona.share for persona in behaviour.personas.values()) == pytest.approx(1)
    assert sum(behaviour.content.kinds_video) == pytest.approx(1)
    assert sum(behaviour.content.kinds_note) == pytest.approx(1)
    assert set(behaviour.interests) == set(behaviour.personas)
    assert all(sum(centre) == pytest.approx(1) for centre in behaviour.interests.values())


def test_activity_is_a_day_with_mean_one():
    hours = read(root().children["behaviour"]).activity.hours
    assert len(hours) == 24
    assert sum(hours) / 24 == pytest.approx(1, abs=0.01)


def test_every_coefficient_is_read_somewhere():
    code = "".join(path.read_text(encoding="utf-8") for path in ENGINE.rglob("*.py"))
    paths = {parameter.path.removeprefix("behaviour.") for parameter in table()}
    names = {path for path in paths if not path.startswith("interests.")}  # looked up by persona
    unread = {path for path in names if not re.search(rf"\.{path.rpartition('.')[2]}\b", code)}
    assert unread == BY_NAME


def test_a_scenario_overrides_a_coefficient_and_the_run_can_say_so(shop):
    loaded = shop.loaded("", "behaviour.search.category_rate=0.01")
    assert loaded.behaviour.search.category_rate == 0.01
    assert loaded.overridden == (("behaviour.search.category_rate", "0.004", "0.01"),)


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("behaviour.search.category_rate=0.9", "coefficient_out_of_range"),
        ("behaviour.search.category_rate=often", "no_number"),
        ("behaviour.search.category_speed=0.01", "unknown_coefficient"),
    ],
)
def test_a_coefficient_that_cannot_be_is_refused(shop, setting, code):
    with pytest.raises(InputError) as refused:
        shop.loaded("", setting)
    assert [finding.code for finding in refused.value.findings] == [code]
