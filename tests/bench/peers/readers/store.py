"""What is asked of each tool's store of runs, timed alike for all of them; the answer is a line of JSON.

``python -m tests.bench.peers.readers.of_<tool> ACTION FOLDER NUMBERS...`` in the venv of the tool:

- ``write RUNS METRICS STEPS``: make runs of so many points, by the tool's documented way of logging.
- ``read METRICS STEPS ADDED``: the points of one run, first, again by a new client, of one metric, and after ten points
  more, the middle one of three times; ``ADDED`` were added to the first metric before, and `ADDS` are now.
- ``many METRICS STEPS``: the points of one metric of every run, held all together, as a chart of them needs it.
- ``list RUNS``: all runs with their parameters and last values, again by a new client, and after one more was made.

Times are seconds, without the imports; memory is what the highest resident size is above that of the imports, in
megabytes.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

_TEN, _TIMES = 10, 3
ADDS = 1 + _TIMES * _TEN
PARAMETERS = {"lr": 0.001, "batch": 64, "seed": 1, "model": "resnet18"}


def name_of(metric: int) -> str:
    """The name of a metric by its number."""
    return f"train/m{metric:02}"


def value_of(metric: int, step: int, steps: int) -> float:
    """A curve that falls, another one for each metric."""
    return math.exp(-3 * step / steps) + metric / 10


def values_of(metrics: int, step: int, steps: int) -> dict[str, float]:
    """The values of all metrics at a step."""
    return {name_of(metric): value_of(metric, step, steps) for metric in range(metrics)}


class Store(ABC):
    """A folder of runs as one tool keeps them. A new object has nothing in memory of what another one read."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    @abstractmethod
    def write(self, runs: int, metrics: int, steps: int) -> None:
        """Make so many ended runs with `PARAMETERS`."""

    @abstractmethod
    def run_ids(self) -> list[str]:
        """All runs."""

    @abstractmethod
    def everything(self, run: str) -> int:
        """Bring all points of all metrics into memory, where they are at once; how many that are."""

    @abstractmethod
    def series(self, run: str, name: str) -> Sequence[object]:
        """All points of one metric, brought into memory, or those that are new; whatever the tool hands out."""

    @abstractmethod
    def log(self, run: str, name: str, step: int, value: float) -> None:
        """Append a point to an existing run; `series` sees it when this returns or `flush` does."""

    def flush(self) -> None:
        """Whatever the tool needs until others see what was logged."""
        return

    @abstractmethod
    def add(self) -> None:
        """One more run with `PARAMETERS` and a metric; `rows` sees it when this returns or `flush` does."""

    @abstractmethod
    def rows(self) -> list[tuple[dict[str, object], dict[str, float]]]:
        """Of each run its parameters and the last value of each metric."""

    def forget(self) -> None:
        """Drop what the tool keeps beside the runs for a faster list."""
        return

    def count_again(self) -> int:
        """Have what `rows` tells, up to date, after a first call of it; how many there are."""
        return _listed(self)


def timed(call: Callable[[], int], expected: int) -> float:
    """Seconds; what was found must be as many as expected."""
    begun = time.perf_counter()
    found = call()
    taken = time.perf_counter() - begun
    if found != expected:
        raise SystemExit(f"{found} found where there are {expected}")
    return taken


def write(store: type[Store], folder: str, runs: int, metrics: int, steps: int) -> dict[str, float]:
    """See the module."""
    os.makedirs(folder, exist_ok=True)
    begun = time.perf_counter()
    store(folder).write(runs, metrics, steps)
    return {"write": time.perf_counter() - begun}


def read(store: type[Store], folder: str, metrics: int, steps: int, added: int) -> dict[str, float]:
    """See the module."""
    imported = peak()
    run, name, points = store(folder).run_ids()[0], name_of(0), metrics * steps + added
    steps += added
    taken = {"first": timed(lambda: store(folder).everything(run), points)}
    taken["memory"] = peak() - imported
    taken["again"] = timed(lambda: store(folder).everything(run), points)
    writer, reader = store(folder), store(folder)
    _log(writer, run, range(steps, steps + 1))
    taken["one"] = timed(lambda: len(reader.series(run, name)), steps + 1)
    more = []
    for first in range(steps + 1, steps + ADDS, _TEN):
        _log(writer, run, range(first, first + _TEN))
        more.append(timed(lambda: len(reader.series(run, name)), first + _TEN))
    taken["more"] = statistics.median(more)
    return taken


def _log(writer: Store, run: str, steps: range) -> None:
    for step in steps:
        writer.log(run, name_of(0), step, value_of(0, step, steps.stop))
    writer.flush()


def many(store: type[Store], folder: str, metrics: int, steps: int) -> dict[str, float]:
    """See the module."""
    imported = peak()
    opened = store(folder)
    runs = opened.run_ids()
    held: list[Sequence[object]] = []

    def all_of_them() -> int:
        held.extend(opened.series(run, name_of(metrics - 1)) for run in runs)
        return sum(map(len, held))

    taken = timed(all_of_them, len(runs) * steps)
    return {"many": taken, "memory": peak() - imported}


def listed(store: type[Store], folder: str, runs: int) -> dict[str, float]:
    """See the module."""
    imported = peak()
    opened = store(folder)
    opened.forget()
    taken = {"first": timed(lambda: _listed(opened), runs)}
    taken["memory"] = peak() - imported
    taken["again"] = timed(lambda: _listed(store(folder)), runs)
    opened.add()
    opened.flush()
    taken["changed"] = timed(opened.count_again, runs + 1)
    return taken


def _listed(store: Store) -> int:
    return sum(len(parameters) == len(PARAMETERS) and bool(values) for parameters, values in store.rows())


def peak() -> float:
    """The highest resident size so far, in megabytes."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1e3 for line in status if line.startswith("VmHWM"))


def main(store: type[Store]) -> None:
    """Do what the command line asks for."""
    action, folder, *numbers = sys.argv[1:]
    actions: dict[str, Callable[..., dict[str, float]]] = {
        "write": write, "read": read, "many": many, "list": listed,
    }  # fmt: skip
    print(json.dumps(actions[action](store, folder, *map(int, numbers))), flush=True)
