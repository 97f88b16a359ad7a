"""How ``runs-tui tail`` prints lines: coloured on a terminal, plain into a pipe, or as JSON."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import Protocol

from rich.cells import cell_len, set_cell_size
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from runs_tui.ansi import PLAIN, Sgr, segments_of
from runs_tui.cli.rows import json_text
from runs_tui.cli.tail_run import RunTail
from runs_tui.model import words
from runs_tui.themes import ink, theme_for
from runstore.layout.printable import printable
from runstore.reading.row import RunRow
from runstore.reading.text import Line, ScreenLine, screen_lines

_LONGEST_NAME = 28
_BATCH = 1 << 16
"""Characters gathered before they are written."""
_SLICE = 1 << 18
"""Bytes shown line by line before the fast way is tried again."""


class Printer(Protocol):
    """Prints lines of runs."""

    def name(self, row: RunRow) -> str:
        """What the run is called in messages."""
        ...

    def print_new(self, tail: RunTail) -> None:
        """Print the whole lines that are new."""
        ...

    def show_partial(self, tails: Sequence[RunTail]) -> None:
        """Show the unfinished last line where it can be rewritten."""
        ...

    def end(self, tail: RunTail) -> None:
        """Print the unfinished last line as it is: nothing follows in this log."""
        ...

    def flush(self) -> None:
        """Write what was gathered."""
        ...

    def close(self) -> None:
        """Leave the cursor on a line of its own."""
        ...


class _Output:
    """Standard output in large pieces."""

    def __init__(self) -> None:
        self._gathered: list[str] = []
        self._length = 0

    def write(self, text: str) -> None:
        self._gathered.append(text)
        self._length += len(text)
        if self._length > _BATCH:
            self.flush()

    def flush(self) -> None:
        if self._gathered:
            text, self._gathered, self._length = "".join(self._gathered), [], 0
            sys.stdout.write(text)
        sys.stdout.flush()


class JsonPrinter:
    """One object a line: run (id), log (file name), offset of the line in it, time it was captured, text."""

    def __init__(self) -> None:
        self._output = _Output()

    def name(self, row: RunRow) -> str:
        """The run's id."""
        return printable(row.id)

    def print_new(self, tail: RunTail) -> None:
        """See `Printer`."""
        tail.refresh()
        self._print(tail, tail.lines())

    def _print(self, tail: RunTail, lines: Iterable[Line]) -> None:
        for line in lines:
            record = {
                "run": tail.row.id,
                "log": os.path.basename(tail.log or ""),
                "offset": line.start,
                "time": tail.times.time_of(line.start) if tail.times is not None else None,
                "text": "\n".join([shown.text for shown in screen_lines(line)]),
            }
            if line.cut:
                record["cut"] = line.cut
            self._output.write(json_text(record) + "\n")

    def show_partial(self, tails: Sequence[RunTail]) -> None:
        """Nothing is shown of a line that is not whole."""

    def end(self, tail: RunTail) -> None:
        """See `Printer`."""
        if tail.partial is not None:
            self._print(tail, [tail.partial])

    def flush(self) -> None:
        """See `Printer`."""
        self._output.flush()

    def close(self) -> None:
        """See `Printer`."""
        self.flush()


class TextPrinter:
    """Text; the runs' names stand before the lines when there are several."""

    def __init__(self, rows: Sequence[RunRow]) -> None:
        self._output = _Output()
        self._is_terminal = sys.stdout.isatty()
        self._coloured = self._is_terminal and not os.environ.get("NO_COLOR")
        self._states: dict[str, Sgr] = {}
        self._partial = ""  # what stands on the line of the cursor
        names = [row.name for row in rows]
        self._names = {row.key: row.name if names.count(row.name) == 1 else f"{row.name} {row.id[:8]}" for row in rows}
        self._prefixes = self._make_prefixes(rows) if len(rows) > 1 else {}

    def _make_prefixes(self, rows: Sequence[RunRow]) -> dict[str, str]:
        width = min(max(cell_len(self.name(row)) for row in rows), _LONGEST_NAME)
        colours = ink(theme_for(os.environ)).series
        prefixes = {}
        for number, row in enumerate(rows):
            text = f"{set_cell_size(self.name(row), width)} | "
            prefixes[row.key] = self._render(text, colours[number % len(colours)])
        return prefixes

    def name(self, row: RunRow) -> str:
        """The run's name."""
        return printable(self._names[row.key], 200)

    def print_new(self, tail: RunTail) -> None:
        """See `Printer`. Plain lines go the fast way: a training may print more than one by one can be shown."""
        tail.refresh()
        is_bare = tail.row.key not in self._prefixes
        while True:
            if is_bare and self._states.get(tail.row.key, PLAIN) == PLAIN and (text := tail.plain_lines()):
                self._output.write(self._over_partial(text[:-1]))
                continue
            before = tail.position
            self._print(tail, tail.lines(_SLICE))
            if tail.position == before:
                break

    def _print(self, tail: RunTail, lines: Iterable[Line]) -> None:
        for line in lines:
            self._output.write(self._over_partial(self._text(tail, line)))

    def show_partial(self, tails: Sequence[RunTail]) -> None:
        """A progress bar moves, on a terminal, in the output of a single run."""
        if not self._is_terminal or len(self._names) != 1 or not tails:
            return
        line = tails[0].partial
        shown = self._text(tails[0], line, shutil.get_terminal_size().columns - 1) if line is not None else ""
        shown = shown.rpartition("\n")[2]
        if shown != self._partial:
            self._output.write(f"\r{shown}\x1b[K")
            self._partial = shown

    def end(self, tail: RunTail) -> None:
        """See `Printer`."""
        if tail.partial is not None:
            self._print(tail, [tail.partial])
            tail.partial = None

    def flush(self) -> None:
        """See `Printer`."""
        self._output.flush()

    def close(self) -> None:
        """See `Printer`."""
        if self._partial:
            self._output.write("\n")
            self._partial = ""
        self.flush()

    def _over_partial(self, text: str) -> str:
        if not self._partial:
            return text + "\n"
        self._partial = ""
        return f"\r\x1b[K{text}\n"

    def _text(self, tail: RunTail, line: Line, width: int | None = None) -> str:
        """The line with its prefix; cut to ``width`` it leaves the colours for the next line as they were."""
        cut = f" … {words.size(line.cut)} more, not shown" if line.cut else ""
        return "\n".join([self._shown(tail, shown, width) for shown in screen_lines(line)]) + cut

    def _shown(self, tail: RunTail, shown: ScreenLine, width: int | None) -> str:
        prefix = self._prefixes.get(tail.row.key, "")
        if not self._coloured:
            return prefix + (shown.text if width is None else set_cell_size(shown.text, width).rstrip())
        before = self._states.get(tail.row.key, PLAIN)
        segments, after = segments_of(shown, before)
        if width is None:
            self._states[tail.row.key] = after
        else:
            segments = list(Segment.adjust_line_length(segments, width, pad=False))
        return prefix + "".join([self._render(text, style) for text, style, _ in segments])

    def _render(self, text: str, style: Style | None) -> str:
        return style.render(text, color_system=ColorSystem.TRUECOLOR) if style is not None and self._coloured else text
