"""The end of a run's output, as a terminal shows it; a few lines, cheaply, for lists."""

from __future__ import annotations

from runstore.reading.consoles import ConsoleLog
from runstore.reading.growing import read_range

_LONGEST = 4096
"""Bytes of a line that are looked at: its last ones, since a progress bar is written over and over."""


def last_output(logs: list[ConsoleLog], count: int, block: int = 16 << 10) -> list[str]:
    """Up to ``count`` lines that are not blank from the last ``block`` bytes of the newest log of the lowest rank.

    Where stdout and stderr are apart, the lines of the one written last come last. Safe to show.
    """
    logs = [log for log in logs if log.size and log.rank == logs[0].rank]
    if not logs:
        return []
    newest = max(logs, key=lambda log: log.modified)
    streams = [(path, size, modified) for path, size, modified in newest.streams() if size]
    lines: list[str] = []
    for path, size, _ in sorted(streams, key=lambda stream: stream[2]):
        try:
            data = read_range(path, max(size - block, 0), block)
        except OSError:
            continue
        lines.extend(_shown(data, count))
    return lines


def _shown(data: bytes, count: int) -> list[str]:
    from runstore.reading.text import last_states, screen_line  # not needed by the first list, which is to come at once

    found: list[str] = []
    for line in reversed(last_states(data)):
        shown = screen_line(line[-_LONGEST:].decode("utf-8", "replace")).text
        if shown.strip():
            found.append(shown)
            if len(found) == count:
                break
    return found[::-1]
