"""What a run last used of its machine, in four numbers."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Mapping, NamedTuple

if TYPE_CHECKING:
    from runstore.reading.series_data import MetricStat

_GPU_LOAD = re.compile(r"gpu[0-9]+_util_percent")
_GPU_MEMORY = re.compile(r"gpu[0-9]+_memory_mb")


class Usage(NamedTuple):
    """The last sample; None where there was none.

    ``cpu`` in percent of one core and ``memory`` in 10^6 bytes are of the run's processes; ``gpu`` in percent is the
    mean over the GPUs that the run may use, and ``gpu_memory`` in 10^6 bytes the sum.
    """

    cpu: float | None = None
    memory: float | None = None
    gpu: float | None = None
    gpu_memory: float | None = None


def usage_of(samples: Mapping[str, MetricStat]) -> Usage | None:
    """The usage that the statistics of `RunReader.resources` tell; None where they tell nothing."""
    last = {name: stat.last for name, stat in samples.items() if math.isfinite(stat.last)}
    loads = [value for name, value in last.items() if _GPU_LOAD.fullmatch(name)]
    memories = [value for name, value in last.items() if _GPU_MEMORY.fullmatch(name)]
    usage = Usage(
        last.get("cpu_percent"),
        last.get("memory_mb"),
        sum(loads) / len(loads) if loads else None,
        sum(memories) if memories else None,
    )
    return usage if usage != Usage() else None


def usage_in(stored: Any) -> Usage | None:
    """The ``usage`` of a run's summary; None where there is none that can be used."""
    if not isinstance(stored, dict):
        return None
    values = [stored.get(name) for name in Usage._fields]
    if not all(each is None or (type(each) in (int, float) and -1e300 < each < 1e300) for each in values):
        return None
    return Usage(*values)
