"""The loop finds the optimum of a noisy campaign, believes no noise, and keeps its promises on the way."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from dacu.kpis import BY_ID
from dacu.plan.answer import Effort
from dacu.plan.limits import keeps, limits_of
from dacu.plan.problem import Cell
from dacu.plan.question import Bound, Choice, DailyCap, Figure, Group, LineRoi, Objective, Range, evenly
from dacu.plan.search import search

FEED, SEARCH, KOL = "channels.feed", "channels.search", "kols.lin"
CELLS = [Cell(line, phase) for line in (FEED, SEARCH, KOL) for phase in ("warm", "burst")]
HEIGHT = np.array([90.0, 60.0, 25.0])
EFFORT = Effort(seeds=4)


def test_a_noisy_campaign_ends_within_one_per_cent_of_its_optimum(campaign, question, best_possible):
    problem = question()
    answer = search(problem, campaign(), EFFORT)
    assert answer.status == "improved"
    assert campaign().expected(list(answer.plan.values())) >= 0.99 * best_possible(problem.budget)
    assert answer.verified.gain.low > 0
    assert {"equal", "greedy"} == set(answer.verified.rivals)
    assert answer.verified.rivals["equal"].gain.low > 0
    assert answer.spent == problem.budget
    assert answer.unspent is None


def test_limits_hold_and_the_constrained_optimum_is_found(campaign, question, best_possible):
    problem = question(
        groups={"brand": Group((KOL,), least=0.2)},
        lines={FEED: Range(most=60_000_00)},
        days={"warm": evenly(0, 10), "burst": evenly(10, 2)},
        daily_cap=DailyCap(5, 7_000_00),
    )
    answer = search(problem, campaign(), EFFORT)
    assert keeps(answer.plan, limits_of(problem))
    assert sum(money for cell, money in answer.plan.items() if cell.phase == "burst") <= 70_000_00
    budget = problem.budget
    optimum = best_possible(
        budget,
        [
            {"type": "ineq", "fun": lambda y: y[4] + y[5] - 0.2 * y.sum()},
            {"type": "ineq", "fun": lambda y: 60_000_00 / budget - y[0] - y[1]},
            {"type": "ineq", "fun": lambda y: 70_000_00 / budget - y[1] - y[3] - y[5]},
        ],
    )
    assert campaign().expected(list(answer.plan.values())) >= 0.99 * optimum
    assert {"optimise.budget", "optimise.groups.brand.share.min"} <= {price.limit.id for price in answer.binding}


def test_where_money_does_nothing_the_current_plan_is_kept(campaign, question):
    problem = question()
    answer = search(problem, campaign(heights=np.zeros(3), own_noise=5.0), EFFORT)
    assert (answer.status, answer.ended) == ("kept", "noise")
    assert answer.plan == problem.current
    assert answer.verified.gain.low <= 0 <= answer.verified.gain.high
    assert "kept" in answer.sentences("en")[0]


def test_a_plan_that_fails_in_simulation_is_never_taken(toy, question):
    class Deceiver(toy):
        """Every cell moved alone gains; two moved together lose everything."""

        def values(self, plans, seeds):
            return [[self._outcome(plan)] * len(seeds) for plan in plans]

        @staticmethod
        def _outcome(plan):
            moves = [plan[cell] - 20_000_00 for cell in CELLS]
            return -1e6 if sum(move != 0 for move in moves) > 1 else sum(moves[:2]) / 1e4

    problem = question()
    answer = search(problem, Deceiver(), EFFORT)
    assert answer.plan == problem.current
    assert not any(tried.accepted for tried in answer.rounds)
    assert [tried.radius for tried in answer.rounds[:3]] == [1.0, 0.5, 0.25]
    assert answer.ended == "settled"
    assert answer.sentences("en")[0].startswith("Nothing simulated was better")


def test_the_final_comparison_uses_seeds_that_nothing_else_saw(campaign, question):
    simulator = campaign()
    answer = search(question(), simulator, EFFORT)
    plans, seeds = simulator.asked[-1]
    before = {seed for _, asked in simulator.asked[:-1] for seed in asked}
    assert plans == 4
    assert seeds == answer.verified.seeds
    assert not before & set(seeds)


def test_the_same_question_has_the_same_answer(campaign, question):
    assert search(question(), campaign(), EFFORT) == search(question(), campaign(), EFFORT)


def test_a_line_of_nothing_can_grow(campaign, question):
    current = dict.fromkeys(CELLS, 0)
    current[Cell(KOL, "warm")] = 120_000_00
    answer = search(question(current=current), campaign(), EFFORT)
    assert answer.plan[Cell(FEED, "burst")] > 10_000_00


def test_a_current_plan_over_budget_is_repaired(campaign, question):
    problem = question(budget=90_000_00)
    answer = search(problem, campaign(), EFFORT)
    assert answer.status == "repaired"
    assert answer.spent <= 90_000_00
    assert answer.verified.gain.high < 0


def test_a_fixed_cell_is_never_probed_and_never_moves(campaign, question):
    fixed = Cell(KOL, "burst")
    problem = question(cells={fixed: Range(20_000_00, 20_000_00)})
    answer = search(problem, campaign(), EFFORT)
    assert answer.plan[fixed] == 20_000_00
    assert len(answer.curves[fixed].probes) == 1


def test_runs_never_pass_the_number_allowed(campaign, question):
    effort = Effort(runs=400)
    simulator = campaign()
    answer = search(question(), simulator, effort)
    assert answer.runs == sum(plans * len(seeds) for plans, seeds in simulator.asked) <= 400
    assert answer.ended in {"runs", "noise", "settled"}
    assert answer.lightened
    assert answer.sentences("en")[-1] == answer.effort.sentence("en")


def test_a_deadline_is_kept_by_lighter_rounds(campaign, question):
    simulator = campaign()

    def clock():
        return 0.5 * sum(plans * len(seeds) for plans, seeds in simulator.asked)

    answer = search(question(), simulator, Effort(), seconds=200.0, clock=clock)
    assert clock() <= 200.0
    assert answer.lightened
    assert answer.rounds


def test_without_runs_for_a_round_the_current_plan_is_kept(campaign, question):
    problem = question()
    answer = search(problem, campaign(), Effort(runs=60))
    assert (answer.status, answer.ended, answer.rounds) == ("kept", "runs", ())
    assert answer.plan == problem.current


def test_before_any_curve_there_is_an_answer_where_a_rule_of_thumb_does_better(campaign, question):
    poor = dict.fromkeys(CELLS, 0) | {Cell(KOL, "warm"): 120_000_00}
    problem = question(current=poor)
    answer = search(problem, campaign(), Effort(runs=100, confirm=20))
    assert (answer.status, answer.ended, answer.rounds) == ("improved", "runs", ())
    assert set(answer.plan.values()) == {20_000_00}
    truth = campaign().expected(list(answer.plan.values())) - campaign().expected(list(poor.values()))
    assert answer.forecast == pytest.approx(truth, rel=0.1)  # as trials saw it
    assert answer.verified.gain.low <= truth <= answer.verified.gain.high


def test_a_floor_of_what_a_line_adds_waits_for_curves(campaign, question):
    poor = dict.fromkeys(CELLS, 0) | {Cell(KOL, "warm"): 120_000_00}
    asked = question(current=poor, line_roi={FEED: LineRoi(0.0001, "incremental")})
    answer = search(asked, campaign(), Effort(runs=100, confirm=20))
    assert (answer.ended, answer.rounds) == ("runs", ())


def test_no_rule_of_thumb_is_taken_that_breaks_a_limit_on_figures(toy, question):
    class Returns(toy):
        """Equal parts sell more, with too many orders for the warehouse."""

        figures = (Figure("gmv", ()), Figure("orders.above", ()))

        def outcomes(self, plans, seeds):
            even = np.array([[float(len(set(plan.values())) == 1)] * len(seeds) for plan in plans])
            return np.stack([100.0 * (1000 + even), 100 + 900 * even])

    poor = dict.fromkeys(CELLS, 0) | {Cell(KOL, "warm"): 120_000_00}
    effort = Effort(runs=100, confirm=20)
    assert search(question(current=poor), Returns(), effort).candidate != poor
    held = question(current=poor, bounds={"kpis.orders.max": Bound(BY_ID["orders"], "at_most", 200.0)})
    assert search(held, Returns(), effort).candidate == poor


def test_money_that_cannot_be_spent_names_the_limit_that_holds_it(campaign, question):
    lines = {line: Range(most=30_000_00) for line in (FEED, SEARCH, KOL)}
    current = dict.fromkeys(CELLS, 10_000_00)
    answer = search(question(current=current, lines=lines), campaign(), EFFORT)
    assert answer.spent == 90_000_00
    assert answer.unspent is not None
    assert answer.unspent.why == "limits"
    assert {price.limit.id for price in answer.unspent.limits} == {f"optimise.{line}.max" for line in lines}
    assert "¥" in answer.unspent.sentence("zh")


WORTH = {"live.noon": 30.0, "live.midnight": 20.0, "live.morning": 12.0}


@pytest.fixture
def slots(campaign, question):
    """The search with three rooms free to hold at 5,000 yuan each, which a held one adds its worth to."""

    class Held(campaign):
        def _outcome(self, plan, seed):
            held = sum(worth for path, worth in WORTH.items() if plan[Cell(path)])
            return super()._outcome(plan, seed) + held

    def find(**demands):
        current = dict.fromkeys(CELLS, 20_000_00) | dict.fromkeys(map(Cell, WORTH), 0)
        named = {"live.at_most": ("直播间", "rooms")}
        asked = question(current=current, bookings=dict.fromkeys(WORTH, 5_000_00), names=named, **demands)
        return search(asked, Held(), EFFORT)

    return find


def at_most(count):
    return {"live.at_most": Choice(tuple(WORTH), "at_most", count)}


@pytest.mark.parametrize(
    ("choices", "held"),
    [
        ({}, {"live.noon", "live.midnight", "live.morning"}),
        (at_most(2), {"live.noon", "live.midnight"}),
        (at_most(1), {"live.noon"}),
        (at_most(0), set()),
        (at_most(2) | {"live.exclusive.0": Choice(("live.noon", "live.midnight"), "at_most", 1)},
         {"live.noon", "live.morning"}),
    ],
)  # fmt: skip
def test_of_the_slots_that_may_be_held_the_best_are(slots, choices, held):
    answer = slots(choices=choices)
    assert {cell.line for cell, money in answer.plan.items() if money and cell.line in WORTH} == held
    assert answer.spent == 120_000_00


def test_a_slot_more_is_worth_what_it_brings_less_what_its_money_brings_elsewhere(slots):
    answer = slots(choices=at_most(2))
    prices = {price.limit.id: price for price in answer.prices}
    limit, money = prices["optimise.live.at_most"], prices["optimise.budget"].price
    assert limit.binding
    assert limit.gain == pytest.approx(WORTH["live.morning"] - 5_000 * money, abs=1.0)
    assert limit.loss == pytest.approx(WORTH["live.midnight"] - 5_000 * money, abs=1.0)
    assert limit.sentence("zh").startswith("直播间的个数再放宽 1,GMV 约增加 ¥")
    assert limit.sentence("en").startswith("loosening number of rooms by 1 would add about ¥")


class Margin:
    """What a rich campaign earns less what it spends, in yuan."""

    def __init__(self, campaign):
        self.campaign = campaign

    figures = (Figure("contribution", ()),)
    recalled = 0

    def work(self, plans):
        return float(len(plans))

    def outcomes(self, plans, seeds):
        spent = np.array([sum(plan.values()) for plan in plans])
        return self.campaign.outcomes(plans, seeds) - spent[None, :, None]


def test_profit_stops_where_a_next_yuan_earns_less_than_itself(campaign, question):
    heights = 600 * HEIGHT
    objective = Objective("contribution", "贡献利润", "contribution", least_slope=-1.0)
    problem = question(objective=objective, current=dict.fromkeys(CELLS, 10_000_00))
    answer = search(problem, Margin(campaign(heights=heights)), EFFORT)
    spends = np.array(list(answer.plan.values()), dtype=float)
    best = minimize(
        lambda y: -(campaign(heights=heights).expected(y * 1e6) - 1e4 * y.sum()) / 1e4,
        spends / 1e6,
        bounds=[(0, None)] * len(CELLS),
    )
    earned = campaign(heights=heights).expected(spends) - spends.sum() / 100
    assert earned >= 0.99 * -best.fun * 1e4
    assert answer.spent < problem.budget
    assert answer.unspent is not None
    assert answer.unspent.why == "returns"


def test_progress_is_told_each_round(campaign, question):
    told = []
    answer = search(question(), campaign(), EFFORT, progress=told.append)
    assert told[-1].doing == "verify"
    assert len(told) >= len(answer.rounds) + 1
    assert all(step.sentence("zh") for step in told)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_answer_speaks_both_languages(campaign, question, lang):
    sentences = search(question(), campaign(), EFFORT).sentences(lang)
    assert all(sentences)
    assert not any("shadow" in sentence or "影子" in sentence for sentence in sentences)


def test_stopped_by_the_planner_it_gives_the_best_plan_simulated_so_far(campaign, question):
    class Stopped(campaign):
        """Ctrl-C in the second round of probes."""

        def values(self, plans, seeds):
            if len([1 for count, _ in self.asked if count > 4]) == 1 and len(plans) > 4:
                raise KeyboardInterrupt
            return super().values(plans, seeds)

    answer = search(question(), Stopped(), EFFORT)
    assert answer.ended == "stopped"
    assert not answer.verified.fresh
    assert campaign().expected(list(answer.plan.values())) > campaign().expected([20_000_00] * len(CELLS))
    assert answer.sentences("en")[0].startswith("Stopped: the best plan simulated so far")


def test_an_undecided_trial_gets_more_seeds(campaign, question):
    simulator = campaign(own_noise=12.0)
    answer = search(question(), simulator, EFFORT)
    tried = [len(seeds) for count, seeds in simulator.asked if count == 2]
    assert max(tried) > EFFORT.trials
    assert not set(answer.verified.seeds) & {seed for count, seeds in simulator.asked[:-1] for seed in seeds}


def test_the_programme_behind_the_prices_is_proved(campaign, question):
    answer = search(question(), campaign(), EFFORT)
    assert answer.proof is not None
    assert answer.proof.certificate.holds
    assert answer.proof.certificate.gap <= 1e-7
    assert any("certificate" in sentence for sentence in answer.sentences("en"))


def test_a_plan_that_no_programme_priced_says_so(campaign, question):
    answer = search(question(), campaign(), EFFORT)
    assert any(tried.accepted for tried in answer.rounds)
    unpriced = replace(answer, proof=None, prices=())
    for lang, told in (("en", "no prices and no certificate"), ("zh", "暂无价格与证书")):
        assert any(told in sentence for sentence in unpriced.sentences(lang))
        assert not any(told in sentence for sentence in answer.sentences(lang))
