"""Hints of the file system that something changed in some folders, by watchdog's inotify."""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from itertools import count, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watchdog.observers.inotify_c import CallbackId, InotifyEvent, InotifyFD, Mask, WatchDescriptor

MOST_WATCHES = 1000
"""Of the many that a user may have in all programs together, among them 1 kB each of the kernel's memory."""
_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.EPERM)
_RETRY = 30.0
"""Seconds after which it is tried again what the system refused."""


class Hints:
    """Calls ``changed(path)`` from a thread of its own for each entry of the watched folders that changed.

    ``lost()``, from there too: changes were left out, or a folder is no longer the one that was watched. Hints may be
    late or missing all the same (limits of the system): they spare time, they prove nothing. All folders share one
    inotify instance and one thread, where watchdog's `Observer` has one and two for each: a user may have 128.
    """

    def __init__(self, changed: Callable[[str], None], lost: Callable[[], None]) -> None:
        self._changed = changed
        self._lost = lost
        self._listener: InotifyFD | None = None
        self._watches: dict[str, tuple[WatchDescriptor, CallbackId]] = {}
        self._folders: dict[WatchDescriptor, str] = {}
        self._numbers = count()
        self._retry = 0.0
        self._closed = False
        self._turn = threading.Lock()

    def watch(self, folders: Iterable[str]) -> None:
        """Watch just these folders, the first `MOST_WATCHES` of them, not what lies below; those missing are left."""
        try:
            with self._turn:
                if not self._closed:
                    self._watch(dict.fromkeys(islice(folders, MOST_WATCHES)))
        finally:
            if self._closed:  # by another thread, which could not wait until what was begun here was whole
                self.close()

    def close(self) -> None:
        """Stop for good; a thread that is in `watch` does it at its end, and neither is waited for."""
        self._closed = True
        if not self._turn.acquire(blocking=False):
            return
        try:
            if self._listener is not None:
                self._listener.stop()
                self._listener = None
        finally:
            self._turn.release()

    def _watch(self, wanted: dict[str, None]) -> None:
        if wanted.keys() == self._watches.keys() or time.monotonic() < self._retry:
            return
        try:
            if self._listener is None:
                self._listener = _listener()
            self._listener.remove_callbacks([self._forget(folder) for folder in self._watches.keys() - wanted.keys()])
            for folder in wanted.keys() - self._watches.keys():
                self._add(self._listener, folder)
        except (OSError, RuntimeError):  # RuntimeError: there are as many threads as there may be
            self._retry = time.monotonic() + _RETRY

    def _add(self, listener: InotifyFD, folder: str) -> None:
        number: CallbackId = next(self._numbers)  # type: ignore[assignment]  # any number is one
        try:
            watch = listener.add_callback(os.fsencode(folder), _mask(), self, number)
        except OSError as error:
            if error.errno not in _ABSENT:
                raise
            return
        if watch < 0:  # it may not be read
            listener.remove_callbacks([(watch, number)])
            return
        if watch in self._folders:  # the same folder by another path
            listener.remove_callbacks([self._forget(self._folders[watch])])
        self._watches[folder], self._folders[watch] = (watch, number), folder

    def _forget(self, folder: str) -> tuple[WatchDescriptor, CallbackId]:
        watch = self._watches.pop(folder)
        del self._folders[watch[0]]
        return watch

    # What watchdog's thread calls

    def on_event(self, event: InotifyEvent) -> None:
        """Something happened to an entry of a folder, or to the folder."""
        folder = self._folders.get(event.wd)
        if folder is None or self._closed:
            return
        self._changed(os.path.join(folder, os.fsdecode(event.name)) if event.name else folder)
        if event.is_move_self:
            with self._turn:
                if self._listener is not None and self._folders.get(event.wd) == folder:
                    self._listener.remove_callbacks([self._forget(folder)])
            self._lost()

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        """A folder was deleted, or its file system is gone."""
        if self._closed:
            return
        with self._turn:
            folder = self._folders.get(wd)
            if folder is not None:
                self._forget(folder)
        if folder is not None:
            self._lost()

    def on_queue_overflow(self) -> None:
        """More happened than was taken in time."""
        self._lost()


def try_to_watch(folder: str) -> None:
    """Watch a folder for a moment. Raises OSError: ENOSPC when the user has no watch left, EMFILE no instance."""
    listener = _listener()
    try:
        listener.add_callback(os.fsencode(folder), _mask(), Hints(str, lambda: None), 0)  # type: ignore[arg-type]
    finally:
        listener.stop()
        listener.join()


def _listener() -> InotifyFD:
    """A new inotify instance and its thread."""
    from watchdog.observers.inotify_c import InotifyFD

    logging.getLogger("watchdog").addHandler(logging.NullHandler())  # what it says would go to the terminal
    listener = InotifyFD()
    listener.name = "hints"
    listener.start()
    return listener


def _mask() -> Mask:
    """What is told: changes of the entries of a folder, and its own end."""
    from watchdog.observers.inotify_c import InotifyConstants, Mask

    entries = InotifyConstants.IN_MODIFY | InotifyConstants.IN_ATTRIB | InotifyConstants.IN_CLOSE_WRITE
    entries |= InotifyConstants.IN_MOVE | InotifyConstants.IN_CREATE | InotifyConstants.IN_DELETE
    itself = InotifyConstants.IN_DELETE_SELF | InotifyConstants.IN_MOVE_SELF | InotifyConstants.IN_ONLYDIR
    return Mask(entries | itself)
