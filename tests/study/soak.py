"""Two hundred kills at random moments: `python tests/study/soak.py [SEED] [KILLS]`, or `make soak`.

Half of them kill the parent, three tenths a worker of a pool, a fifth a worker of a Dask cluster. All moments are drawn
from the printed seed. Ends with rows lost, doubled and rerun: 0, 0, 0, or exit code 1.
"""

import random
import sys
import tempfile
import time
from pathlib import Path

import kills
from kills import Score

A_STUDY = 5
"""Parents killed in one study."""
LONGEST = 1.2
"""Seconds after which a parent is killed at the latest; a study takes about as long."""


def soak(seed: int, wanted: int) -> Score:
    """Kill so many; a kill that comes after the end of its study is drawn again."""
    draw, found = random.Random(seed), Score()
    parents, workers = wanted // 2, wanted * 3 // 10
    with tempfile.TemporaryDirectory() as scratch:
        number = 0
        while found.kills < wanted:
            folder = Path(scratch) / str(number)
            folder.mkdir()
            if found.kills < parents:
                where = draw.choice(("serial", "processes"))
                times = min(A_STUDY, parents - found.kills)
                score = kills.killed_parent(folder, where, times, draw, LONGEST)
            elif found.kills < parents + workers:
                where = "processes"
                score = kills.killed_worker(folder, where, draw)
            else:
                with kills.cluster() as where:  # its own: a nanny does not replace a worker killed while it starts
                    score = kills.killed_worker(folder, where, draw)
            found = Score(*map(sum, zip(found, score, strict=True)))
            number += 1
            print(f"study {number:3} {where:24} lost {score.lost} doubled {score.doubled} rerun {score.rerun}"
                  f"   kills {found.kills}/{wanted}", flush=True)  # fmt: skip
    return found


def main() -> int:
    """Print the seed first, the score last."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else time.time_ns() % 1_000_000
    print(f"seed {seed}", flush=True)
    found = soak(seed, int(sys.argv[2]) if len(sys.argv) > 2 else 200)
    print(f"{found.kills} kills, seed {seed}: lost {found.lost}, doubled {found.doubled}, rerun {found.rerun}")
    return int(found[:3] != (0, 0, 0))


if __name__ == "__main__":
    sys.exit(main())
