"""`RunSource`: what the monitor needs of a place where runs are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from runstore.reading.reader import Reader
    from runstore.reading.row import RunRow


class RunSource(Protocol):
    """Thread-safe; one thread calls `changes` in a loop."""

    @property
    def root(self) -> str:
        """What the source reads, as shown to people."""
        ...

    @property
    def listed(self) -> bool:
        """Whether `rows` has every run that there was when it began."""
        ...

    def rows(self) -> list[RunRow]:
        """One row for each run, in no order, as last read."""
        ...

    def news(self) -> Mapping[str, RunRow | None]:
        """The rows that are other ones than at the last call, by key, None for runs that are gone; at first all."""
        ...

    def open(self, key: str) -> Reader:
        """A reader of its own for one run; raises LookupError for one that is not there any more."""
        ...

    def is_ready(self, key: str) -> bool:
        """Whether a run can be opened without reading once more what is just being read; a change will tell."""
        ...

    def changes(self, timeout: float) -> frozenset[str]:
        """Wait for changes, at most about ``timeout`` seconds: keys of changed rows, ``""`` when rows came or went."""
        ...

    def touch(self, keys: Iterable[str]) -> None:
        """These runs were just changed, made or deleted by the caller: read them now, as `changes` will tell."""
        ...

    def focus(self, keys: Iterable[str]) -> None:
        """The runs on the screen, most important first: their changes are told soonest."""
        ...

    def close(self) -> None:
        """Stop; `changes` returns at once from now on."""
        ...
