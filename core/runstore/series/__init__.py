"""Series of numbers: names in natural order, reduction to columns, smoothing, statistics.

Names need no NumPy and are exported here; `reduction`, `smoothing`, `statistics` and `growing` are imported
by their own names, so that a listing does not pay for NumPy.
"""

from __future__ import annotations

from runstore.series.names import guess_goal, natural_key

__all__ = ["guess_goal", "natural_key"]
