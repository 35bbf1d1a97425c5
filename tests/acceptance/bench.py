"""Runs of the acceptance table: each plan once, kept on disk, so that a stopped table goes on where it was.

Draws are keyed by seed and replication, so any two plans of equal people are paired, whoever ran them when.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from dacu.language.text import dump
from dacu.results import Replication
from dacu.scenario.load import Loaded, load
from dacu.sim import runs

ROOT = Path(__file__).parents[2]
SEED = 1


@dataclass(frozen=True)
class Plan:
    """A plan of the table: a reference below scenarios/, settings that are facts of the row, and its agents."""

    reference: str
    sets: tuple[str, ...] = ()
    agents: int = 20_000

    @property
    def name(self) -> str:
        """As it is told of."""
        return " ".join((self.reference, *self.sets))

    def load(self) -> Loaded:
        """The scenario."""
        return load(str(ROOT / "scenarios" / self.reference), self.sets)


@dataclass
class Bench:
    """Simulates plans over replications, on `workers` processes; what was simulated with the same code is not again."""

    replications: int = 8
    workers: int = 2
    folder: Path = ROOT / "out" / "acceptance"
    scale: float = 1.0  # of the agents of every plan: the small table of the tests
    tell: Callable[[str], None] = field(default=lambda _line: None)

    def run(self, plan: Plan) -> Sequence[Replication]:
        """The replications of a plan."""
        loaded, agents = plan.load(), self._agents(plan)
        kept = self._kept(plan, loaded)
        if kept.exists():
            return pickle.loads(kept.read_bytes())  # type: ignore[no-any-return]  # noqa: S301, our own file
        self.tell(f"  running {plan.name}: {self.replications} × {agents:,} agents")
        result = runs.simulate(loaded, seed=SEED, replications=self.replications, agents=agents, workers=self.workers)
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(".part")
        partial.write_bytes(pickle.dumps(result.replications))
        partial.replace(kept)
        return result.replications


    def has(self, plan: Plan) -> bool:
        """Whether a plan was simulated already."""
        return self._kept(plan, plan.load()).exists()

    def _kept(self, plan: Plan, loaded: Loaded) -> Path:
        tree = dump(loaded.composed.tree, origins=False)
        text = f"{tree}{self._agents(plan)} {self.replications} {SEED} {_code()}"
        return self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.pickle"

    def _agents(self, plan: Plan) -> int:
        return max(500, round(plan.agents * self.scale))


@cache
def _code() -> str:
    """A hash of the engine: figures of another engine are not ours."""
    digest = hashlib.sha256()
    for file in sorted((ROOT / "engine").rglob("*")):
        if file.suffix in {".py", ".yaml"}:
            digest.update(file.read_bytes())
    return digest.hexdigest()
