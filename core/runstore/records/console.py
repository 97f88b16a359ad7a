"""``console/``: captured output as raw bytes, ``<w>.out`` and ``<w>.err``, each with an index of times.

An index entry says that the bytes from ``offset`` on were captured at ``time`` or later; at most one a second.
A log above its size limit may have a gap, whose bytes are no longer stored and read as zeros: ``<w>.out.gap`` holds
its ``<u8 start><u8 end>``, replaced in place as the gap grows.
"""

from __future__ import annotations

from struct import Struct

INDEX_SUFFIX = ".idx"
GAP_SUFFIX = ".gap"
ENTRY = Struct("<dQ")
GAP = Struct("<QQ")
STREAMS = ("out", "err")
LOGGING = "log"
"""The stream of ``<w>.log``: records of Python's logging, a JSON object a line."""


def encode_entry(time: float, offset: int) -> bytes:
    """One index entry: unix seconds, byte offset."""
    return ENTRY.pack(time, offset)


def decode_entries(content: bytes) -> list[tuple[float, int]]:
    """The whole entries of an index file as (time, offset); a torn tail is left out."""
    return list(ENTRY.iter_unpack(content[: len(content) // ENTRY.size * ENTRY.size]))


def encode_gap(start: int, end: int) -> bytes:
    """The content of a gap file: byte offsets."""
    return GAP.pack(start, end)


def decode_gap(content: bytes) -> tuple[int, int] | None:
    """(start, end) of the gap, or None when there is none in ``content``."""
    if len(content) < GAP.size:
        return None
    start, end = GAP.unpack_from(content)
    return (start, end) if start < end else None


def console_file_name(writer: str, stream: str) -> str:
    """``<w>.out`` or ``<w>.err``."""
    return "{}.{}".format(writer, stream)
