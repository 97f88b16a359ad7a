"""How often a log that grows is looked at."""

from __future__ import annotations

from collections.abc import Callable

from textual.timer import Timer
from textual.widget import Widget

_PACE = 0.2
"""Seconds between two looks: what is printed is to be on the screen within a quarter of a second."""
_PATIENCE = 10
"""Looks in vain before it is left to others to say that there is something new."""


class Pace:
    """Looks again and again while there is something new, and costs nothing once there is not."""

    def __init__(self, host: Widget, look: Callable[[], bool]) -> None:
        """``look`` says whether there was anything new; it is called on the app's thread."""
        self._host = host
        self._look = look
        self._timer: Timer | None = None
        self._in_vain = 0

    @property
    def is_on(self) -> bool:
        """Whether it looks."""
        return self._timer is not None

    def start(self) -> None:
        """Look from now on, first a while after this."""
        self._in_vain = 0
        if self._timer is None:
            self._timer = self._host.set_interval(_PACE, self._tick)

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _tick(self) -> None:
        self._in_vain = 0 if self._look() else self._in_vain + 1
        if self._in_vain >= _PATIENCE:
            self.stop()
