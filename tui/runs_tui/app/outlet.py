"""The way out to the terminal, and what becomes of frames that it does not take.

Textual writes from a thread of its own, with a queue that blocks the whole app when it is full: a terminal that is held
(ctrl+s, a copy mode, a connection that stands still) would take the keys with it. So frames are dropped while the
terminal is behind, and the newest state is drawn when it has caught up: nothing piles up, and keys are taken meanwhile.
"""

from __future__ import annotations

import os
import threading
from typing import Any

from textual.app import App

_WRITES_WAITING = 6
"""Writes that may wait for the terminal: two frames, each with a sequence before and after."""
_LOOK_AGAIN = 0.1
_PATIENCE = 5.0


class Outlet:
    """Says whether a frame may be sent. The queue of Textual's driver is not public: a test holds a terminal."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._behind = False

    def takes_a_frame(self) -> bool:
        """False while the terminal is behind; then all of the screen is drawn anew once it has caught up."""
        if self._behind:
            return False
        if self._waiting() < _WRITES_WAITING:
            return True
        self._behind = True
        self._app.set_timer(_LOOK_AGAIN, self._look)
        return False

    def _look(self) -> None:
        if self._waiting():
            self._app.set_timer(_LOOK_AGAIN, self._look)
            return
        self._behind = False
        self._app.screen.refresh()

    def _waiting(self) -> int:
        thread = getattr(self._app._driver, "_writer_thread", None)
        return thread._queue.qsize() if thread is not None else 0


def leave_in_any_case(code: int) -> None:
    """End this process soon, also when the terminal takes not even the farewell that it is waiting to send."""
    timer = threading.Timer(_PATIENCE, os._exit, (code,))
    timer.daemon = True
    timer.start()
