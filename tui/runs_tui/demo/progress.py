"""A progress line of the usual form, and a steady pace, so that the demo needs no package for them."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator

_BLOCKS = " ▏▎▍▌▋▊▉█"
_BAR_WIDTH = 10
_REDRAW_SECONDS = 0.1
_CATCH_UP_SECONDS = 1.0
"""How late the steps may be and still catch up; a machine that is slower than that keeps a pace of its own."""


class Progress:
    """Iterate over the steps 1..``total``, at most ``rate`` a second, while a line on stderr rewrites itself.

    ``note`` is the text at the end of the line; `print` puts a line of output above it.
    """

    def __init__(self, total: int, rate: float = 20.0, label: str = "") -> None:
        self.total = total
        self.rate = rate
        self.label = label
        self.note = ""
        self._began = time.monotonic()
        self._step = 0

    def __iter__(self) -> Iterator[int]:
        due = drawn = self._began
        try:
            for step in range(1, self.total + 1):
                self._step = step
                yield step
                due += 1 / self.rate
                now = time.monotonic()
                if now - drawn >= _REDRAW_SECONDS:
                    drawn = now
                    self._draw(now)
                if due > now:
                    time.sleep(due - now)
                else:
                    due = max(due, now - _CATCH_UP_SECONDS)
        finally:  # also when the loop is left by an exception, whose traceback then has a line of its own
            self._draw(time.monotonic())
            sys.stderr.write("\n")

    def print(self, text: str) -> None:
        """Print one line of output where the progress line stands, which then moves down."""
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
        print(text, flush=True)
        self._draw(time.monotonic())

    def _draw(self, now: float) -> None:
        seconds = now - self._began
        share = self._step / self.total
        pace = self._step / seconds if seconds > 0 else 0.0
        left = _clock((self.total - self._step) / pace) if pace else "?"
        eighths = int(share * _BAR_WIDTH * 8)
        bar = (_BLOCKS[8] * (eighths // 8) + _BLOCKS[eighths % 8].strip()).ljust(_BAR_WIDTH)
        head = f"{self.label} {share:4.0%}|"
        note = f", {self.note}" if self.note else ""
        tail = f"| {self._step}/{self.total} [{_clock(seconds)}<{left}, {pace:.1f}it/s{note}]"
        # One column stays free: a full line would wrap, and could then not be rewritten.
        room = shutil.get_terminal_size().columns - len(head) - _BAR_WIDTH - 1
        sys.stderr.write(f"\r{head}\x1b[32m{bar}\x1b[0m{tail[: max(room, 0)]}\x1b[K")
        sys.stderr.flush()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes:02d}:{rest:02d}"
