"""The screen a terminal would show: pyte, with dim text and modern sequences it does not know."""

import functools
import re
from typing import Any, NamedTuple

import pyte

# pyte prints parts of these, or raises: CSI with < = >, private CSI that set no mode, colons, strings.
_UNKNOWN = re.compile(
    rb"\x1b\[[<=>][0-?]*[ -/]*[@-~]"
    rb"|\x1b\[\?[0-9;]*(?:[ -/]+[@-~]|[@-gi-km-~])"
    rb"|\x1b\[[0-9;]*:[0-9;:]*[@-~]"
    rb"|\x1b[PX^_][^\x1b]*\x1b\\"
)
_ALTERNATE = 1049
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|[PX^_][^\x1b]*\x1b?)?\Z")


class Cell(NamedTuple):
    """One character cell. Colours are ``default``, a name such as ``brightred``, or ``#rrggbb``.

    The second cell of a wide character has an empty ``char``.
    """

    char: str
    fg: str
    bg: str
    bold: bool
    dim: bool
    italic: bool
    underline: bool
    strike: bool
    reverse: bool


class Screen:
    """Bytes in, lines and cells out."""

    def __init__(self, cols: int, rows: int) -> None:
        self._screen = _Emulation(cols, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._held = b""

    def feed(self, data: bytes) -> None:
        data = self._held + data
        unfinished = _UNFINISHED.search(data, max(0, len(data) - 4096))
        cut = unfinished.start() if unfinished else len(data)
        self._held = data[cut:]
        self._stream.feed(_UNKNOWN.sub(b"", data[:cut]))

    def resize(self, cols: int, rows: int) -> None:
        self._screen.resize(rows, cols)

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and row of the cursor, from 0."""
        return self._screen.cursor.x, self._screen.cursor.y

    @property
    def title(self) -> str:
        return self._screen.title

    def lines(self) -> list[str]:
        """Every line in full width; a wide character takes one place in the string and two on the screen."""
        return ["".join(row) for row in self.characters()]

    def characters(self) -> list[list[str]]:
        """What stands in each cell, row by row: as `cells`, without looks, and many times as fast."""
        columns = range(self._screen.columns)
        buffer = self._screen.buffer
        return [[buffer[y][x].data for x in columns] for y in range(self._screen.lines)]

    def cells(self) -> list[list[Cell]]:
        columns = range(self._screen.columns)
        buffer = self._screen.buffer
        return [[_cell(buffer[y][x]) for x in columns] for y in range(self._screen.lines)]


class _Emulation(pyte.Screen):
    """pyte with an alternate screen, and with dim: nothing of ours blinks, so the flag for blinking carries it."""

    def __init__(self, cols: int, rows: int) -> None:
        self._primary: tuple[dict[int, Any], int, int] | None = None
        super().__init__(cols, rows)

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        if kwargs.get("private") and _ALTERNATE in modes and self._primary is None:
            self._primary = dict(self.buffer), self.cursor.x, self.cursor.y
            self.buffer.clear()
        super().set_mode(*modes, **kwargs)

    def reset_mode(self, *modes: int, **kwargs: Any) -> None:
        super().reset_mode(*modes, **kwargs)
        if kwargs.get("private") and _ALTERNATE in modes and self._primary is not None:
            self.buffer.clear()
            lines, self.cursor.x, self.cursor.y = self._primary
            self.buffer.update(lines)
            self._primary = None
            self.ensure_hbounds()
            self.ensure_vbounds()

    def select_graphic_rendition(self, *attrs: int) -> None:
        translated: list[int] = []
        rest = iter(attrs)
        for attr in rest:
            if attr in (38, 48):
                kind = next(rest, 5)
                translated += [attr, kind, *(next(rest, 0) for _ in range(3 if kind == 2 else 1))]
            elif attr == 2:
                translated.append(5)
            elif attr == 22:
                translated += [22, 25]
            elif attr not in (5, 6, 25):
                translated.append(attr)
        if translated or not attrs:
            super().select_graphic_rendition(*translated)


@functools.lru_cache(maxsize=8192)
def _cell(char: pyte.screens.Char) -> Cell:
    return Cell(
        char.data,
        _colour(char.fg),
        _colour(char.bg),
        char.bold,
        char.blink,
        char.italics,
        char.underscore,
        char.strikethrough,
        char.reverse,
    )


def _colour(name: str) -> str:
    return f"#{name}" if len(name) == 6 and re.fullmatch("[0-9a-f]{6}", name) else name
