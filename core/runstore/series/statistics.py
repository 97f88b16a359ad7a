"""Figures that describe a whole series."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from runstore.series.growing import Floats


class Statistics(NamedTuple):
    """What is said of a series in one line; all but the first two are NaN when no value is finite."""

    total: int
    finite: int
    first: float
    last: float
    low: float
    high: float
    mean: float
    deviation: float


def statistics(values: Floats) -> Statistics:
    """Statistics of the finite values; ``last`` alone is the last value whatever it is."""
    finite = values[np.isfinite(values)]
    last = float(values[-1]) if len(values) else np.nan
    if len(finite) == 0:
        return Statistics(len(values), 0, np.nan, last, np.nan, np.nan, np.nan, np.nan)
    low, high = float(finite.min()), float(finite.max())
    # Scaled, so that the sums of values near the largest float stay finite.
    scale = max(abs(low), abs(high)) or 1.0
    mean = float((finite / scale).mean()) * scale
    deviation = float((finite / scale).std()) * scale
    return Statistics(len(values), len(finite), float(finite[0]), last, low, high, mean, deviation)
