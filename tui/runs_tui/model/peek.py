"""What a file holds, told from its first bytes and never by opening it as what it says it is."""

from __future__ import annotations

import os
import re
import stat
from typing import NamedTuple

from runs_tui.images.formats import HEAD, format_of
from runs_tui.model import words
from runstore.reading.growing import read_range

_MAGIC = (
    (b"\x93NUMPY", "NumPy array"),
    (b"PK\x03\x04", "zip archive (PyTorch and NumPy write them, too)"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x89HDF\r\n\x1a\n", "HDF5"),
    (b"PAR1", "Parquet"),
    (b"SQLite format 3\0", "SQLite database"),
    (b"%PDF", "PDF"),
    (b"\x7fELF", "program"),
    (b"ARROW1", "Arrow"),
    (b"GGUF", "GGUF model"),
)
_TEXTUAL = re.compile(rb"[^\x00-\x06\x0e-\x1a\x1c-\x1f]*")
_NUMPY = re.compile(rb"'descr': '([^']{1,20})'.{0,80}'shape': (\([0-9, ]*\))", re.S)


class Peek(NamedTuple):
    """kind: ``text``, ``image``, ``bytes``, ``empty`` or ``closed`` (it cannot be read, or is no file).

    about: what it is, in words, with its size.
    """

    kind: str
    about: str
    size: int = 0


def peek(path: str) -> Peek:
    """Look at the file at ``path``; a link is not followed. Never raises."""
    try:
        found = os.lstat(path)
        if stat.S_ISLNK(found.st_mode):
            return Peek("closed", f"a link to {os.readlink(path)}: links are not followed")
        if not stat.S_ISREG(found.st_mode):
            return Peek("closed", "not a regular file")
        head = read_range(path, 0, min(HEAD, found.st_size))
    except OSError as error:
        return Peek("closed", f"it cannot be read: {error.strerror or error}")
    size = words.size(found.st_size)
    if not head:
        return Peek("empty", "an empty file")
    image = format_of(head)
    if image is not None:
        return Peek("image", f"{image.shown}  {size}", found.st_size)
    if _is_text(head):
        return Peek("text", size, found.st_size)
    return Peek("bytes", f"{_kind_of(head)}  {size}", found.st_size)


def _is_text(head: bytes) -> bool:
    """Whether it reads as UTF-8 without control characters but those of terminals."""
    start = head[:8192]
    if _TEXTUAL.fullmatch(start) is None:
        return False
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(start) - 4 and len(head) > 8192  # a character cut in two
    return True


def _kind_of(head: bytes) -> str:
    for magic, name in _MAGIC:
        if head.startswith(magic):
            shape = _NUMPY.search(head[:512]) if name == "NumPy array" else None
            return f"{name} {shape[1].decode('latin-1')} {shape[2].decode()}" if shape else name
    if head[:1] == b"\x80" and head[1:2] in b"\x02\x03\x04\x05" and len(head) > 2:
        return "Python pickle (never loaded here)"
    if head[8:9] == b"{" and b'"dtype"' in head[:4096]:
        return "safetensors model"
    return "binary"
