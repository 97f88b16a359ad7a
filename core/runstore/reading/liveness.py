"""Whether the processes of a run live: derived by the reader each time, never written down."""

from __future__ import annotations

import os
import time
from typing import Any, Iterable, NamedTuple

from runstore.reading.growing import read_small
from runstore.records.heartbeat import LOST_AFTER, UNRESPONSIVE_AFTER, decode_heartbeat
from runstore.records.identity import process_alive, was_before_restart


class Life(NamedTuple):
    """``word`` is alive, unresponsive, lost or gone; ``since``: seconds since anything was heard, 0 for never."""

    word: str
    since: float = 0.0


ALIVE_WORD, UNRESPONSIVE, LOST, GONE = "alive", "unresponsive", "lost", "gone"
ALIVE = Life(ALIVE_WORD)
_MOST_HEARTBEATS = 10_000


class Heartbeats:
    """The heartbeats of a run, timed by this viewer's own clock from the second look on.

    At the first look only the times written in them are known, by the clock of another host: then a heartbeat that
    looks old is taken for old, so that a dead run is never shown as running.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._seen: dict[str, tuple[bytes, float]] = {}

    def silence(self, leave_out: set[str]) -> float | None:
        """Seconds since the last sign of life of any writer but those in ``leave_out``; None without a heartbeat."""
        now = time.monotonic()
        seen: dict[str, tuple[bytes, float]] = {}
        for name in self._names():
            if name in leave_out:
                continue
            try:
                content = read_small(os.path.join(self._folder, name), 4096)
            except OSError:
                continue
            beat = decode_heartbeat(content)
            if beat is None:
                continue
            before = self._seen.get(name)
            if before is None:
                heard = now - max(time.time() - beat[0], 0.0)
            elif before[0] != content:
                heard = now
            else:
                heard = before[1]
            seen[name] = (content, heard)
        self._seen = seen
        return min((now - heard for _, heard in seen.values()), default=None)

    def _names(self) -> list[str]:
        try:
            return os.listdir(self._folder)[:_MOST_HEARTBEATS]
        except OSError:
            return []


def life_of(processes: Iterable[tuple[str, dict[str, Any]]], heartbeats: Heartbeats) -> Life:
    """The life of a run with these processes, each with its writer's name (empty where it has none).

    One live process is enough. Those of this host are looked up, the others are known by their heartbeats; those of
    this host before it was restarted are gone, unless a heartbeat tells that another machine has the same name.
    """
    local: set[str] = set()
    elsewhere = False
    restarted = True
    for writer, identity in processes:
        alive = process_alive(identity)
        if alive:
            return ALIVE
        if alive is None:
            elsewhere = True
            restarted &= was_before_restart(identity)
        elif writer:
            local.add(writer)
    silence = heartbeats.silence(local) if elsewhere else None
    if restarted and (silence is None or silence >= UNRESPONSIVE_AFTER):
        return Life(GONE)
    if silence is None:
        return Life(LOST) if elsewhere else Life(GONE)
    if silence < UNRESPONSIVE_AFTER:
        return ALIVE
    return Life(UNRESPONSIVE if silence < LOST_AFTER else LOST, silence)
