"""The bytes of a file that may grow, be truncated, replaced or deleted at any time."""

from __future__ import annotations

import os
import stat
import threading

from runstore.layout.mounts import is_network

_WINDOW = 64 << 10
_SEAL = 64


class GrowingBytes:
    """A file as it was found at the last `refresh`. No method raises for what becomes of it.

    One thread may read while another refreshes.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.size = 0
        self.gone = True  # nothing is at the path now; what was open stays readable
        self.problem = ""  # why it cannot be read
        self.generation = 0  # counts truncations and replacements: offsets of another generation mean nothing
        self._fd = -1
        self._key: tuple[int, int] | None = None
        self._modified = 0
        self._seal = b""
        self._window = (0, b"")  # what was read last, and where it begins
        self._lock = threading.RLock()
        self._remote: bool | None = None
        self._holders = 0
        self._closing = False  # as soon as nobody holds it

    def hold(self) -> None:
        """Until `release`, ``close()`` does not close it: somebody reads it, however long that takes."""
        with self._lock:
            self._holders += 1

    def release(self) -> None:
        """The end of a `hold`."""
        with self._lock:
            self._holders -= 1
            if self._closing and not self._holders:
                self.close()

    def close(self) -> None:
        """Gives the file back. It reads as empty from now on, until the next ``refresh()``."""
        with self._lock:
            self._closing = self._holders > 0
            if self._closing:
                return
            if self._fd >= 0:
                os.close(self._fd)
            self._fd, self._key = -1, None
            self._forget()

    # -- what changed

    def refresh(self) -> bool:
        """Looks at the file again; True when its content, or whether it can be read, changed."""
        with self._lock:
            before = (self.size, self.gone, self.problem, self.generation, self._modified)
            self._look()
            return before != (self.size, self.gone, self.problem, self.generation, self._modified)

    def _look(self) -> None:
        try:
            found = os.stat(self.path)
            self.gone, self.problem = False, ""
        except OSError as error:
            self.gone = isinstance(error, (FileNotFoundError, NotADirectoryError))
            self.problem = "" if self.gone else error.strerror or "cannot be read"
            if self._fd < 0:
                return
            found = os.fstat(self._fd)  # deleted, perhaps still written
        if (found.st_dev, found.st_ino) != self._key or self._is_remote():
            self._open()
            if self._fd < 0:
                return
            found = os.fstat(self._fd)
        if found.st_size < self.size or (found.st_mtime_ns != self._modified and not self._is_sealed()):
            self._start_over()
        if (self.size, self._modified) != (found.st_size, found.st_mtime_ns):
            self._forget()
        self.size, self._modified = found.st_size, found.st_mtime_ns
        self._seal = self._read(max(self.size - _SEAL, 0), self.size)

    def _is_remote(self) -> bool:
        """Whether an open descriptor may lag behind the file: then it is opened anew for each look."""
        if self._remote is None:
            self._remote = is_network(self.path)
        return self._remote

    def _open(self) -> None:
        try:
            # A FIFO or a device in the place of a log must not hang the reader.
            fd = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            if self._fd < 0:
                self.problem = error.strerror or "cannot be read"
            return
        found = os.fstat(fd)
        key = (found.st_dev, found.st_ino)
        if not stat.S_ISREG(found.st_mode):
            os.close(fd)
            self.problem = "not a regular file"
            return
        if self._fd >= 0:
            os.close(self._fd)
        if self._key is not None and key != self._key:
            self._start_over()
        self._fd, self._key = fd, key

    def _is_sealed(self) -> bool:
        """Whether the last bytes seen are still there: if not, the file was cut and written anew in between."""
        return self._read_anew(self.size - len(self._seal), self.size) == self._seal

    def _forget(self) -> None:
        """What was read may be out of date."""
        self._window = (0, b"")

    def _start_over(self) -> None:
        """Nothing is where it was."""
        self.size, self._seal = 0, b""
        self._forget()
        self.generation += 1

    # -- bytes

    def read(self, start: int, stop: int) -> bytes:
        """The bytes from ``start`` to ``stop``, fewer where the file has no more (or no longer)."""
        return self._read(max(start, 0), min(stop, self.size))

    def _read(self, start: int, stop: int) -> bytes:
        """From the window where it lies in it: a page is read line by line, forth and back."""
        with self._lock:
            if stop <= start:
                return b""
            base, window = self._window
            if start < base or stop > base + len(window):
                if stop - start > _WINDOW // 2:
                    return self._read_anew(start, stop)
                base = max(start - _WINDOW // 2, 0)
                window = self._read_anew(base, min(base + _WINDOW, self.size))
                self._window = (base, window)
            return window[start - base : stop - base]

    def _read_anew(self, start: int, stop: int) -> bytes:
        if self._fd < 0:
            return b""
        try:
            return os.pread(self._fd, stop - start, start)
        except OSError:
            return b""
