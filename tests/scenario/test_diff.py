"""Two scenarios, and only what differs."""

from dacu.language.compose import Composed, compose
from dacu.scenario.diff import Change, differences

FILE = """dacu: 1
x: {same: 1, changed: 1, gone: 1}
kols: {lin: {fee: 1}, wu: {fee: 1}}
list: [1, 2]
variants:
  other:
    x: {changed: 2, gone: ~, new: 3}
    kols:
      lin: ~
      zhao: {fee: 5}
    list: [1, 3]
    live: {main: {hours: 2}}
    x2: {a: 1}
"""


def composed(variant: str = "") -> Composed:
    return compose(f"a.yaml{variant}", read=lambda path: (path, FILE))


def test_only_what_differs_is_told_with_its_line() -> None:
    assert differences(composed(), composed("+other")) == [
        Change("x.changed", "1", "2", "a.yaml", 7),
        Change("x.gone", "1", None, "a.yaml", 2),
        Change("x.new", None, "3", "a.yaml", 7),
        Change("kols.lin", "there", "not there", "a.yaml", 3),
        Change("kols.zhao", "not there", "there", "a.yaml", 10),
        Change("list", "[1, 2]", "[1, 3]", "a.yaml", 11),
        Change("live.main", "not there", "there", "a.yaml", 12),
        Change("x2", "not there", "there", "a.yaml", 13),
    ]


def test_a_scenario_does_not_differ_from_itself() -> None:
    assert differences(composed("+other"), composed("+other")) == []


def test_the_way_back_swaps_before_and_after() -> None:
    there = {change.path: (change.before, change.after) for change in differences(composed(), composed("+other"))}
    back = {change.path: (change.after, change.before) for change in differences(composed("+other"), composed())}
    assert there == back
