"""``runs-tui ls --watch``: the list, kept up to date on a terminal; what changes, line by line, anywhere else."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from runs_tui.cli.pipes import closed_within, forget_stdout

if TYPE_CHECKING:
    from runs_tui.cli.run_list import RunList
    from runstore.reading.row import RunRow
    from runstore.sources import RunSource

_OFTEN, _SELDOM = 0.25, 1.0
"""Seconds between two looks while something changes: on a screen, and where each change is a further line."""
_TURN = 1.0
"""Seconds after which ages are told anew, at most."""
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
_HOME, _END_OF_LINE, _REST = "\x1b[H", "\x1b[K", "\x1b[J"


class _Shown(Protocol):
    pause: float

    def show(self, rows: Sequence[RunRow]) -> None:
        """Show these rows, in order, or what is new about them."""
        ...

    def close(self) -> None:
        """The end."""
        ...


def watch_runs(folders: Sequence[str], wanted: RunList, as_json: bool) -> None:
    """Show what is wanted of the runs in these folders until ctrl+c."""
    from runstore.sources.opening import source_of

    sources = [source_of(folder) for folder in folders]
    shown = _shown(wanted, as_json)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        while waiting := [source for source in sources if not source.listed]:
            _changed(waiting)
        while True:
            rows = wanted.rows([row for source in sources for row in source.rows()])
            for source in sources:
                source.focus([row.key for row in rows if row.root == source.root])
            shown.show(rows)
            changed = _changed(sources)
            if closed_within(shown.pause if changed else 0.0):
                raise BrokenPipeError
    except KeyboardInterrupt:
        pass
    except BrokenPipeError:
        forget_stdout()
    finally:
        shown.close()
        for source in sources:
            source.close()


def _changed(sources: Sequence[RunSource]) -> bool:
    """Wait for changes, a turn at most, at each of the sources for a part of it; whether there are any."""
    changed = [source.changes(_TURN / len(sources)) for source in sources]
    return any(changed)


def _shown(wanted: RunList, as_json: bool) -> _Shown:
    if as_json:
        return _JsonLines()
    if sys.stdout.isatty() and os.environ.get("TERM", "") not in ("", "dumb"):
        return _Screen(wanted)
    return _Lines(wanted)


class _Screen:
    """The table on the alternate screen of a terminal; what was shown last stays on the normal one."""

    pause = _OFTEN

    def __init__(self, wanted: RunList) -> None:
        self._wanted = wanted
        self._frame: list[str] = []
        self._size = (0, 0)
        sys.stdout.write(_ENTER)

    def show(self, rows: Sequence[RunRow]) -> None:
        size = shutil.get_terminal_size()
        lines = self._lines(rows, *size)
        if lines != self._frame or size != self._size:
            self._frame, self._size = lines, size
            sys.stdout.write(_HOME + (_END_OF_LINE + "\n").join(lines) + _END_OF_LINE + _REST)
            sys.stdout.flush()

    def close(self) -> None:
        sys.stdout.write(_LEAVE + "".join(line + "\n" for line in self._frame))
        sys.stdout.flush()

    def _lines(self, rows: Sequence[RunRow], width: int, height: int) -> list[str]:
        from runs_tui.cli.listing import Layout, cells_of

        if not rows:
            return ["no runs yet"[:width]]
        columns = self._wanted.columns(rows)
        room = max(height - 1, 1)  # under the titles
        shown = rows if len(rows) <= room else rows[: max(room - 1, 0)]
        cells = [cells_of(row, columns) for row in shown]
        layout = Layout(columns, cells, width)
        lines = [layout.line(each) for each in (layout.titles, *cells)]
        if len(shown) < len(rows):
            lines.append(f"and {len(rows) - len(shown)} more"[:width])
        return lines[:height]


class _Lines:
    """A line for each run, and again whenever more than its age changes."""

    pause = _SELDOM

    def __init__(self, wanted: RunList) -> None:
        self._wanted = wanted
        self._known: dict[str, tuple[tuple[str, ...], str]] = {}
        self._titles: list[str] = []

    def show(self, rows: Sequence[RunRow]) -> None:
        from runs_tui.cli.each import name_of
        from runs_tui.cli.listing import Layout, cells_of

        columns = self._wanted.columns(rows)
        cells = {row.key: cells_of(row, columns) for row in rows}
        layout = Layout(columns, list(cells.values()), None)
        if rows and layout.titles != self._titles:
            self._titles = layout.titles
            self._write(layout.line(layout.titles))
        for row in rows:
            says = tuple(cell for cell, column in zip(cells[row.key], columns, strict=True) if not column.aging)
            if self._known.get(row.key, ((), ""))[0] != says:
                self._known[row.key] = says, name_of(row)
                self._write(layout.line(cells[row.key]))
        for key in self._known.keys() - cells.keys():
            self._write(f"{self._known.pop(key)[1]}: gone")
        sys.stdout.flush()

    def close(self) -> None:
        pass

    @staticmethod
    def _write(line: str) -> None:
        sys.stdout.write(line + "\n")


class _JsonLines:
    """An object for each run, ``{"v": 1, "run": ...}``, and again whenever it changes; ``{"v": 1, "gone": id}``."""

    pause = _SELDOM

    def __init__(self) -> None:
        self._known: dict[str, RunRow] = {}

    def show(self, rows: Sequence[RunRow]) -> None:
        from runs_tui.cli.rows import row_json

        for row in rows:
            if self._known.get(row.key) != row:
                self._known[row.key] = row
                self._write({"run": row_json(row)})
        for key in self._known.keys() - {row.key for row in rows}:
            self._write({"gone": self._known.pop(key).id})
        sys.stdout.flush()

    def close(self) -> None:
        pass

    @staticmethod
    def _write(content: dict[str, object]) -> None:
        from runs_tui.cli.rows import VERSION

        sys.stdout.write(json.dumps({"v": VERSION, **content}) + "\n")
