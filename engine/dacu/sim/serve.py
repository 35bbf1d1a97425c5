"""The service desk's hour: questions before the sale and cases after it wait for a human, and the wait costs sales."""

from __future__ import annotations

from dacu.ledger import Account
from dacu.shop.service import Reply, contacts, mean_reply
from dacu.sim.now import Now
from dacu.sim.tally import Measure
from dacu.sim.world import World

HALF_MINUTE, THREE_MINUTES, HOUR = 30, 180, 3600
NOBODY = -1


def serve(world: World, now: Now) -> None:
    """Answer what this hour asks; the wait is felt by the next hour's buyers."""
    setting, parcels = world.setting, world.parcels
    block = setting.operations.service
    if block.seats is None and setting.case_desk is None:
        return
    made = float(int((world.users.cart_slot >= 12 * world.t).sum()) * setting.weight)
    paid = float(sum(len(part.user) for part in now.buyers) * setting.weight)
    late = float(_became_late(world) * setting.weight)
    before, after = contacts(setting.behaviour.operations, made, paid, late, float(parcels.came_back * setting.weight))
    shared = setting.case_desk is None
    human = (before + (after if shared else 0.0)) * (1 - block.bot_share)
    reply = setting.desk.answer(setting.behaviour.operations, world.t, human, parcels.questions)
    parcels.questions, world.dials.reply_wait = reply.backlog, reply.wait
    cases = reply
    if setting.case_desk is not None:
        cases = setting.case_desk.answer(setting.behaviour.operations, world.t, after, parcels.cases)
        parcels.cases = cases.backlog
    parcels.resolved = cases.within(block.resolve_within * HOUR)
    if world.booked:
        waiting = parcels.questions + (0.0 if shared else parcels.cases)
        world.tally.add_people(Measure.BACKLOG, world.t, NOBODY, round(waiting))
        _count(world, reply, before + after, human)
        _pay_seats(world)


def _became_late(world: World) -> int:
    """Orders whose promise ran out in this hour while they wait, agents."""
    parcels, promise = world.parcels, int(world.setting.operations.warehouse.ship_within)
    return int(parcels.lines["first"][parcels.waiting(world.t - promise)].sum())


def _count(world: World, reply: Reply, asked: float, human: float) -> None:
    """Contacts and their first replies, in the hours in which somebody is at work."""
    setting, block = world.setting, world.setting.operations.service
    if setting.desk.shift.until_open(world.t):
        return
    mean = mean_reply(block.bot_share, block.bot_reply * HOUR, reply.wait)
    figures = {
        Measure.CONTACTS: asked, Measure.REPLY_SECONDS: asked * mean, Measure.HUMAN_CONTACTS: human,
        Measure.HUMAN_SECONDS: human * reply.wait, Measure.HUMAN_HALF_MINUTE: human * reply.within(HALF_MINUTE),
        Measure.HUMAN_THREE_MINUTES: human * reply.within(THREE_MINUTES),
        Measure.ABANDONED: human * reply.gave_up(block.patience * HOUR),
    }  # fmt: skip
    for measure, people in figures.items():
        world.tally.add_people(measure, world.t, NOBODY, round(people))


def _pay_seats(world: World) -> None:
    """Seats are paid while the shift lasts, busy or not."""
    block, at_work = world.setting.operations.service, not world.setting.desk.shift.until_open(world.t)
    seats = (block.seats or 0) + (block.aftersale_seats or 0)
    if at_work and seats and block.seat_cost:
        world.ledger.book_entry(world.t, Account.SERVICE, seats * block.seat_cost)
