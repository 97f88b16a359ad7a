"""A series reduced at once, to compare with."""

from __future__ import annotations

import numpy as np

from runstore.series.growing import Floats
from runstore.series.reduction import Reducer


def reduce_columns(x: Floats, y: Floats, start: float, stop: float, columns: int, floor: float = -np.inf) -> Reducer:
    """The points of a whole series in the columns of [start, stop]."""
    reducer = Reducer(start, stop, columns, floor)
    reducer.extend(x, y)
    return reducer
