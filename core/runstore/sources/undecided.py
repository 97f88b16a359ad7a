"""`UndecidedSource`: a folder in which there is nothing yet. What comes first, tells what it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from runstore.layout.roots import is_root
from runstore.sources.foreign.source import ForeignSource
from runstore.sources.native import NativeSource

if TYPE_CHECKING:
    from runstore.reading.reader import Reader
    from runstore.reading.row import RunRow
    from runstore.sources.protocol import RunSource

_TURN = 0.5
"""Seconds between two looks at the one and the other."""


class UndecidedSource:
    """A `runstore.sources.RunSource` that becomes a `NativeSource` or a `ForeignSource` with the first run."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._native = NativeSource(root)
        self._foreign = ForeignSource(root)
        self._chosen: RunSource | None = None

    @property
    def listed(self) -> bool:
        """Whether the folder was searched."""
        if self._chosen is not None:
            return self._chosen.listed
        return self._native.listed and self._foreign.listed

    def rows(self) -> list[RunRow]:
        """One row for each run."""
        return self._source.rows()

    def news(self) -> dict[str, RunRow | None]:
        """See `runstore.sources.RunSource.news`."""
        return dict(self._source.news())

    def open(self, key: str) -> Reader:
        """A reader of its own for one run."""
        return self._source.open(key)

    def is_ready(self, key: str) -> bool:
        """See `runstore.sources.RunSource.is_ready`."""
        return self._source.is_ready(key)

    def changes(self, timeout: float) -> frozenset[str]:
        """See `runstore.sources.RunSource.changes`."""
        if self._chosen is not None:
            return self._chosen.changes(timeout)
        changed = self._foreign.changes(0.0) | self._native.changes(min(timeout, _TURN))
        if is_root(self.root) or self._native.rows():
            self._choose(self._native, self._foreign)
        elif self._foreign.rows():
            self._choose(self._foreign, self._native)
        return changed

    def touch(self, keys: Iterable[str]) -> None:
        """See `runstore.sources.RunSource.touch`."""
        self._source.touch(keys)

    def focus(self, keys: Iterable[str]) -> None:
        """See `runstore.sources.RunSource.focus`."""
        self._source.focus(keys)

    def close(self) -> None:
        """Stop."""
        self._native.close()
        self._foreign.close()

    @property
    def _source(self) -> RunSource:
        return self._chosen or self._native

    def _choose(self, chosen: RunSource, other: RunSource) -> None:
        self._chosen = chosen
        other.close()
