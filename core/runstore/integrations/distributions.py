"""Many numbers as a few: what is kept of the values whose histogram other tools draw."""

from __future__ import annotations

import math

from runstore.integrations.pictures import array_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def statistics_of(name: str, values: Any) -> dict[str, float]:
    """``name/mean``, ``/std``, ``/min`` and ``/max`` of the finite ``values``; empty when there are none."""
    import numpy as np

    numbers = array_of(values).astype(np.float64).ravel()
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return {}
    return _named(name, numbers.mean(), numbers.std(), numbers.min(), numbers.max())


def statistics_of_counts(name: str, counts: Any, edges: Any) -> dict[str, float]:
    """The same of a histogram: ``counts`` between ``edges``, one more than counts; bins count as their middle."""
    import numpy as np

    counts, edges = array_of(counts).astype(np.float64), array_of(edges).astype(np.float64)
    filled = np.flatnonzero(counts)
    if len(edges) != len(counts) + 1 or not len(filled):
        return {}
    middles = (edges[:-1] + edges[1:]) / 2
    mean = np.average(middles, weights=counts)
    spread = math.sqrt(max(np.average((middles - mean) ** 2, weights=counts), 0.0))
    return _named(name, mean, spread, edges[filled[0]], edges[filled[-1] + 1])


def _named(name: str, mean: Any, std: Any, low: Any, high: Any) -> dict[str, float]:
    found = {"mean": mean, "std": std, "min": low, "max": high}
    return {"{}/{}".format(name, key): float(value) for key, value in found.items()}
