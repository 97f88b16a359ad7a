"""``alive/<w>``: when a writer last lived and what it had written by then, 24 bytes replaced in place."""

from __future__ import annotations

import os
from struct import Struct

INTERVAL = 5.0
"""Seconds between two heartbeats."""
UNRESPONSIVE_AFTER = 15.0
LOST_AFTER = 60.0

_BEAT = Struct("<dQQ")
_SHORTEST = 16
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
_MOST = 10_000


def encode_heartbeat(time: float, seq: int, unwritten: int = 0) -> bytes:
    """Unix seconds, the writer's seq, and how many of its records are not on the disk, with no record that says so."""
    return _BEAT.pack(time, seq, unwritten)


def decode_heartbeat(content: bytes) -> tuple[float, int, int] | None:
    """(time, seq, unwritten), or None when the file is too short; ``unwritten`` may be missing in it."""
    if len(content) < _SHORTEST:
        return None
    time, seq, unwritten = _BEAT.unpack_from(content.ljust(_BEAT.size, b"\0"))
    return time, seq, unwritten


def unwritten_in(folder: str) -> int:
    """How many records are not on the disk, with no record that says so: all heartbeats in ``folder`` together."""
    try:
        names = os.listdir(folder)[:_MOST]
    except OSError:
        return 0
    found = 0
    for name in names:
        try:
            descriptor = os.open(os.path.join(folder, name), _FLAGS)
            try:
                beat = decode_heartbeat(os.read(descriptor, _BEAT.size))
            finally:
                os.close(descriptor)
        except OSError:
            continue
        found += beat[2] if beat is not None else 0
    return found
