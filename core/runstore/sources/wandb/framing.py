"""The frame of a ``.wandb`` file: records in blocks of 32 kB, cut where a block ends, each piece with a checksum."""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple
from zlib import crc32

from runstore.reading.growing import GrowingFile

SUFFIX = ".wandb"
FILES = "files"
"""The folder beside the file in which the run's other files are."""
HEADER = b":W&B\xe1\xbe"
"""How a file begins; the version, a byte, follows."""
_HEADER_SIZE = 7
_BLOCK = 1 << 15
_PIECE = Struct("<IHB")
"""Checksum of kind and content, size of the content, kind."""
_WHOLE, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4
_LONGEST = 64 << 20
"""Bytes of the longest record; of a longer one there is no honest writer."""
_BATCH = 1 << 20


class Batch(NamedTuple):
    """Whole records: ``data[begin:end]`` for each of ``spans``."""

    data: bytes
    spans: list[tuple[int, int]]


def records_in(head: bytes) -> Batch:
    """The whole records in the first bytes of a file."""
    file = RecordFile("")
    file.offset = _HEADER_SIZE
    return file.take(head[_HEADER_SIZE:])


class RecordFile(GrowingFile):
    """Hands out whole records, each once. A torn tail is waited for; what is damaged is left out and counted."""

    __slots__ = ("_pieces", "_pieces_size", "damaged", "stuck")

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.damaged = 0
        self.stuck = False
        """Whether what stands at the end of the file is no record."""
        self._pieces: list[bytes] = []
        self._pieces_size = 0

    def next_batch(self) -> Batch | None:
        """Some of the records that have not been read, possibly none; None when there is nothing to read.

        Raises ValueError for a file that does not begin as one of this kind does.
        """
        if self.offset < _HEADER_SIZE:
            head = self.read(0, _HEADER_SIZE)
            if head[: len(HEADER)] != HEADER[: len(head)]:
                raise ValueError("not a .wandb file: its first bytes are others")
            if len(head) < _HEADER_SIZE:
                return None
            self.offset = _HEADER_SIZE
        if self.offset >= self.size:
            return None
        data = self.read(self.offset, min(_BATCH - self.offset % _BLOCK, self.size - self.offset))
        begun = self.offset
        batch = self.take(data)
        return batch if self.offset > begun else None

    def take(self, data: bytes) -> Batch:
        """The records in what stands at ``offset``, which moves on."""
        spans: list[tuple[int, int]] = []
        joined: list[bytes] = []
        joined_size = len(data)
        base, at, size = self.offset, 0, len(data)
        unpack, header = _PIECE.unpack_from, _PIECE.size
        self.stuck = False
        while at < size:
            block = at + _BLOCK - (base + at) % _BLOCK
            full = min(block, size)
            while (begin := at + header) <= full:
                checksum, length, kind = unpack(data, at)
                end = begin + length
                if end > full or not _WHOLE <= kind <= _LAST:
                    break
                if crc32(data[begin - 1 : end]) != checksum:
                    self._drop()
                elif kind == _WHOLE:
                    self._pieces = []
                    spans.append((begin, end))
                else:
                    record = self._join(kind, data[begin:end])
                    if record is not None:
                        joined.append(record)
                        spans.append((joined_size, joined_size + len(record)))
                        joined_size += len(record)
                at = end
            if begin <= full and (end > block or not _WHOLE <= kind <= _LAST):
                # Where the next piece begins is not known: the next one that is begins with the next block.
                if block > size:
                    self.stuck = True
                    break
                self._drop()
            elif block > size:
                break
            at = block
        self.offset = base + at
        return Batch(b"".join((data, *joined)) if joined else data, spans)

    def _join(self, kind: int, piece: bytes) -> bytes | None:
        """The record that ends with this piece of one; None when it goes on, or its beginning is missing."""
        if kind == _FIRST:
            self._pieces, self._pieces_size = [piece], len(piece)
            return None
        if not self._pieces:
            return None
        self._pieces.append(piece)
        self._pieces_size += len(piece)
        if self._pieces_size > _LONGEST:
            self._drop()
        if kind == _MIDDLE:
            return None
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces) or None

    def _drop(self) -> None:
        self.damaged += 1
        self._pieces = []
