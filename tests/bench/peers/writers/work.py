"""``python work.py WITH TASK [ARGUMENTS]``: one kind of work with the module ``with_WITH``, in the current folder.

``costs``: what logging costs, as one line of JSON; it says ``watch`` before the last part, and waits for a line.
``bytes``: a run of `POINTS` points. ``log``: logs scalars until it is killed, says the step of each after it was
logged. ``kept FOLDER ...``: the steps that are read of what was logged in each folder, as JSON. ``first``: a short run,
so that all is set up.
"""

from __future__ import annotations

import importlib
import itertools
import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

POINTS = 20 * 500
_CHUNK, _CHUNKS = 0.06, 3
"""Seconds that calls take together at least to be measured, and how often: the fastest time is told."""
_ONCE = 0.25
"""A call that takes so many seconds is made once."""
_WARM = 200

_steps = itertools.count()


def seconds_each(call: Callable[[Iterable[int]], None]) -> float:
    """Seconds that a step takes: more and more steps are made until they take long enough to be measured."""

    def taken(count: int) -> float:
        steps = list(itertools.islice(_steps, count))
        begun = time.perf_counter()
        call(steps)
        return time.perf_counter() - begun

    count = 1
    while (first := taken(count)) < _CHUNK:
        count = count * 2 if first < _CHUNK / 4 else int(count * _CHUNK / first * 1.2) + 1
    if count == 1 and first > _ONCE:
        return first
    return min(first, *(taken(count) for _ in range(_CHUNKS - 1))) / count


def new_names(one: Callable[[Iterable[int], Iterable[str]], None], names: list[str]) -> float:
    """Seconds that the first value of a name takes; of slow tools not all names are tried."""
    begun, tried = time.perf_counter(), 0
    while tried < len(names) and time.perf_counter() - begun < 1.0:
        some = names[tried : tried + 20]
        one(itertools.islice(_steps, len(some)), some)
        tried += len(some)
    return (time.perf_counter() - begun) / tried


@contextmanager
def busy_thread() -> Iterator[None]:
    """Another Python thread computes meanwhile."""
    stop = threading.Event()

    def compute() -> None:
        total = 0
        while not stop.is_set():
            total += 1

    thread = threading.Thread(target=compute)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def memory() -> int:
    """Bytes of this process and of those that it started, shared pages by their share."""
    total, parents = 0, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    family = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    for pid in family:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += int(rollup.partition("Pss:")[2].split()[0]) * 1024
    return total


def costs(name: str, tell: Callable[[str], None]) -> None:
    """Seconds of import, init, and of a step of each kind; bytes of memory."""
    found: dict[str, float] = {}
    before, begun = memory(), time.perf_counter()
    module = importlib.import_module(f"with_{name}")
    imported = time.perf_counter()
    module.begin()
    found["import"], found["init"] = imported - begun, time.perf_counter() - imported
    names = [f"layer{index // 10}/metric_{index % 10}" for index in range(1000)]

    def one(steps: Iterable[int], names: Iterable[str] = itertools.repeat("loss")) -> None:
        module.one(zip(steps, names, strict=False))

    one(itertools.islice(_steps, 1))
    found["ready"] = time.perf_counter() - begun
    one(itertools.islice(_steps, _WARM))
    found["memory"] = memory() - before
    found["one"] = seconds_each(one)
    for count in (20, 1000):
        metrics = {each: 0.5 + index / 7 for index, each in enumerate(names[:count])}
        module.at_once(itertools.islice(_steps, 1), metrics)
        found[f"at once {count}"] = seconds_each(partial(module.at_once, metrics=metrics))
    found["new"] = new_names(one, names)
    found["in turn"] = seconds_each(partial(one, names=itertools.cycle(names)))
    with busy_thread():
        found["busy"] = seconds_each(one)
    tell("watch\n")
    if sys.stdin.readline() == "watching\n":
        found["watched"] = seconds_each(one)
    module.finish()
    tell(json.dumps(found) + "\n")


def log_until_killed(module: Any, per_second: float, tell: Callable[[str], None]) -> None:
    """Say each step after it was logged; ``per_second`` 0 means as fast as it goes."""
    module.begin()
    begun = time.perf_counter()
    for step in itertools.count():
        module.one([(step, "loss")])
        tell(f"{step}\n")
        if per_second:
            time.sleep(max(begun + (step + 1) / per_second - time.perf_counter(), 0))


def kept(module: Any, folder: str) -> list[int]:
    """What is read in a folder, by a forked child: what a tool keeps of one store does not tell of the next."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.chdir(folder)
        with os.fdopen(writing, "w") as told:
            json.dump(module.kept(), told)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        text = told.read()
    if os.waitpid(child, 0)[1]:
        sys.exit(1)  # it has said why
    steps: list[int] = json.loads(text)
    return steps


def main() -> None:
    """Do what the command line says; what the tool prints is not what is told."""
    name, task = sys.argv[1:3]
    told = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

    def tell(text: str) -> None:
        os.write(told, text.encode())

    if task == "costs":
        costs(name, tell)
        return
    module = importlib.import_module(f"with_{name}")
    if task == "kept":
        tell(json.dumps([kept(module, folder) for folder in sys.argv[3:]]))
    elif task == "log":
        log_until_killed(module, float(sys.argv[3]), tell)
    else:
        module.begin()
        chance = random.Random(5)
        for step in range(POINTS // 20 if task == "bytes" else 1):
            module.at_once([step], {f"train/metric_{index}": chance.gauss(0.0, 1.0) for index in range(20)})
        module.finish()


if __name__ == "__main__":
    main()
