"""The nearest plan that keeps the limits, by hand."""

import pytest

from dacu.errors import AnswerIsNo
from dacu.plan.limits import limits_of
from dacu.plan.near import nearest
from dacu.plan.problem import Cell
from dacu.plan.question import Choice, Objective, Question, Range

A, B = "channels.a", "channels.b"
A1, B1, LIN = Cell(A, "burst"), Cell(B, "burst"), Cell("kols.lin")
GMV = Objective("gmv", "GMV", "GMV")


def ask(**demands):
    return Question(current={A1: 50, B1: 60, LIN: 40}, budget=150, objective=GMV, bookings={"kols.lin": 40}, **demands)


def test_a_plan_that_keeps_its_limits_stays():
    question = ask()
    assert nearest(question.current, question, limits_of(question)) == pytest.approx(question.current)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ({A: Range(most=30)}, {A1: 30, B1: 60, LIN: 40}),
        ({A: Range(80, or_zero=True)}, {A1: 0, B1: 60, LIN: 40}),  # 50 moved; 80 would take 30 from b, too
        ({A: Range(60, or_zero=True)}, {A1: 60, B1: 50, LIN: 40}),  # 20 moved
    ],
)
def test_no_more_money_moves_than_a_limit_asks(lines, found):
    question = ask(lines=lines)
    assert nearest(question.current, question, limits_of(question)) == pytest.approx(found)


def test_of_a_choice_the_smaller_is_given_up():
    floors = {A: Range(10, or_zero=True), B: Range(10, or_zero=True)}
    question = ask(lines=floors, choices={"choose.one": Choice((A, B), "at_most", 1)})
    assert nearest(question.current, question, limits_of(question)) == pytest.approx({A1: 0, B1: 60, LIN: 40})


def test_a_creator_is_booked_whole_or_not_at_all():
    question = ask(choices={"kols.at_most": Choice(("kols.lin",), "at_most", 0)})
    assert nearest(question.current, question, limits_of(question)) == pytest.approx({A1: 50, B1: 60, LIN: 0})


def test_where_no_plan_keeps_the_limits_the_answer_is_no():
    question = ask(lines={A: Range(most=10)}, cells={A1: Range(20)})
    with pytest.raises(AnswerIsNo):
        nearest(question.current, question, limits_of(question))
