"""Groups of the private domain: who opens a push, who talks, who leaves. model: role, satisfaction, burden by day.

Shares and hazards are the project's own assumptions (grade C in parameters.yaml); satisfaction shifts around its usual
level, so that at that level each stands as written.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dacu.behaviour.choice import logistic
from dacu.behaviour.coefficients import Behaviour
from dacu.behaviour.scalars import exp64

Floats: TypeAlias = NDArray[np.float32]
ORDINARY, ACTIVE, CORE = 0, 1, 2
WEEK = 7


def roles(behaviour: Behaviour, draw: Floats) -> NDArray[np.uint8]:
    """Role in the group of each uniform draw: the lowest are core members, then active ones, then ordinary ones."""
    facts = behaviour.private
    core = draw < np.float32(facts.core)
    active = draw < np.float32(facts.core + facts.active)
    return np.where(core, CORE, np.where(active, ACTIVE, ORDINARY)).astype(np.uint8)


def opened(behaviour: Behaviour, usual: float, role: NDArray[np.uint8], satisfaction: Floats) -> Floats:
    """Chance that each member opens a push that an ordinary one of usual satisfaction opens with chance `usual`."""
    facts = behaviour.private
    utility = np.array([0.0, facts.open_active, facts.open_core], np.float32)[role]
    utility += (satisfaction - np.float32(behaviour.reference.satisfaction)) * np.float32(facts.open_satisfaction)
    return logistic(usual, utility)


def talk(behaviour: Behaviour, lift: float, satisfaction: Floats) -> Floats:
    """Interactions a member and day in the group; lift: sum of what the activities that are on add (0 for none)."""
    facts = behaviour.private
    calm = (satisfaction - np.float32(behaviour.reference.satisfaction)) * np.float32(facts.talk_satisfaction)
    return (1 + calm) * np.float32(facts.talk / WEEK * (1 + lift))


def leaving(behaviour: Behaviour, a_day: int) -> float:
    """Chance that a member leaves after a day with so many pushes (or posts): each more tires more."""
    facts = behaviour.private
    return facts.leave * float(exp64(facts.leave_burden * (a_day - 1))) if a_day else 0.0
