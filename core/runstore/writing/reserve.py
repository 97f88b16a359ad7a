"""A little disk space kept for the end of a run, so that the end can be recorded when the disk has filled up."""

from __future__ import annotations

import os

SIZE = 32 << 10
NAME = ".reserve"


class Reserve:
    """A file of zeros in the run folder, hidden from readers, which goes when the space is needed. Never raises."""

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, NAME)
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                os.posix_fallocate(descriptor, 0, SIZE)
            finally:
                os.close(descriptor)
        except (OSError, AttributeError):  # AttributeError: a system that cannot do that
            pass

    def release(self) -> None:
        """Give the space back."""
        try:
            os.unlink(self._path)
        except OSError:
            pass
