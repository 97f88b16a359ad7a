"""The range of values without outliers."""

from __future__ import annotations

import math

import numpy as np

from runstore.series.growing import Floats

_FENCE = 3.0
_LEAST = 4
_SAMPLE = 4_000


def fences(values: Floats) -> tuple[float, float] | None:
    """The lowest and the highest value that are no outliers; None where too few are finite to tell.

    The far-out fences of Tukey's box plot (Exploratory Data Analysis, 1977, section 2D): three interquartile
    ranges beyond the quartiles. They leave a series without spikes as it is, where a band of percentiles cuts
    off a part of any. Where half of the values are the same the quartiles say nothing: then it is the range of
    all but the highest and lowest hundredth, and at least one value at each end. So a constant with one spike
    is a constant. Of many values an even sample is looked at.
    """
    sample = values[:: max(1, math.ceil(len(values) / _SAMPLE))]
    sample = np.sort(sample[np.isfinite(sample)])
    if len(sample) < _LEAST:
        return None
    quarter = len(sample) // 4  # so that the middle half is never outside
    lower, upper = float(sample[quarter]), float(sample[-1 - quarter])
    if lower == upper:
        cut = math.ceil((len(sample) - 1) / 100)
        return float(sample[cut]), float(sample[-1 - cut])
    reach = _FENCE * (upper / 2 - lower / 2) * 2  # the span of the largest floats is no float
    return lower - reach, upper + reach


def without_outliers(values: Floats, low: float, high: float, log: bool = False) -> tuple[float, float]:
    """The range ``low`` to ``high`` of ``values``, cut to their `fences`; with ``log`` to those of the logarithms."""
    if log:
        values = np.log10(values[values > 0.0])
    found = fences(values)
    if found is None:
        return low, high
    least, most = (_power(value) for value in found) if log else found
    low = max(low, least)
    return low, max(low, min(high, most))


def _power(exponent: float) -> float:
    return 10.0**exponent if exponent < 308.0 else math.inf
