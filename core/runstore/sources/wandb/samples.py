"""Samples of the machine, under the names that ours have where they mean the same."""

from __future__ import annotations

import math
import re

from runstore.sources.protobuf import BYTES, fields
from runstore.sources.wandb.pairs import parts_of, read_item
from runstore.sources.wandb.times import timestamp
from runstore.sources.wandb.values import decode, number_in

_TIME, _ITEM = 2, 3  # of StatsRecord
_MEBIBYTE = 1.048576
"""In the megabytes of 10^6 bytes in which memory is shown."""
_GPU = re.compile(r"gpu\.(\d{1,4})\.(gpu|memoryAllocatedBytes)")
_ONE_CPU = re.compile(r"cpu\.\d+\.cpu_percent")


def read_samples(data: bytes, begin: int, end: int, cpus: int) -> tuple[float, dict[str, float]]:
    """(unix seconds, values by name) of one record; raises ValueError for what is none.

    ``cpus``: of the machine, 0 when not known: the SDK counts CPU time by the share of all of them.
    """
    time = 0.0
    found: dict[str, float] = {}
    for field, coding, start, stop in fields(data, begin, end):
        if field == _TIME and coding == BYTES:
            time = timestamp(data, start, stop)
        elif field == _ITEM and coding == BYTES:
            pair = read_item(data, start, stop)
            value = number_in(decode(pair[1])) if pair is not None else None
            if pair is not None and value is not None:
                name, value = _named(".".join(parts_of(pair[0])), value, cpus)
                found[name] = value
    each = [value for name, value in found.items() if _ONE_CPU.fullmatch(name)]
    if each:
        found["host_cpu_percent"] = math.fsum(each) / len(each)
    return time, found


def _named(name: str, value: float, cpus: int) -> tuple[str, float]:
    if name == "cpu" and cpus:
        return "cpu_percent", value * cpus
    if name == "proc.memory.rssMB":
        return "memory_mb", value * _MEBIBYTE
    if name == "memory_percent":
        return "host_memory_percent", value
    found = _GPU.fullmatch(name)
    if found is not None:
        number = int(found[1])
        return (f"gpu{number}_util_percent", value) if found[2] == "gpu" else (f"gpu{number}_memory_mb", value / 1e6)
    return name, value
