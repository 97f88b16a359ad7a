"""Resources that a command uses, sampled by a thread of the supervisor and recorded under ``resources/``."""

from __future__ import annotations

import threading
import time

import psutil

from runstore.jobs.gpus import Gpus
from runstore.jobs.processes import Ended, below, reap
from runstore.writing.writer import RunWriter

SAMPLE_INTERVAL = 2.0
SAMPLES_PER_ROW = 5
"""A row every 10 s; the first one after the first interval already."""
_MB = 1e6


class ResourceSampler:
    """Writes rows of the mean percentages and the highest memory since the row before.

    ``cpu_percent`` (100 is one core) and ``memory_mb`` (resident, 10^6 bytes; pages that processes share count for
    each) are of the command with all its descendants, ``host_cpu_percent`` and ``host_memory_percent`` of the machine.
    """

    def __init__(self, writer: RunWriter, without: int) -> None:
        """``without``: the pid of a process below this one that is not part of the command."""
        self._writer = writer
        self._meter = ProcessMeter(psutil.Process(), without)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="runstore-resources", daemon=True)

    def start(self) -> None:
        """Begin to sample."""
        self._thread.start()

    def stop(self) -> None:
        """Write what was sampled since the last row and end."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=5.0)

    def reap(self) -> dict[int, Ended]:
        """Collect the children of this process that have ended, by their pids."""
        return self._meter.reap()

    def _run(self) -> None:
        gpus = Gpus()
        psutil.cpu_percent()  # the first call only starts the clock
        collected: dict[str, list[float]] = {}
        rows = samples = 0
        last = False
        while not last:
            last = self._stop.wait(SAMPLE_INTERVAL)
            try:
                sample = {
                    **self._meter.sample(),
                    "host_cpu_percent": psutil.cpu_percent(),
                    "host_memory_percent": psutil.virtual_memory().percent,
                    **gpus.sample(),
                }
            except (psutil.Error, OSError):
                sample = {}
            for name, value in sample.items():
                collected.setdefault(name, []).append(value)
            samples += 1
            if collected and (last or rows == 0 or samples >= SAMPLES_PER_ROW):
                self._writer.log_metrics({name: _aggregate(name, values) for name, values in collected.items()})
                collected, samples, rows = {}, 0, rows + 1
        gpus.close()
        self._writer.close()


class ProcessMeter:
    """CPU and memory of all processes below one but ``without``, those included that end between two samples.

    Runs that are submitted from there are apart.
    """

    def __init__(self, top: psutil.Process, without: int) -> None:
        self._top = top
        self._without = without
        self._time = time.monotonic()
        self._reaping = threading.Lock()
        """Held while seconds pass from those that have ended to the top process, and while these are read."""
        self._others: set[int] = set()
        self._of_others = 0.0
        """Seconds of other runs that the top process has got from those that have ended."""
        self._fell = False
        """Whether the seconds seemed to be fewer at the last sample."""
        self._seconds, _, _ = self._totals()

    def sample(self) -> dict[str, float]:
        """``cpu_percent`` since the last one and ``memory_mb`` now; empty when there is no process to be seen."""
        now = time.monotonic()
        seconds, resident, count = self._totals()
        memory = {"memory_mb": resident / _MB} if count else {}
        if seconds < self._seconds and not self._fell:  # of one that has just ended: the next sample has them again
            self._fell = True
            return memory
        used, elapsed = seconds - self._seconds, now - self._time
        self._seconds, self._time, self._fell = seconds, now, False
        return {"cpu_percent": 100.0 * max(used, 0.0) / elapsed, **memory} if count and elapsed > 0 else {}

    def reap(self) -> dict[int, Ended]:
        """Collect the children of this process, the top one, that have ended; they pass their seconds on to it."""
        with self._reaping:
            ended = reap()
            self._of_others += sum(how.seconds for pid, how in ended.items() if pid in self._others)
        return ended

    def _totals(self) -> tuple[float, int, int]:
        """CPU seconds so far, resident bytes, number of processes.

        A process that has ended passes its seconds on to the one that waited for it, so that the sum never loses any.
        So do those of other runs, whose seconds are taken off.
        """
        with self._reaping:
            times = self._top.cpu_times()
            seconds = times.children_user + times.children_system - self._of_others
        resident = count = 0
        own, others = below(self._top)
        # What was one of another run stays one when nothing tells it any more, as of one that was not yet waited for.
        self._others = {process.pid for process in others} | (self._others & {process.pid for process in own})
        for process in own:
            if process.pid in self._others:
                continue
            try:
                with process.oneshot():
                    times = process.cpu_times()
                    memory = process.memory_info().rss
            except psutil.Error:
                continue
            seconds += times.user + times.system + times.children_user + times.children_system
            if process.pid != self._without:
                resident += memory
                count += 1
        return seconds, resident, count


def _aggregate(name: str, values: list[float]) -> float:
    return max(values) if name.endswith("_mb") else sum(values) / len(values)
