"""Names for the types of arrays; only for type checkers, since old Pythons cannot evaluate them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]
    Rows = np.ndarray[Any, np.dtype[Any]]
    """Rows of points, see `runstore.records.rows.row_dtype`."""
    Indices = np.ndarray[Any, np.dtype[np.int64]]
