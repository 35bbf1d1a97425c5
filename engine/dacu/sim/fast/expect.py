"""Twin of the kernel of sim/expect.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.behaviour import aftersale as formulas
from dacu.behaviour.compiled import scalar
from dacu.clock.hours import HOURS_A_DAY
from dacu.sim import expect
from dacu.sim.tally import MONEY_SHIFT, Expected

fates, outcome = scalar(formulas.fates), scalar(formulas.outcome)
Lines: Any = formulas.Lines
NO = np.float32(0)
LIST, SHOP_OFF, PLATFORM_OFF = (int(each) for each in (Expected.LIST, Expected.SHOP_OFF, Expected.PLATFORM_OFF))
PAID, OLD_PAID, UNITS = (int(each) for each in (Expected.PAID, Expected.OLD_PAID, Expected.UNITS))
ORDERS, NEW_ORDERS, GIFTS = (int(each) for each in (Expected.ORDERS, Expected.NEW_ORDERS, Expected.GIFTS))
FULFILMENT, BY_LINE = int(Expected.FULFILMENT), tuple(int(measure) for measure in expect.BY_LINE)
BY_PLACE = tuple((int(place), int(measure)) for place, measure in expect.BY_PLACE.items())


def weigh(
    mass: Any, refund_mass: Any, place_mass: Any, aftersale: Any, shop: Any, may: Any, hours: Any, off: Any,
    persona: Any, orders: Any, bills: Any,
) -> None:  # fmt: skip
    """See expect.weigh."""
    basket, fen, amounts = may.basket, np.empty(len(mass)), np.empty(len(mass), np.int64)
    for row in range(len(may.user)):
        person, here, bill = may.user[row], may.platform[row], may.bill[row]
        live, impulse = np.float32(may.live[row]), np.float32(may.impulse[row])
        chance, full, new = np.int64(may.chance[row]), bills.pay[bill], orders[may.user[row]] == 0
        pay = full - off[row]
        share = pay / full
        fen[:] = 0.0
        fen[LIST], fen[SHOP_OFF] = bills.listed[bill], bills.shop_off[bill] + off[row]
        fen[PLATFORM_OFF], fen[PAID], fen[OLD_PAID] = bills.platform_off[bill], pay, 0 if new else pay
        main, along, filler = np.int64(basket.sku[row]), np.int64(basket.add_on[row]), np.int64(basket.filler[row])
        sent = 0.0
        for place, sku in enumerate((main, along, filler)):
            if sku < 0 or (place > 0 and sku == main) or (place > 1 and sku == along):
                continue
            known = Lines(
                shop.returns[persona[person]], shop.quality[sku], shop.listing[sku], NO, shop.late_days, live, impulse,
                np.float32(place > 1), shop.preship[here], shop.refund[here],
            )  # fmt: skip
            fate = fates(aftersale, shop.category, known, shop.terms)
            money, cost = bills.paid[bill, sku] * share, shop.cost[sku] * bills.pieces[bill, sku]
            parts = outcome(fate, money, bills.subsidy[bill, sku], cost, shop.fee[here], shop.return_cost)
            for part in range(len(BY_LINE)):
                fen[BY_LINE[part]] += parts[part]
            causes = fate.causes
            ways = (
                fate.preship, fate.refund_only, causes.quality, causes.mismatch, causes.logistics, causes.mind_change,
                causes.filler,
            )  # fmt: skip
            for way, likely in enumerate(ways):
                refund_mass[way, sku, here] += (chance * np.int64(np.rint(money * likely))) >> MONEY_SHIFT
            if place == 0:
                sent = 1 - np.float64(fate.preship)
        fen[FULFILMENT] += shop.parcel * sent
        fen[GIFTS] = bills.gift[bill] * sent
        hour, lever, day = hours[row], may.lever[row], hours[row] // HOURS_A_DAY
        for measure in range(len(mass)):
            amounts[measure] = (chance * np.int64(np.rint(fen[measure]))) >> MONEY_SHIFT
        amounts[ORDERS], amounts[NEW_ORDERS], amounts[UNITS] = chance, chance * new, chance * bills.units[bill]
        for measure in range(len(mass)):
            mass[measure, hour, lever] += amounts[measure]
        for spot, measure in BY_PLACE:
            place_mass[spot, day, here] += amounts[measure]
