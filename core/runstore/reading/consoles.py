"""What a run printed and logged: which files of it there are."""

from __future__ import annotations

import os
from typing import Iterator, NamedTuple

from runstore.records.console import LOGGING, STREAMS, console_file_name


class ConsoleLog(NamedTuple):
    """What one process printed. ``out`` and ``err`` are paths, None for a stream that was not captured by itself.

    ``name`` is unique in the run (``std_log``, ``std_log_1`` for rank 1 ...); beside each path lies its index of
    times, `runstore.records.console.INDEX_SUFFIX`. ``out_stat`` and ``err_stat`` are (bytes, time of the last write).
    """

    name: str
    writer: str
    rank: int
    out: str | None
    err: str | None
    out_stat: tuple[int, float] = (0, 0.0)
    err_stat: tuple[int, float] = (0, 0.0)

    @property
    def size(self) -> int:
        """Bytes of both streams."""
        return self.out_stat[0] + self.err_stat[0]

    @property
    def modified(self) -> float:
        """When something was last written, unix seconds."""
        return max(self.out_stat[1], self.err_stat[1])

    def streams(self) -> Iterator[tuple[str, int, float]]:
        """(path, bytes, time of the last write) of each stream that there is."""
        for path, (size, modified) in ((self.out, self.out_stat), (self.err, self.err_stat)):
            if path is not None:
                yield path, size, modified


def rank_of(writer: str) -> int:
    """The rank in a writer's name, ``<rank>-<random>``; 0 where there is none."""
    digits = writer.partition("-")[0]
    return int(digits[:9]) if digits.isdigit() and digits.isascii() else 0


class RecordsLog(NamedTuple):
    """The records of Python's logging of one process. ``name`` is unique in the run: ``logging``, ``logging_1`` ...

    ``stat`` is (bytes, time of the last write).
    """

    name: str
    writer: str
    rank: int
    path: str
    stat: tuple[int, float] = (0, 0.0)


class Console(NamedTuple):
    """All logs of a run: what was printed and what was logged, lowest rank first, then by age."""

    printed: list[ConsoleLog]
    logged: list[RecordsLog]

    @property
    def last_write(self) -> float:
        """When something was last printed or logged, unix seconds; 0 when there was nothing."""
        printed = [log.modified for log in self.printed if log.size]
        return max([0.0, *printed, *(log.stat[1] for log in self.logged if log.stat[0])])


def console_of(folder: str) -> Console:
    """The logs in a ``console/`` folder; none when it cannot be read.

    ``console/system.log``, our own lines, is not among them.
    """
    found: dict[str, dict[str, tuple[int, float]]] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                writer, _, stream = entry.name.rpartition(".")
                if writer and stream in (*STREAMS, LOGGING) and entry.is_file(follow_symlinks=False):
                    stat = entry.stat(follow_symlinks=False)
                    found.setdefault(writer, {})[stream] = (stat.st_size, stat.st_mtime)
    except OSError:
        return Console([], [])
    found.get("system", {}).pop(LOGGING, None)
    console = Console([], [])
    taken: dict[str, int] = {}
    for writer, streams in sorted(found.items(), key=lambda each: (rank_of(each[0]), _last_write(each[1]), each[0])):
        rank = rank_of(writer)
        paths = {stream: os.path.join(folder, console_file_name(writer, stream)) for stream in streams}
        if any(stream in streams for stream in STREAMS):
            out, err = ((paths.get(stream), streams.get(stream, (0, 0.0))) for stream in STREAMS)
            name = _unique("std_log", rank, taken)
            console.printed.append(ConsoleLog(name, writer, rank, out[0], err[0], out[1], err[1]))
        if LOGGING in streams:
            name = _unique("logging", rank, taken)
            console.logged.append(RecordsLog(name, writer, rank, paths[LOGGING], streams[LOGGING]))
    return console


def console_logs(folder: str) -> list[ConsoleLog]:
    """What was printed, of `console_of`."""
    return console_of(folder).printed


def record_logs(folder: str) -> list[RecordsLog]:
    """What was logged, of `console_of`."""
    return console_of(folder).logged


def _unique(base: str, rank: int, taken: dict[str, int]) -> str:
    """``base`` with the rank unless that is 0, and with a number from the second log of the rank on."""
    if rank:
        base = "{}_{}".format(base, rank)
    taken[base] = taken.get(base, 0) + 1
    return base if taken[base] == 1 else "{}.{}".format(base, taken[base])


def _last_write(streams: dict[str, tuple[int, float]]) -> float:
    """A time that orders the logs of attempts."""
    return max((modified for _, modified in streams.values()), default=0.0)
