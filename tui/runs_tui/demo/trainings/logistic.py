"""Logistic regression by stochastic gradient descent on points of two overlapping clouds. NumPy alone.

Shows the shortest form: one `run.log` for each number.
"""

import argparse

import numpy as np
from numpy.typing import NDArray

from runs_tui.demo.progress import Progress
from runstore import Run

Floats = NDArray[np.float64]


def clouds(rng: np.random.Generator, points: int, features: int) -> tuple[Floats, Floats]:
    """Points (points, features) around two centres that are 2 apart, and which of the two (0 or 1)."""
    side = rng.integers(0, 2, points).astype(np.float64)
    centre = np.ones(features) / features**0.5
    return rng.normal(size=(points, features)) + np.outer(2 * side - 1, centre), side


def area_under_curve(scores: Floats, truth: Floats) -> float:
    """The chance that a point of the second cloud scores higher than one of the first."""
    ranks = np.empty(len(scores))
    ranks[scores.argsort()] = np.arange(1, len(scores) + 1)
    ones = int(truth.sum())
    return float((ranks[truth == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(truth) - ones)))


def confusion(guess: NDArray[np.bool_], truth: NDArray[np.bool_]) -> dict[str, object]:
    """How often each cloud was taken for which, as `Run.log_confusion_matrix` takes it."""
    matrix = [[int((guess[truth == true] == called).sum()) for called in (False, True)] for true in (False, True)]
    data = {"class_labels": ["first cloud", "second cloud"], "matrix": matrix}
    return {"schema_type": "confusion_matrix", "schema_version": "1.0.0", "data": data}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.05)
    parser.add_argument("--l2", type=float, default=0.001)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()

    rng = np.random.default_rng(args.seed)
    x, truth = clouds(rng, 4000, 60)
    val_x, val_truth = clouds(rng, 1000, 60)
    weights = rng.normal(0, 1, 60)  # a poor start, so that there is something to learn

    run = Run.get_context()
    bar = Progress(args.steps, label="logistic")
    for step in bar:
        rows = rng.integers(0, len(x), args.batch)
        guess = 1 / (1 + np.exp(-(x[rows] @ weights)))
        loss = -np.log(np.where(truth[rows] == 1, guess, 1 - guess) + 1e-12).mean()
        weights -= args.lr * (x[rows].T @ (guess - truth[rows]) / args.batch + args.l2 * weights)
        run.log("loss", float(loss), step=step)
        if step % 5 == 0:
            scores = val_x @ weights
            run.log("val/accuracy", float(((scores > 0) == val_truth).mean()), step=step)
            run.log("val/auc", area_under_curve(scores, val_truth), step=step)
        bar.note = f"loss={loss:.3f}"
    run.log_confusion_matrix("val/confusion", confusion(val_x @ weights > 0, val_truth == 1))


if __name__ == "__main__":
    main()
