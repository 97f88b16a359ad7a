"""A run that is being read for the list is read once: the reader for the screen follows the one of the list."""

from __future__ import annotations

import copy
import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from runstore.sources.foreign.reader import ForeignReader

_SILENCE: Final = 5.0
"""Seconds without a look by the reader that is followed after which nobody is expected to read on with it."""


class Following:
    """Takes over what another reader in this process becomes, as `ReadingAhead` does from another process."""

    def __init__(self, leader: ForeignReader) -> None:
        self._leader = leader
        self._taken = leader.turn

    def take(self, seconds: float) -> dict[str, Any] | None:
        """What the other reader has become, by attribute, waited for so many seconds; None if there is nothing new.

        Raises EOFError when it is not used any more.
        """
        leader = self._leader
        stop = time.monotonic() + seconds
        while leader.turn == self._taken and leader.waiting:
            now = time.monotonic()
            if now > leader.looked + _SILENCE:
                raise EOFError("the run is not read for the list any more")
            if now >= stop:
                return None
            time.sleep(min(0.01, stop - now))
        self._taken = leader.turn
        return copy.deepcopy(leader).__getstate__()

    def close(self) -> None:
        """Nothing: the other reader goes on."""
