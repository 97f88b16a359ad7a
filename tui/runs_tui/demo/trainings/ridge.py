"""Ridge regression for 20 values of alpha in one run: the classic example of run logging, with NumPy alone.

Shows: a metric is a list of values, and what lies in outputs/ is kept with the run.
"""

import os

import numpy as np
from numpy.typing import NDArray

from runstore import Run

Floats = NDArray[np.float64]
FEATURES = 10


def patients(rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
    """Made-up records: (count, 10) correlated, standardised measurements and how far an illness has gone."""
    shared = rng.normal(size=(count, 4)) @ rng.normal(size=(4, FEATURES))
    x = shared + rng.normal(0, 0.6, (count, FEATURES))
    x = (x - x.mean(axis=0)) / (x.std(axis=0) * count**0.5)
    effect = rng.normal(0, 330, FEATURES)
    return x, 150 + x @ effect + rng.normal(0, 54, count)


def fit(x: Floats, y: Floats, alpha: float) -> tuple[Floats, float]:
    """The weights and the intercept that minimise the squared error plus alpha times the squared weights."""
    centre, level = x.mean(axis=0), float(y.mean())
    weights = np.linalg.solve((x - centre).T @ (x - centre) + alpha * np.eye(x.shape[1]), (x - centre).T @ (y - level))
    return weights, level - float(centre @ weights)


def mean_squared_error(x: Floats, y: Floats, weights: Floats, intercept: float) -> float:
    return float(np.square(x @ weights + intercept - y).mean())


def main() -> None:
    x, y = patients(np.random.default_rng(0), 442)
    cut = len(y) * 4 // 5
    run = Run.get_context()
    os.makedirs("outputs", exist_ok=True)
    for alpha in np.arange(0.0, 1.0, 0.05).tolist():
        weights, intercept = fit(x[:cut], y[:cut], alpha)
        mse = mean_squared_error(x[cut:], y[cut:], weights, intercept)
        run.log("alpha", alpha)
        run.log("mse", mse)
        np.savez(f"outputs/ridge_{alpha:.2f}.npz", weights=weights, intercept=intercept)
        print(f"alpha {alpha:.2f}  mse {mse:.2f}")


if __name__ == "__main__":
    main()
