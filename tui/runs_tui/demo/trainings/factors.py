"""Complete a table of ratings by two thin factors, by gradient descent whose learning rate warms up.

With a peak that is too high the factors grow without bound and the loss becomes NaN. To Python that is no
error, and the training goes on for nothing: this is what a monitor is for.
"""

import argparse

import numpy as np
from numpy.typing import NDArray

from runs_tui.demo.progress import Progress
from runstore import Run

Floats = NDArray[np.float32]


def ratings(rng: np.random.Generator, people: int, films: int, rank: int) -> tuple[Floats, NDArray[np.bool_]]:
    """A noisy (people, films) table of that rank, and which of its cells are known."""
    table = rng.normal(size=(people, rank)) @ rng.normal(size=(rank, films)) / rank**0.5
    table += rng.normal(0, 0.3, table.shape)
    return table.astype(np.float32), rng.random(table.shape) < 0.3


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--peak-lr", type=float, default=0.02)
    parser.add_argument("--warmup", type=int, default=300, help="steps until the peak")
    parser.add_argument("--rank", type=int, default=6)
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--seed", type=int, default=3)
    args = parser.parse_args()

    rng = np.random.default_rng(args.seed)
    table, known = ratings(rng, 120, 160, rank=5)
    held_out = ~known
    left = rng.normal(0, 0.1, (120, args.rank)).astype(np.float32)
    right = rng.normal(0, 0.1, (args.rank, 160)).astype(np.float32)

    run = Run.get_context()
    bar = Progress(args.steps, label="factors")
    for step in bar:
        lr = args.peak_lr * min(1.0, step / args.warmup)
        error = left @ right - table
        loss = float(np.square(error[known]).mean())
        seen = error * known
        left_slope, right_slope = seen @ right.T, left.T @ seen
        left -= np.float32(lr) * left_slope
        right -= np.float32(lr) * right_slope
        run.log_metrics(
            {
                "loss": loss,
                "val/loss": float(np.square(error[held_out]).mean()),
                "lr": lr,
                "norm/gradient": float(np.sqrt(np.square(left_slope).sum() + np.square(right_slope).sum())),
                "norm/left": float(np.sqrt(np.square(left).sum())),
                "norm/right": float(np.sqrt(np.square(right).sum())),
            },
            step=step,
        )
        bar.note = f"loss={loss:.4g}"


if __name__ == "__main__":
    main()
