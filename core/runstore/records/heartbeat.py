"""``alive/<w>``: when a writer last lived and how many records it had written, 16 bytes replaced in place."""

from __future__ import annotations

from struct import Struct

INTERVAL = 5.0
"""Seconds between two heartbeats."""
UNRESPONSIVE_AFTER = 15.0
LOST_AFTER = 60.0

_BEAT = Struct("<dQ")


def encode_heartbeat(time: float, seq: int) -> bytes:
    """Unix seconds and the writer's seq."""
    return _BEAT.pack(time, seq)


def decode_heartbeat(content: bytes) -> tuple[float, int] | None:
    """(time, seq), or None when the file is too short."""
    if len(content) < _BEAT.size:
        return None
    time, seq = _BEAT.unpack_from(content)
    return time, seq
