"""Twin of the kernel of sim/seek.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from dacu.behaviour import interest, maths
from dacu.behaviour.compiled import hashed, in_parts, scalar, step_of, top
from dacu.sim import seek

Searched = seek.Searched
stock, need, search_rate = scalar(interest.stock), scalar(interest.need), scalar(interest.search_rate)
one_minus_exp32 = scalar(maths.one_minus_exp32)


def look_up(
    brand_key: Any, category_key: Any, behaviour: Any, users: Any, awareness: Any, consideration: Any,
    stocked_until: Any, cycle: Any, hour: Any, own: Any,
) -> Any:  # fmt: skip
    """See seek.look_up."""
    brand_step, category_step = step_of(brand_key), step_of(category_key)
    rate = np.float32(behaviour.search.category_rate)
    brand, category = np.empty(len(users), np.int64), np.empty(len(users), np.int64)
    brands, categories, mass = 0, 0, 0
    for row in range(len(users)):
        person = users[row]
        needs = need(stocked_until[person], cycle[person], hour)
        aware, considers = stock(np.float32(awareness[person])), stock(np.float32(consideration[person]))
        chance = in_parts(one_minus_exp32(search_rate(behaviour, aware, considers, needs) * own[row]))
        mass += int(chance)
        brand[brands] = row
        brands += top(hashed(person, brand_step, brand_key)) < chance
        category[categories] = row
        chance = in_parts(one_minus_exp32(needs * rate * own[row]))
        categories += top(hashed(person, category_step, category_key)) < chance
    return Searched(brand[:brands], category[:categories], mass)
