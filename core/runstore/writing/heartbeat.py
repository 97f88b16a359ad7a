"""The heartbeat of a writer: a daemon thread that says every few seconds that this process lives."""

from __future__ import annotations

import os
import sys
import threading
import time

from runstore.layout.mounts import is_network
from runstore.records.heartbeat import INTERVAL, encode_heartbeat
from runstore.writing.descriptors import open_apart

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable


class Heartbeat:
    """Writes ``alive/<w>`` every `INTERVAL` seconds until it is stopped; it never raises and never keeps a process up.

    ``told`` gives what a beat says beside the time: see `encode_heartbeat`. On a network mount each beat is also
    synced, so that other hosts see it.
    """

    def __init__(self, folder: str, writer: str, told: Callable[[], tuple[int, int]]) -> None:
        self._path = os.path.join(folder, writer)
        self._sync = is_network(folder) if os.path.isdir(folder) else False
        self._told = told
        self._stop = threading.Event()
        self._descriptor = -1
        self._lock = threading.RLock()  # no beat goes to a number that is closed, and perhaps another file's

    def start(self) -> None:
        """Beat once now, then from a thread of its own; not in an interpreter that ends, where no thread begins."""
        if sys.is_finalizing():
            return
        self.beat()
        thread = threading.Thread(target=self._run, name="runstore-heartbeat", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no more threads, or the interpreter is shutting down
            pass

    def beat(self) -> None:
        """Write one heartbeat."""
        try:
            told = self._told()  # it may wait for the writer, which may be about to close
            with self._lock:
                if self._stop.is_set():
                    return
                if self._descriptor < 0:
                    # No folder is made here: one that was deleted with its run is not brought back.
                    self._descriptor = open_apart(self._path, os.O_WRONLY | os.O_CREAT)
                os.pwrite(self._descriptor, encode_heartbeat(time.time(), *told), 0)
            if self._sync:
                os.fsync(self._descriptor)
        except OSError:
            with self._lock:
                self._close()

    def stop(self, remove: bool = True) -> None:
        """End the thread; ``remove`` the file, which says that the writer has closed in order."""
        self._stop.set()
        with self._lock:
            self._close()
        if remove:
            try:
                os.unlink(self._path)
            except OSError:
                pass

    def abandon(self) -> None:
        """Forget the thread without touching the file (after a fork it is the parent's, and so may the lock be)."""
        self._close()

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            try:
                os.close(descriptor)
            except OSError:
                pass

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL):
            self.beat()
