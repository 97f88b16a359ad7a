"""Exponential moving average as TensorBoard draws it: debiased, and blind to what is not finite."""

from __future__ import annotations

import numpy as np

from runstore.series.growing import Floats, GrowingArray

_BLOCK = 16_384  # rows that stay in the cache while the sum below passes over them


class Smoother:
    """The moving average of a series that grows; each extension costs only its own points.

    With ``weight`` w in [0, 1), the i-th finite value v[i] gives

        a[i] = w a[i-1] + (1 - w) v[i],  a[-1] = 0,    smoothed[i] = a[i] / (1 - w ** (i + 1))

    NaN and infinities are left out of the average and are NaN in the result. A constant series stays exactly
    what it is.
    """

    def __init__(self, weight: float) -> None:
        if not 0.0 <= weight < 1.0:
            raise ValueError(f"a smoothing weight lies in [0, 1), not {weight!r}")
        self.weight = weight
        self._smoothed = GrowingArray()
        self._average = 0.0
        self._count = 0
        self._constant: float | None = None  # the only value so far; None once there were two

    @property
    def values(self) -> Floats:
        """The smoothed series so far, as long as what was given."""
        return self._smoothed.values

    def extend(self, values: Floats) -> Floats:
        """Take the next values of the series; returns their smoothed ones."""
        smoothed = np.array(values, dtype=np.float64)
        finite = np.isfinite(smoothed)
        if finite.all():
            smoothed = self._smooth(smoothed)
        else:
            smoothed[~finite] = np.nan
            smoothed[finite] = self._smooth(smoothed[finite])
        self._smoothed.extend(smoothed)
        return smoothed

    def go_on_from(self, smoothed: float, count: int) -> None:
        """Smooth what comes next as after ``count`` finite values of which the last was smoothed to ``smoothed``."""
        self._average = smoothed * (1.0 - self.weight**count) if count else 0.0
        self._count = count
        self._constant = None

    def _smooth(self, values: Floats) -> Floats:
        if len(values) == 0:
            return values
        if self._count == 0:
            self._constant = float(values[0])
        first = self._count
        average = self._accumulate(values)
        self._count += len(values)
        if self._constant is not None:
            if (values == self._constant).all():
                return values
            self._constant = None
        # Past this many points 1 - w ** n is 1 to the last bit.
        biased = min(len(values), max(_memory(self.weight) - first, 0))
        if biased:
            average[:biased] /= 1.0 - self.weight ** np.arange(first + 1, first + biased + 1)
        return average

    def _accumulate(self, values: Floats) -> Floats:
        """The recursion above, a block at a time, by doubling: after k passes each row holds 2**k terms."""
        average = values * (1.0 - self.weight)
        for start in range(0, len(average), _BLOCK):
            block = average[start : start + _BLOCK]
            block[0] += self.weight * self._average
            shift, factor = 1, self.weight
            while shift < len(block) and factor > 1e-18:
                block[shift:] += factor * block[:-shift]
                shift, factor = shift * 2, factor * factor
            self._average = float(block[-1])
        return average


def smooth(values: Floats, weight: float) -> Floats:
    """The whole series smoothed at once."""
    return Smoother(weight).extend(values)


def _memory(weight: float) -> int:
    """Number of points after which the first one no longer counts."""
    return 1 if weight == 0.0 else int(40.0 / -np.log(weight)) + 1
