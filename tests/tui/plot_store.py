"""A store for the tests of ``runs-tui plot``: a sweep of four runs, one of them with two ranks and a list."""

from __future__ import annotations

import math
from pathlib import Path

from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter

STEPS = 200
SWEEP = {"slow-0": (0.01, 0), "slow-1": (0.01, 1), "fast-0": (0.1, 0), "fast-1": (0.1, 1)}
"""Learning rate and seed, by the name of the run."""
WEIGHTS = [place % 7 / 7 for place in range(100)]


def loss(name: str, step: int, rank: int = 0) -> float:
    """What a run logs."""
    lr, seed = SWEEP[name]
    return (1 + seed) * math.exp(-step * lr / 3) + 0.01 + rank


def sweep(root: Path) -> None:
    """Make the runs, ``fast-1`` last; it alone has ``val/acc``, ``val/f1``, a second rank, samples of the
    CPU and a list ``weights``."""
    for name, (lr, seed) in SWEEP.items():
        folder = create_run(str(root), "sweep", display_name=name, params={"lr": lr, "seed": seed})
        owner = RunOwner(folder)
        owner.begin_attempt()
        last = name == "fast-1"
        for rank in range(2 if last else 1):
            writer = RunWriter(folder, rank=rank, world=2 if last else 1)
            for step in range(STEPS):
                more = {"val/acc": step / STEPS, "val/f1": 0.5} if last and not rank else {}
                writer.log_metrics({"loss": loss(name, step, rank), "epoch": step / 50, **more}, step=step)
            if last and not rank:
                writer.record("list", name="weights", value=WEIGHTS)
            writer.close()
        if last:
            samples = RunWriter(folder, kind="resources")
            for sample in range(5):
                samples.log_metrics({"cpu": 10.0 * sample})
            samples.close()
        owner.finish("Completed")
