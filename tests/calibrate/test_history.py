"""Starting from history: offsets are solved, found again, and never silently wrong."""

from collections.abc import Iterator

import pytest

from dacu.calibrate import history, usual
from dacu.calibrate.history import Settled, settle
from dacu.calibrate.secant import Round
from dacu.calibrate.usual import usual_days
from dacu.errors import InputError
from dacu.scenario.load import Loaded, load

SMALL_CROWD = 0.05  # 2,000 agents: an offset that moves one cart moves a figure by more than the solve asks for
TOLD = {"gmv_day": "30000", "visitors_day": "1500", "cvr": "10%", "aov": "200", "refund_rate": "20%",
        "preship_refund_rate": "8%"}  # fmt: skip
TOWN = """\
dacu: 1
calendar: {start: 2026-10-12, days: 20, warmup: 2d, phases: {sale: {from: D5, to: D9}}}
people: {size: 10000, agents: 2000, customers: 20%}
platforms: {douyin: {}}
skus: {soap: {list: 79, cost: 21, complement: cream, stock: 10}, cream: {list: 269, cost: 60}}
content: {accounts: {own: {followers: 500}}}
channels: {feed_ads: {budget: {sale: 9000}}}
promotions: {cut: {type: time_discount, cut: 20%, start: D5, end: D9}}
market: {baseline: {feed_ads: 100}}
"""


def _load(text: str, *sets: str) -> Loaded:
    return load("town.yaml", sets, lambda name: (name, text))


def _told(**changes: str) -> str:
    figures = ", ".join(f"{key}: {value}" for key, value in (TOLD | changes).items())
    return f"{TOWN}history: {{douyin: {{{figures}}}}}\n"


@pytest.fixture(scope="module", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DACU_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setattr(history, "FULL", history.FULL._replace(replications=1))
        patch.setattr(usual, "DAYS", 7)
        yield


@pytest.fixture(scope="module")
def settled(_cache: None) -> Settled:
    return settle(_load(_told()))


def test_ordinary_days_hold_nothing_special() -> None:
    scenario = usual_days(_load(_told())).scenario
    assert scenario.calendar.days == usual.DAYS
    assert not scenario.calendar.phases
    assert not scenario.promotions
    assert not scenario.history
    assert scenario.skus["soap"].stock is None
    assert scenario.channels["feed_ads"].daily_budget == 100_00


def test_ordinary_days_have_no_today() -> None:
    assert usual_days(_load(_told(), "calendar.today=2026-10-30")).scenario.calendar.today is None


def test_told_figures_are_met_and_the_answer_is_found_again(settled: Settled) -> None:
    fitted = {check.figure: check for check in settled.checks if check.fitted}
    assert fitted.keys() == {"visitors_day", "cvr", "aov", "refund_rate", "preship_refund_rate"}
    assert all(check.off is not None and abs(check.off) < SMALL_CROWD for check in fitted.values())
    assert not settled.warnings
    again = settle(_load(_told()))
    assert settled.rounds > 1
    assert again.rounds == 0
    assert again.checks == settled.checks
    assert again.loaded.scenario.platforms == settled.loaded.scenario.platforms


def test_other_code_does_not_find_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(history, "kept", asked.append)
    monkeypatch.setattr(history, "keep", lambda *_: None)
    monkeypatch.setattr(history, "_solve", lambda *_: (Round({}, {"douyin": {}}, {}), 1))
    settle(_load(_told()))
    settle(_load(_told()))
    monkeypatch.setattr(history, "code_digest", lambda: "a line was changed")
    settle(_load(_told()))
    assert asked[0] == asked[1] != asked[2]


def test_gmv_follows_from_the_others(settled: Settled) -> None:
    gmv = next(check for check in settled.checks if check.figure == "gmv_day")
    assert not gmv.fitted
    assert gmv.off is not None
    assert abs(gmv.off) < 2 * SMALL_CROWD


def test_offsets_stand_at_the_line_that_asked_for_them(settled: Settled) -> None:
    from dacu.language.tree import find

    mark = find(settled.loaded.composed.tree, ("platforms", "douyin", "offsets", "cart"))[1]
    assert (mark.file, mark.line) == ("town.yaml", 10)


def test_behaviour_is_never_touched(settled: Settled) -> None:
    assert settled.loaded.behaviour == _load(_told()).behaviour
    assert settled.loaded.overridden == ()


def test_what_cannot_be_met_is_red() -> None:
    dear = settle(_load(f"{TOWN}history: {{douyin: {{aov: 5000}}}}\n"))
    assert [check.red for check in dear.checks] == [True]
    assert [finding.code for finding in dear.warnings] == ["history_off"]
    assert dear.warnings[0].mark is not None
    assert dear.warnings[0].mark.line == 10


def test_an_offset_that_the_scenario_states_stays() -> None:
    settled = settle(_load(f"{TOWN}history: {{douyin: {{aov: 150}}}}\n", "platforms.douyin.offsets.basket=0.25"))
    assert settled.loaded.scenario.platforms["douyin"].offsets.basket == 0.25
    assert not settled.checks[0].fitted


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"gmv_day": "50000"}, "history_contradicts"),
        ({"preship_refund_rate": "30%"}, "history_preship_above_all"),
        ({"spend_day": "500"}, "history_spend_contradicts"),
    ],
)
def test_figures_that_contradict_name_both_places(changes: dict[str, str], code: str) -> None:
    with pytest.raises(InputError) as caught:
        _load(_told(**changes))
    (finding,) = caught.value.findings
    assert finding.code == code
    assert finding.mark is not None
    assert "town.yaml:" in finding.args["where"]


def test_history_of_an_unknown_platform_is_refused() -> None:
    with pytest.raises(InputError, match="did you mean douyin"):
        _load(f"{TOWN}history: {{douyn: {{aov: 100}}}}\n")
