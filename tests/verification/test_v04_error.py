"""V4, the second half: errors fall with the square root of the agents. That means do not move: see README.md."""

from __future__ import annotations

import numpy as np

from dacu.behaviour.maths import one_minus_exp64
from dacu.behaviour.parameters import read, root
from dacu.behaviour.quantiles import exponential
from dacu.draws import Stream, chance, gate
from dacu.people.blocks import PeopleBlock
from dacu.people.platforms import build_platforms
from dacu.people.population import Seed, build_born, class_middles

BEHAVIOUR = read(root().children["behaviour"])
RUNS = 40
AGENTS = (250, 4000)  # sixteen times as many: a quarter of the error


def online_share(agents: int, replication: int) -> float:
    """Share of a freshly drawn crowd that is online in an hour of usual activity."""
    seed = Seed(5, replication)
    born = build_born(seed, agents, PeopleBlock(), BEHAVIOUR, build_platforms({}))
    rates = exponential(class_middles()) * BEHAVIOUR.activity.session_rate
    return len(gate(seed.key(Stream.ONLINE), born.pace, chance(one_minus_exp64(rates)))) / agents


def test_v04_the_error_of_a_share_falls_with_the_square_root_of_the_agents():
    """People and events drawn anew forty times. With Gamma(1) paces of mean m the share online is m/(1 + m), and the
    root mean square error √(p(1 − p)/agents): within four standard errors of a root mean square of forty, 45%.
    """
    mean = BEHAVIOUR.activity.session_rate
    share = mean / (1 + mean)
    errors = [np.mean([(online_share(agents, run) - share) ** 2 for run in range(RUNS)]) ** 0.5 for agents in AGENTS]
    binomial = [(share * (1 - share) / agents) ** 0.5 for agents in AGENTS]
    slack = 4 / (2 * RUNS) ** 0.5
    assert np.abs(np.array(errors) / binomial - 1).max() < slack
    assert 2 < errors[0] / errors[1] < 8
