"""What a study costs beside its runs, and what a second core gives.

Prints milliseconds a row beside its run, in this process and over two; bytes a row in the journal and on the wire; and
the speed-up of two processes over one for rows of at least two seconds. Times of a busy machine are worth little.
"""

import pickle
import sys
import tempfile
import time
import zlib
from pathlib import Path

from dacu.journal import JOURNAL, opened
from dacu.scenario.load import load
from dacu.study.batch import Pool, Row, run
from dacu.study.pools import Processes, Serial
from dacu.study.rows import Simulation, rows

SCENARIO = "scenarios/bigsale_1111.yaml"
KPIS = ("gmv", "contribution", "roi", "orders", "return_rate", "coupon_cost")
EMPTY, REAL = 1000, 8
AGENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000


def idle(row: Row) -> dict[str, float | None]:
    """No run at all."""
    return dict.fromkeys(KPIS, row.number / 7)


def seconds(todo: list[Row], call: object, pool: Pool) -> tuple[float, int]:
    """Wall time of a study, and bytes of its journal."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, started = Path(scratch), time.perf_counter()
        with opened(folder, {"scenario": "benchmark"}) as journal:
            run(todo, call, pool, journal)  # type: ignore[arg-type]
        return time.perf_counter() - started, (folder / JOURNAL).stat().st_size


def main() -> None:
    """Print the figures."""
    empty = [Row(n, (("channels.feed_ads.daily_budget", str(n)),), 0, f"{n:032}") for n in range(EMPTY)]
    seconds(empty[:2], idle, Processes(2))
    for name, pool in {"one process": Serial(), "two processes": Processes(2)}.items():
        wall, size = seconds(empty, idle, pool)
        print(f"{name:14} {1000 * wall / EMPTY:.2f} ms a row beside its run, {size / EMPTY:.0f} bytes a row on disk")
    call = Simulation({"": load(SCENARIO).composed}, KPIS, agents=AGENTS)
    print(f"sent with a row {len(zlib.compress(pickle.dumps(call)))} bytes")
    points = [(("channels.feed_ads.daily_budget", str(5000 + 1000 * n)),) for n in range(REAL)]
    todo = list(rows(points, 1, call.facts()))
    one, _ = seconds(todo, call, Serial())
    two, _ = seconds(todo, call, Processes(2))
    print(f"{SCENARIO}, {AGENTS} agents: {one / REAL:.2f} s a row, two processes {one / two:.2f} times as fast")


if __name__ == "__main__":
    main()
