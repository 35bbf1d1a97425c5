"""The reference model in other frameworks beside dacu: CPU time by the same rules, and whether the totals agree.

    python benchmarks/beside_peers.py [PEER ...]

Each peer gets an environment of its own in out/peers, made when it is first asked for; one that cannot be made is
passed over with the reason. dacu is measured right before each peer. Making the people counts, importing does not.
Totals must agree within what 20 seeds of dacu differ by.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from peers import rules
from record import Ratio, record
from reference_model import HOURS, both_ways, simulate

from dacu.people.population import Seed

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parent / "out" / "peers"
PEERS = {
    "simpy": ("simpy==4.1.2",),
    "mesa": ("mesa==3.3.1",),
    "agentpy": ("agentpy==0.1.5", "numpy==1.26.4"),
    "starsim": ("starsim==3.7.2",),
    "mesa_frames": ("mesa-frames==0.1.0a0", "polars==1.9.0"),
}
SIZES = {10_000: 5, 100_000: 3}
"""People, and how often a peer runs."""
SEEDS = 20
FARTHEST = 5
"""Standard errors between totals of one model."""


def environment(peer: str) -> Path:
    """The interpreter of a peer's environment. Raises CalledProcessError where its packages do not install."""
    folder = ENVIRONMENTS / peer
    python, stamp, wanted = folder / "bin" / "python", folder / "installed", "\n".join(PEERS[peer])
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        asked = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEERS[peer]]
        subprocess.run(asked, check=True, capture_output=True, text=True)  # noqa: S603 - fixed packages
        stamp.write_text(wanted)
    return python


def told_by(python: Path, peer: str, people: int, times: int) -> dict[str, Any]:
    """What a peer's script measured."""
    script = HERE / "peers" / f"with_{peer}.py"
    asked = [str(python), str(script), str(people), str(HOURS), str(times)]
    ran = subprocess.run(asked, check=True, capture_output=True, text=True)  # noqa: S603 - our own script
    told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return told


def distances(theirs: Sequence[rules.Totals], ours: Sequence[rules.Totals]) -> dict[str, float]:
    """Difference of each mean total in standard errors; the spread is that of our seeds."""
    error = np.sqrt(1 / len(theirs) + 1 / len(ours))
    found = {}
    for name in rules.COUNTED:
        a, b = (np.array([totals[name] for totals in runs], float) for runs in (theirs, ours))
        found[name] = float((a.mean() - b.mean()) / (b.std(ddof=1) * error))
    return found


def main() -> None:
    """Measure, print and record."""
    ours = {people: [simulate(people, HOURS, Seed(seed, 0)).totals for seed in range(SEEDS)] for people in SIZES}
    print(f"{HOURS} hours            people   CPU ns a person and hour   of NumPy   of compiled   farthest total")
    for peer in sys.argv[1:] or PEERS:
        try:
            python = environment(peer)
        except subprocess.CalledProcessError as error:
            said = error.stderr or error.output or str(error)
            reason = said if isinstance(said, str) else said.decode(errors="replace")
            print(f"{peer}: passed over, {PEERS[peer]} do not install: {reason.strip().splitlines()[-1]}")
            continue
        figures: dict[str, Any] = {"hours": HOURS}
        ratios: dict[str, Ratio] = {}
        for people, times in SIZES.items():
            cost, _ = both_ways(people)
            told = told_by(python, peer, people, times)
            away = distances(told["totals"], ours[people])
            worst = max(away, key=lambda name: abs(away[name]))
            name, beside = f"{peer} {told['version']}", {way: told["ns"] / cost[way] for way in ("numpy", "compiled")}
            line = f"{told['ns']:20.0f} {beside['numpy']:16.0f} {beside['compiled']:13.0f}"
            print(f"{name:20s}{people:9,d} {line}   {worst} {away[worst]:+.1f} s.e.", flush=True)
            if abs(away[worst]) > FARTHEST:
                raise SystemExit(f"{peer} plays another model: {away}")
            figures[str(people)] = {"version": told["version"], "ns": told["ns"], "dacu": cost, "standard_errors": away}
            ratios |= {f"peer / {way} at {people}": Ratio(value, "higher") for way, value in beside.items()}
        record(f"beside {peer}", figures, ratios)


if __name__ == "__main__":
    main()
