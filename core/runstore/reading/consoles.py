"""The captured output of a run: which logs there are."""

from __future__ import annotations

import os
from typing import Iterator, NamedTuple

from runstore.records.console import STREAMS, console_file_name


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


def console_logs(folder: str) -> list[ConsoleLog]:
    """The logs in a ``console/`` folder, lowest rank first, then by age; none when it cannot be read.

    ``console/system.log``, our own lines, is not among them.
    """
    found: dict[str, dict[str, os.stat_result]] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                writer, _, stream = entry.name.rpartition(".")
                if writer and stream in STREAMS and entry.is_file(follow_symlinks=False):
                    found.setdefault(writer, {})[stream] = entry.stat(follow_symlinks=False)
    except OSError:
        return []
    logs = []
    taken: dict[str, int] = {}
    for writer, streams in sorted(found.items(), key=lambda each: (rank_of(each[0]), _last_write(each[1]), each[0])):
        rank = rank_of(writer)
        base = "std_log" if rank == 0 else "std_log_{}".format(rank)
        taken[base] = taken.get(base, 0) + 1
        name = base if taken[base] == 1 else "{}.{}".format(base, taken[base])
        paths = [os.path.join(folder, console_file_name(writer, each)) if each in streams else None for each in STREAMS]
        stats = [(streams[each].st_size, streams[each].st_mtime) if each in streams else (0, 0.0) for each in STREAMS]
        logs.append(ConsoleLog(name, writer, rank, paths[0], paths[1], stats[0], stats[1]))
    return logs


def _last_write(streams: dict[str, os.stat_result]) -> float:
    """A time that orders the logs of attempts."""
    return max(stat.st_mtime for stat in streams.values())
