"""Which fields there are for some runs: what the chooser of columns lists."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from runs_tui.model.fields import FACTS, STATISTICS, Field, field
from runstore.reading.row import RunRow
from runstore.series import natural_key


def known_fields(rows: Iterable[RunRow], seconds: float = 0.3) -> Iterator[Field]:
    """Facts, the last value of each metric, parameters, tags, then the other statistics of each metric.

    Looks at ``rows`` for so many seconds at most: what only later ones have is left out. Names are in natural order.
    """
    stop = time.monotonic() + seconds
    metrics: dict[str, None] = {}
    params: dict[str, None] = {}
    tags: dict[str, None] = {}
    for row in rows:
        metrics |= dict.fromkeys(row.metrics)
        params |= dict.fromkeys(row.params)
        tags |= dict.fromkeys(row.tags)
        if time.monotonic() > stop:
            break
    names = sorted(metrics, key=natural_key)
    ids = [
        *FACTS,
        *(f"last:{name}" for name in names),
        *(f"param:{name}" for name in sorted(params, key=natural_key)),
        *(f"tag:{name}" for name in sorted(tags, key=natural_key)),
        *(f"{statistic}:{name}" for name in names for statistic in STATISTICS if statistic != "last"),
    ]
    return (found for id_ in ids if (found := field(id_)) is not None)
