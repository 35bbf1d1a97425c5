"""The table of the hour: named in both languages, every stream drawn in one place, every column a real one."""

from dataclasses import fields

from dacu.draws import Stream
from dacu.people.users import Users
from dacu.sim.steps import STEPS


def test_steps_have_names_in_both_languages_and_ids_of_their_own():
    assert len({step.id for step in STEPS}) == len(STEPS)
    for step in STEPS:
        assert any("\u4e00" <= sign <= "\u9fff" for sign in step.zh)
        assert step.en.isascii()


def test_declared_columns_exist():
    known = {f"users.{f.name}" for f in fields(Users)}
    declared = {name for step in STEPS for name in step.writes if name.startswith("users.")}
    assert declared <= known


def test_draws_of_a_stream_belong_to_one_step_but_for_rationing():
    shared = [stream for stream in Stream if sum(stream in step.streams for step in STEPS) > 1]
    assert set(shared) <= {Stream.RATION, Stream.CLAIM, Stream.CLAIM_GUARD, Stream.JOIN, Stream.EXPOSE, Stream.CLICK}
