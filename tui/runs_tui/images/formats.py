"""Which image format a file has, and how large the picture is, told from its first bytes."""

from __future__ import annotations

import struct
from typing import NamedTuple

HEAD = 64 << 10
"""Bytes of a file that are looked at."""


class Format(NamedTuple):
    """A format with the size in pixels, 0 x 0 where the beginning of the file does not tell it."""

    name: str
    width: int = 0
    height: int = 0

    @property
    def shown(self) -> str:
        """``PNG 640 x 480``."""
        return f"{self.name} {self.width} x {self.height}" if self.width else self.name


def format_of(head: bytes) -> Format | None:
    """The format of a file that begins with ``head``; None when it is no image that is known here."""
    try:
        if head.startswith(b"\x89PNG\r\n\x1a\n"):
            return Format("PNG", *struct.unpack_from(">II", head, 16))
        if head.startswith((b"GIF87a", b"GIF89a")):
            return Format("GIF", *struct.unpack_from("<HH", head, 6))
        if head.startswith(b"BM") and len(head) >= 26 and head[6:10] == b"\0\0\0\0":
            width, height = struct.unpack_from("<ii", head, 18)
            return Format("BMP", abs(width), abs(height))
        if head.startswith(b"\xff\xd8\xff"):
            return Format("JPEG", *_jpeg_size(head))
        if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
            return Format("WebP", *_webp_size(head))
        if head.startswith((b"II*\0", b"MM\0*")):
            return Format("TIFF")
    except (struct.error, IndexError):  # the file is cut short
        return None
    return None


def _jpeg_size(head: bytes) -> tuple[int, int]:
    """From the first frame header; (0, 0) when it comes later than ``head`` reaches."""
    at = 2
    while at + 9 < len(head):
        if head[at] != 0xFF:
            break
        marker = head[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", head, at + 5)
            return width, height
        at += 1 if marker == 0xFF else 2 + int(struct.unpack_from(">H", head, at + 2)[0])
    return 0, 0


def _webp_size(head: bytes) -> tuple[int, int]:
    kind = head[12:16]
    if kind == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0
