"""V11: repeat buying of the drawn crowd has the moments of MBG/NBD.

A customer orders at rate λ ~ Gamma(1, mean 1/96 a day) and after each order, the first too, is lost with chance
p ~ Beta(.7, 1.3) (Batislam, Denizel & Filiztekin 2007, IJRM 24(3)). With α = 96 days and G(u) = α/(α + u):

    P(orders again within T) = (1 − E p)·(1 − G(T))
    E orders within T        = E[(1 − p)/p · (1 − G(pT))]
    P(alive after T)         = E[(1 − p) · G(pT)]
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from dacu.behaviour.loyalty import dropout
from dacu.behaviour.parameters import read, root
from dacu.behaviour.quantiles import beta, exponential
from dacu.draws import Stream, chance, happens, uniform
from dacu.people.blocks import PeopleBlock
from dacu.people.platforms import build_platforms
from dacu.people.population import Seed, build_born, class_middles

BEHAVIOUR = read(root().children["behaviour"])
LOYALTY = BEHAVIOUR.loyalty
DAYS = 90
AGENTS = 40_000
ORDERS = 30  # nobody has as many in ninety days
CLASSES = 0.01  # relative error of 256 classes of rate and of dropout against the continuous laws


def lives(agents: int, replication: int = 0) -> np.ndarray:
    """Of each agent after a first order: repeats within DAYS, and whether it would still come after them."""
    seed = Seed(3, replication)
    born = build_born(seed, agents, PeopleBlock(), BEHAVIOUR, build_platforms({}))
    rate = (exponential(class_middles()) * LOYALTY.rate_mean)[born.repeat]
    own = beta(LOYALTY.dropout_a, LOYALTY.dropout_b, class_middles()).astype(np.float32)[born.dropout]
    usual, outside = np.full(agents, BEHAVIOUR.reference.satisfaction, np.float32), np.zeros(agents, np.float32)
    leaves = chance(dropout(BEHAVIOUR, own, usual, outside))
    ids, at, repeats = np.arange(agents), np.zeros(agents), np.zeros(agents)
    alive = np.ones(agents, bool)
    for order in range(ORDERS):  # as hours from 1 on: the plain key drew the classes
        alive &= ~((at <= DAYS) & happens(seed.key(Stream.DROPOUT, 1 + order), ids, leaves))
        at -= np.log(uniform(seed.key(Stream.DIRECT, 1 + order), ids)) / rate
        repeats += alive & (at <= DAYS)
    return np.stack([repeats, alive])


def closed_forms() -> tuple[float, float, float]:
    """P(orders again), E orders, P(alive), of the continuous laws."""
    a, b, alpha = LOYALTY.dropout_a, LOYALTY.dropout_b, 1 / LOYALTY.rate_mean

    def mean(of):
        return integrate.quad(lambda p: of(p) * stats.beta.pdf(p, a, b), 0, 1)[0]

    again = b / (a + b) * (1 - alpha / (alpha + DAYS))
    orders = mean(lambda p: (1 - p) / p * (1 - alpha / (alpha + p * DAYS)))
    alive = mean(lambda p: (1 - p) * alpha / (alpha + p * DAYS))
    return again, orders, alive


def test_v11_repeat_orders_have_the_moments_of_mbg_nbd():
    """Within four standard errors of 40,000 agents and 1% for the classes."""
    repeats, alive = lives(AGENTS)
    for sample, exact in zip((repeats > 0, repeats, alive > 0), closed_forms(), strict=True):
        assert sample.mean() == pytest.approx(exact, abs=4 * sample.std() / AGENTS**0.5 + CLASSES * exact)


def test_v11_the_check_of_the_source_holds():
    """P(repeat within 90 days) = .65·(1 − α/(α + 90)), by arithmetic: .314 at the source's α of 96 days."""
    days = 1 / BEHAVIOUR.loyalty.rate_mean
    assert closed_forms()[0] == pytest.approx(0.65 * (1 - days / (days + 90)), rel=1e-4)


def test_v11_errors_fall_with_the_square_root_of_the_agents():
    """Forty crowds of 250 and of 4,000: a quarter of the error, within the spread of a ratio of such errors."""
    _, exact, _ = closed_forms()
    errors = [
        np.mean([(lives(agents, run)[0].mean() - exact) ** 2 for run in range(40)]) ** 0.5 for agents in (250, 4000)
    ]
    assert 2 < errors[0] / errors[1] < 8
