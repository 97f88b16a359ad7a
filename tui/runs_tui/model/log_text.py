"""The text of a log as it is shown, without colours, for a file or another program."""

from __future__ import annotations

import os
from collections.abc import Iterator

from runstore.reading.text import ShownText, screen_lines

_FAST = 1 << 18
"""Bytes shown line by line before the fast way is tried again."""


def shown_text(text: ShownText, first: int, last: int) -> Iterator[str]:
    """Whole lines, in pieces, from the one that starts at ``first`` to the one at ``last``; see `ShownText.still`."""
    simple = text.kept is None and not text.file.blocks.redrawn
    at: int | None = first
    while at is not None and at <= last:
        plain = text.file.plain_from(at) if simple else None
        if plain is not None and plain[1] <= last:
            yield plain[0]
            at = plain[1]
            continue
        slow = at + _FAST
        while at is not None and at <= min(last, slow):
            for shown in screen_lines(text.line(at)):
                yield shown.text + "\n"
            at = text.after(at)


class Replaced(Exception):
    """The log is another one than it was: its lines are not where they were."""


def write_text(path: str, text: ShownText, first: int, last: int) -> int:
    """Write these lines into a new file; how many bytes it has. ``text`` is `ShownText.still`, its file held.

    Raises OSError, also for a file that exists, and `Replaced` where the log was cut or replaced meanwhile; nothing is
    left then.
    """
    with open(path, "x", encoding="utf-8", errors="replace") as file:
        try:
            for piece in shown_text(text, first, last):
                file.write(piece)
                if not text.is_current:
                    break
            if not text.is_current:  # also where nothing could be read of it any more
                raise Replaced
        except BaseException:
            os.unlink(path)
            raise
        return file.tell()
