"""One line on a terminal that says which of many runs is under way, and goes when they are done."""

from __future__ import annotations

import sys
import time
from types import TracebackType

import click

_EVERY = 0.1
"""Seconds between two lines: a terminal far away is slower than a disk."""


class ProgressLine:
    """Nothing is written where stderr is no terminal. Leaving it takes the line away.

    What clears the line is no colour: it is written with NO_COLOR, too.
    """

    def __init__(self, verb: str) -> None:
        self._verb = verb
        self._shows = sys.stderr.isatty()
        self._count = 0
        self._said = 0.0

    def tell(self, name: str) -> None:
        """The next run begins; ``name`` is safe for a terminal."""
        self._count += 1
        now = time.monotonic()
        if self._shows and now - self._said >= _EVERY:
            self._said = now
            click.echo(f"\r\x1b[K{self._verb} {self._count}: {name[:60]}", nl=False, err=True, color=True)

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._said:
            click.echo("\r\x1b[K", nl=False, err=True, color=True)
