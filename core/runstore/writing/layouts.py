"""How the rows of one writer are laid out: the schemas of its file set, each declared before its first row."""

from __future__ import annotations

from itertools import count

from runstore.records.points import Schema, encode_schema, padding, row_size, row_struct, rows_file_name, width_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


class RowLayout:
    """What it takes to write a row of one schema: the packer and what it is given, the file, the bytes of a row."""

    __slots__ = ("id", "pack", "pad", "path", "size", "types")

    def __init__(self, id: int, types: str, pack: Any, pad: tuple[float, ...], path: str, size: int) -> None:
        self.id = id
        self.types = types
        self.pack: Callable[..., bytes] = pack
        self.pad = pad
        self.path = path
        self.size = size

    def row(self, seq: int, step: int, values: Any, now: float) -> bytes:
        """The bytes of a row; raises `struct.error` for a value that does not fit its type."""
        return self.pack(self.id, seq, step, *values, *self.pad, now)


class Layouts:
    """The layouts of the file set at ``place``; ``declare`` appends the line of a new schema."""

    def __init__(self, place: str, declare: Callable[[bytes], object]) -> None:
        self._place = place
        self._declare = declare
        self._ids = count(1)  # a handler of signals that logs in between gets another one
        self._known: dict[tuple[tuple[str, ...], str], RowLayout] = {}
        self._shapes: dict[str, tuple[Any, tuple[float, ...], str, int]] = {}  # what layouts of the same types share

    def of(self, names: tuple[str, ...], types: str) -> RowLayout:
        """The layout for values of these names and kinds, 1 to `WIDEST` of them; see `runstore.records.points`."""
        known = self._known.get((names, types))
        if known is None:
            number = next(self._ids)
            known = self._known[names, types] = RowLayout(
                number, types, *(self._shapes.get(types) or self._shape(types))
            )
            self._declare(encode_schema(Schema(number, width_class(len(names)), names, types)))
        return known

    def _shape(self, types: str) -> tuple[Any, tuple[float, ...], str, int]:
        width = width_class(len(types))
        path = rows_file_name(self._place, width)
        shape = self._shapes[types] = (row_struct(types, width).pack, padding(types, width), path, row_size(width))
        return shape
