"""What a terminal would show of one line of captured output: its last state, as text and its colour codes.

Carriage returns, backspaces and the control sequences that move inside the line or erase in it are carried out (a
progress bar becomes its last state). Colours (SGR) are kept apart, unread, for whoever draws them. All else of
the terminal's language is taken out, and what is left has passed ``printable``: it cannot act on a terminal.
"""

from __future__ import annotations

import re
import unicodedata
from codecs import utf_8_decode
from functools import lru_cache
from typing import NamedTuple

from runstore.layout.printable import printable
from runstore.reading.text.file import SHOWN, Line

TAB = 8
MAX_COLUMN = 512  # as far as a cursor movement reaches: more than terminals are wide; text may be longer

# Each alternative ends at the next escape at the latest, so that no text is scanned more than twice.
# A string that is never ended (OSC, DCS...) loses only its introducer: better odd text than lost text.
_SEQUENCE = (
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI
    r"|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)"  # OSC, DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]?"  # the rest
)
_CONTROL = re.compile(_SEQUENCE + r"|[\r\b\t\a\x0e\x0f]")
_SEQUENCES = re.compile(_SEQUENCE + r"|[\a\x0e\x0f]")
_MOVES = re.compile(r"\x1b\[[0-9;]*[CDGJKX`]")
_SGR = re.compile(r"\x1b\[([0-9;:]*)m")
_SGR_BYTES = re.compile(rb"\x1b\[([0-9;:]*)m")
# What progress bars are drawn with, all of it one cell wide: spares a look at each character.
_NARROW = re.compile("[ -\u02ff\u2010-\u2027\u2190-\u22ff\u2500-\u25fc\u2800-\u28ff]*")


class ScreenLine(NamedTuple):
    """``spans``: (text, how many of ``sgrs`` were in force when it was written); ``sgrs``: parameters, in order."""

    spans: list[tuple[str, int]]
    sgrs: list[str]

    @property
    def text(self) -> str:
        """The text alone."""
        return "".join([text for text, _ in self.spans])


def decode(line: Line) -> str:
    """The text of ``line.data``; invalid bytes are replaced, but not a character that is still being written."""
    return utf_8_decode(line.data, "replace", line.ended and not line.cut)[0]


def screen_lines(line: Line) -> list[ScreenLine]:
    """What a terminal shows of a line of a file: one line, of a `TextFile` that is ``tall`` several."""
    return [screen_line(text) for text in decode(line).split("\n")]


def searchable(text: str) -> str:
    """``text`` (any number of lines) as it is shown, as far as that matters to a search: line for line."""
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if _is_moving(text):
        text = "\n".join([_played(line) if _is_moving(line) else line for line in text.split("\n")])
    return _SEQUENCES.sub("", text) if "\x1b" in text else text


def _is_moving(text: str) -> bool:
    """Whether the cursor does anything but go forward. (One expression for all of it is ten times slower.)"""
    return "\r" in text or "\b" in text or ("\x1b" in text and _MOVES.search(text) is not None)


def _played(line: str) -> str:
    if len(line) > SHOWN:
        state = line[-SHOWN:].rstrip("\r")
        if "\r" not in state:
            return line
        line = state[state.index("\r") + 1 :]
    return screen_line(line).text


def sgr_codes(data: bytes) -> list[str]:
    """The parameters of the colour codes in ``data``, in order, from the last full reset on."""
    codes = [code.decode("ascii") for code in _SGR_BYTES.findall(data)]
    for at in range(len(codes) - 1, -1, -1):
        if codes[at] in ("", "0", "00"):
            return codes[at + 1 :]
    return codes


def screen_line(text: str) -> ScreenLine:
    """What a terminal shows of ``text``, one line of output without its newline."""
    if text.isprintable():
        return ScreenLine([(text, 0)] if text else [], [])
    text = text.rstrip("\r")
    return _overwritten(text) if _is_moving(text) else _coloured(text) or _straight(text)


def _coloured(text: str) -> ScreenLine | None:
    """A line with nothing in it but text and colours; None when there is more."""
    parts = _SGR.split(text)
    texts = parts[::2]
    if not all(part.isprintable() for part in texts):
        return None
    return ScreenLine([(part, mark) for mark, part in enumerate(texts) if part], parts[1::2])


def _straight(text: str) -> ScreenLine:
    """A line in which the cursor only goes forward."""
    spans: list[tuple[str, int]] = []
    sgrs: list[str] = []
    parts: list[str] = []
    column = at = 0
    has_tabs = "\t" in text

    def add(part: str) -> None:
        nonlocal column
        if part:
            parts.append(part)
            column += _cells(part) if has_tabs else 0

    for found in _CONTROL.finditer(text):
        add(printable(text[at : found.start()]))
        at = found.end()
        token = found.group()
        if token == "\t":
            add(" " * (TAB - column % TAB))
        elif token[-1] == "m" and (sgr := _SGR.fullmatch(token)):
            if parts:
                spans.append(("".join(parts), len(sgrs)))
                parts = []
            sgrs.append(sgr.group(1))
    add(printable(text[at:]))
    if parts:
        spans.append(("".join(parts), len(sgrs)))
    return ScreenLine(spans, sgrs)


