"""A long run is read by a process of its own.

Python runs one thread at a time: a million points read beside the start of the monitor would delay both. The process
reads the run from its beginning and hands over what its reader has become, now and then on the way and at the end. From
there the reader here goes on by itself.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import subprocess
import sys
import tempfile
import threading
import weakref
from typing import IO, TYPE_CHECKING, Any, Final

from runstore.sources.foreign import handover
from runstore.sources.foreign.kind import Place

if TYPE_CHECKING:
    from runstore.sources.foreign.reader import ForeignReader

_FIRST: Final = 1.5
"""Seconds of reading after which the reader is handed over first; then after twice as many each time."""
_UNUSED: Final = 10.0
"""Seconds after which a process ends that was not told what to read."""
_SEATS = threading.BoundedSemaphore(max((os.cpu_count() or 2) - 1, 1))
"""So many processes read at a time: one processor is left to the screen."""


class ReadingAhead:
    """A process that reads one run from its beginning. Not thread-safe."""

    def __init__(self) -> None:
        """Start the process, which gets ready. Raises OSError when none can be started."""
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - it is closed with the process
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__, str(self._file.fileno())],
            stdin=subprocess.PIPE,  # told what to read; its end tells that nobody waits any more
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=[self._file.fileno()],
            start_new_session=True,
        )
        self.close = weakref.finalize(self, _end, self._process, self._file)
        """End the process."""

    @classmethod
    def prepare(cls) -> None:
        """Start a process for the next run that is to be read; one that nobody needs ends by itself."""
        started = cls._started()
        if started is not None:
            _READY.append(started)

    @classmethod
    def begun(cls, place: Place, keep: bool) -> ReadingAhead | None:
        """A process for the run at this place; None when none can be had now. ``keep``: whether points are kept."""
        with contextlib.suppress(IndexError):
            ready = _READY.pop()
            if ready._tell(place, keep):
                return ready
        started = cls._started()
        return started if started is not None and started._tell(place, keep) else None

    @classmethod
    def _started(cls) -> ReadingAhead | None:
        if not _SEATS.acquire(blocking=False):
            return None
        try:
            return cls()
        except OSError:
            _SEATS.release()
            return None

    def _tell(self, place: Place, keep: bool) -> bool:
        """Say what to read; whether there is still a process that hears it."""
        told = self._process.stdin
        try:
            if told is not None:
                told.write(json.dumps([keep, *place]).encode() + b"\n")
                told.flush()
        except OSError:
            self.close()
            return False
        return True

    def take(self, seconds: float) -> dict[str, Any] | None:
        """What its reader has become, by attribute, waited for so many seconds; None if there is nothing new.

        Raises EOFError when no more will come, and as `handover.read`.
        """
        out = self._process.stdout
        if out is None or not select.select([out], [], [], seconds)[0]:
            return None
        line = out.readline()
        if not line.endswith(b"\n"):
            raise EOFError("the process that read the run has ended")
        return handover.read(self._file, json.loads(line))


_READY: list[ReadingAhead] = []
"""Processes that were not told yet what to read."""


def _end(process: subprocess.Popen[bytes], file: IO[bytes]) -> None:
    process.kill()
    process.communicate()
    file.close()
    _SEATS.release()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def _read(file: IO[bytes], keep: bool, place: Place) -> None:
    """Read the run, and hand over what the reader has become."""
    from runstore.sources.foreign.kinds import kind_of

    reader: ForeignReader = kind_of(place.kind).open(place, keep)
    reader.alone = True
    seconds = _FIRST
    while True:
        reader.refresh(seconds)
        print(json.dumps(handover.write(file, reader.__getstate__())), flush=True)
        if not reader.waiting:
            break
        seconds *= 2


def _told() -> tuple[bool, Place] | None:
    """Whether points are kept, and of which run; None when nobody has said so."""
    if not select.select([sys.stdin], [], [], _UNUSED)[0]:
        return None
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):
        return None
    keep, kind, key, experiment, name, logs = json.loads(line)
    return keep, Place(kind, key, experiment, name, tuple(logs))


def main() -> None:
    """What the process does."""
    gc.disable()  # what a reader keeps, stays
    import numpy as np  # takes longer than the rest, and every reader needs it

    del np
    told = _told()
    if told is not None:
        threading.Thread(target=_end_with_parent, daemon=True).start()
        with contextlib.suppress(BrokenPipeError), os.fdopen(int(sys.argv[1]), "r+b", 0) as file:
            _read(file, *told)
    os._exit(0)


if __name__ == "__main__":
    main()
