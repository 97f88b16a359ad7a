"""TensorBoard's event files, written without TensorFlow: records with checksums, each a small protocol buffer."""

from __future__ import annotations

import os
import time

from runstore.export.tensorboard.record import frame
from runstore.export.tensorboard.wire import chunk, double, float32, integer, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any

_WALL_TIME, _STEP, _FILE_VERSION, _SUMMARY = 1, 2, 3, 5  # fields of Event
_VALUE = 1  # field of Summary
_TAG, _SIMPLE_VALUE = 1, 2  # fields of Summary.Value


class EventFile:
    """A new event file in ``folder``, which is made if it is not there."""

    def __init__(self, folder: str) -> None:
        import socket

        os.makedirs(folder, exist_ok=True)
        now = time.time()
        name = "events.out.tfevents.{:010d}.{}.{}".format(int(now), socket.gethostname(), os.urandom(4).hex())
        self._file: IO[bytes] = open(os.path.join(folder, name), "xb")  # noqa: SIM115 - closed by close()
        self._write(double(_WALL_TIME, now) + text(_FILE_VERSION, "brain.Event:2"))

    def scalar(self, tag: str, value: float, step: int, seconds: float) -> None:
        """One point: ``value`` of the series ``tag`` at ``step``, logged at ``seconds`` since 1970."""
        entry = text(_TAG, tag) + float32(_SIMPLE_VALUE, value)
        summary = chunk(_SUMMARY, chunk(_VALUE, entry))
        self._write(double(_WALL_TIME, seconds) + integer(_STEP, step) + summary)

    def close(self) -> None:
        """Complete the file."""
        self._file.close()

    def __enter__(self) -> EventFile:
        return self

    def __exit__(self, *args: Any) -> None:
        self.close()

    def _write(self, record: bytes) -> None:
        self._file.write(frame(record))