def _overwritten(text: str) -> ScreenLine:
    """A line whose cursor goes back or which is erased in part: played cell by cell."""
    screen = _Cells()
    sgrs: list[str] = []
    text, at = _without_covered(text), 0
    for found in _CONTROL.finditer(text):
        if found.start() > at:
            screen.write(printable(text[at : found.start()]), len(sgrs))
        at = found.end()
        token = found.group()
        if token == "\r":
            screen.column = 0
        elif token == "\b":
            screen.column = max(screen.column - 1, 0)
        elif token == "\t":
            screen.move(TAB - screen.column % TAB)
        elif token[-1] == "m" and (sgr := _SGR.fullmatch(token)):
            sgrs.append(sgr.group(1))
        elif token[:2] == "\x1b[":
            screen.control(token[-1], token[2:-1])
    if at < len(text):
        screen.write(printable(text[at:]), len(sgrs))
    return ScreenLine(screen.spans(), sgrs)


def _without_covered(text: str) -> str:
    """``text`` without the states of a progress bar that later ones cover wholly; their colour codes stay."""
    states = text.split("\r")
    covered = 0
    for at in range(len(states) - 1, -1, -1):
        state = states[at]
        plain = _SGR.sub("", state) if "\x1b" in state else state
        if not _NARROW.fullmatch(plain):
            break  # only of plain text is the width known without playing it
        if len(plain) > covered:
            covered = len(plain)
        else:
            states[at] = "".join([found.group() for found in _SGR.finditer(state)]) if plain is not state else ""
    return "\r".join(states)


class _Cells:
    """The cells of one line and a cursor. The second cell of a wide character is the empty string."""

    def __init__(self) -> None:
        self.column = 0
        self._cells: list[str] = []
        self._marks: list[int] = []
        self._has_wide = False

    def write(self, text: str, mark: int) -> None:
        """Puts ``text`` at the cursor, over what is there."""
        cells = list(text) if _NARROW.fullmatch(text) else _to_cells(text)
        self._has_wide |= "" in cells
        start, stop = self.column, self.column + len(cells)
        if start > len(self._cells):
            self._blank(len(self._cells), start)
        self._cells[start:stop] = cells
        self._marks[start:stop] = [mark] * len(cells)
        self.column = stop

    def move(self, by: int) -> None:
        """Moves the cursor; forward over nothing it leaves blanks only once something is written there."""
        self.column = max(0, min(self.column + by, max(MAX_COLUMN, len(self._cells))))

    def control(self, final: str, parameters: str) -> None:
        """Carries out a CSI sequence that moves in the line or erases in it; any other one does nothing."""
        first = parameters.split(";", maxsplit=1)[0][:6]
        number = int(first) if first.isascii() and first.isdigit() else 0
        if final == "C":
            self.move(number or 1)
        elif final == "D":
            self.move(-(number or 1))
        elif final in "G`":
            self.column = 0
            self.move((number or 1) - 1)
        elif final == "K" or (final == "J" and number == 0):
            self._blank(0 if number else self.column, self.column + 1 if number == 1 else len(self._cells))
        elif final == "X":
            self._blank(self.column, self.column + (number or 1))

    def _blank(self, start: int, stop: int) -> None:
        stop = min(stop, max(MAX_COLUMN, len(self._cells)))
        if start < stop:
            self._cells[start:stop] = [" "] * (stop - start)
            self._marks[start:stop] = [0] * (stop - start)

    def spans(self) -> list[tuple[str, int]]:
        """Cells of equal mark joined; blanks at the end that nothing coloured are left out."""
        self._blank_halves()
        cells, marks = self._cells, self._marks
        end = len(cells)
        while end and cells[end - 1] == " " and marks[end - 1] == 0:
            end -= 1
        spans: list[tuple[str, int]] = []
        start = 0
        while start < end:
            mark, stop = marks[start], start + 1
            while stop < end and marks[stop] == mark:
                stop += 1
            if text := "".join(cells[start:stop]):
                spans.append((text, mark))
            start = stop
        return spans

    def _blank_halves(self) -> None:
        """Half of a wide character, the other half of which was written over, is a blank."""
        if not self._has_wide:
            return
        whole = False  # the cell before is a wide character
        for at, cell in enumerate(self._cells):
            if whole and cell != "":
                self._cells[at - 1] = " "
            elif not whole and cell == "":
                self._cells[at] = " "
            whole = cell != "" and not cell.isascii() and _cells(cell) == 2
        if whole:
            self._cells[-1] = " "


@lru_cache(maxsize=4096)
def _width(char: str) -> int:
    """Cells of a printable character: 0, 1 or 2."""
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _cells(text: str) -> int:
    return len(text) if text.isascii() else sum(map(_width, text))


def _to_cells(text: str) -> list[str]:
    """One string for each cell: a combining character joins the one before it, a wide one is followed by ''."""
    cells: list[str] = []
    last = -1  # where the last character that takes room is
    for char in text:
        width = _width(char)
        if width == 0 and last >= 0:
            cells[last] += char
            continue
        last = len(cells)
        cells.append(char if width else " " + char)
        if width == 2:
            cells.append("")
    return cells
