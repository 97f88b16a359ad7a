"""Hints of the file system that something changed in some folders (watchdog: inotify on Linux)."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import ObservedWatch

MOST_WATCHES = 32
"""Each watch is two threads and one of the 128 inotify instances that a user may have."""


class Hints:
    """Calls ``changed(path)`` from a thread of its own for each entry of the watched folders that changed.

    Hints may be late or missing (overflow, limits of the system): they spare time, they prove nothing.
    """

    def __init__(self, changed: Callable[[str], None]) -> None:
        self._changed = changed
        self._observer: Any = None
        self._watches: dict[str, ObservedWatch] = {}
        self._failed: set[str] = set()
        self._closed = False
        self._turn = threading.Lock()

    def watch(self, folders: Iterable[str]) -> None:
        """Watch just these folders, the first `MOST_WATCHES` of them, not what lies below; those missing are left."""
        try:
            with self._turn:
                if not self._closed:
                    self._watch(folders)
        finally:
            if self._closed:  # by another thread, which could not wait until what was begun here was whole
                self.close()

    def _watch(self, folders: Iterable[str]) -> None:
        wanted = {folder: None for folder in list(folders)[:MOST_WATCHES] if os.path.isdir(folder)}
        if wanted.keys() - self._failed == self._watches.keys():
            return
        from watchdog.events import (
            DirCreatedEvent,
            DirDeletedEvent,
            DirModifiedEvent,
            DirMovedEvent,
            FileCreatedEvent,
            FileDeletedEvent,
            FileModifiedEvent,
            FileMovedEvent,
        )
        from watchdog.observers import Observer

        if self._observer is None:
            self._observer = Observer()
            self._observer.daemon = True
            try:
                self._observer.start()
            except (OSError, RuntimeError):
                return
        kinds: list[type[FileSystemEvent]] = [
            *(DirCreatedEvent, DirDeletedEvent, DirModifiedEvent, DirMovedEvent),
            *(FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileMovedEvent),
        ]
        for folder in self._watches.keys() - wanted.keys():
            self._unwatch(folder)
        self._failed &= wanted.keys()
        for folder in wanted:
            if folder in self._watches or folder in self._failed:
                continue
            try:
                self._watches[folder] = self._observer.schedule(self, folder, event_filter=kinds)
            except (OSError, RuntimeError):
                self._failed.add(folder)

    def dispatch(self, event: FileSystemEvent) -> None:
        """Called by watchdog."""
        for path in (event.src_path, event.dest_path):
            if path:
                self._changed(os.fsdecode(path))

    def close(self) -> None:
        """Stop for good; a thread that is in `watch` does it at its end, and neither is waited for."""
        self._closed = True
        if not self._turn.acquire(blocking=False):
            return
        try:
            if self._observer is not None:
                self._observer.stop()
                self._observer = None
            self._watches = {}
        finally:
            self._turn.release()

    def _unwatch(self, folder: str) -> None:
        watch = self._watches.pop(folder)
        try:
            self._observer.unschedule(watch)
        except (OSError, KeyError, RuntimeError):
            pass
