"""Records of an event file that are no numbers: what begins it, hyperparameters, text, images."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

from runstore.export.tensorboard import wire
from runstore.export.tensorboard.record import frame
from runstore.records import status
from runstore.records.lines import dumps

_WALL_TIME, _STEP, _FILE_VERSION, _SUMMARY = 1, 2, 3, 5  # fields of Event
_TAG, _IMAGE, _TENSOR, _METADATA = 1, 4, 8, 9  # fields of Summary.Value
_FLOAT, _STRING = 1, 7  # values of DataType
_VERSION, _SESSION_START, _SESSION_END = 1, 3, 4  # fields of HParamsPluginData
_OUTCOMES = {status.COMPLETED: 1, status.FAILED: 2, status.CANCELED: 2}
_RUNNING = 3
_PNG = b"\x89PNG\r\n\x1a\n"


def file_version(time: float) -> bytes:
    """The first record of a file."""
    return frame(wire.double(_WALL_TIME, time) + wire.text(_FILE_VERSION, "brain.Event:2"))


def text(tag: str, content: str, step: int, time: float) -> bytes:
    """Text under a tag."""
    shape = wire.chunk(2, wire.integer(1, 1))  # one dimension of size 1
    tensor = wire.integer(1, _STRING) + wire.chunk(2, shape) + wire.text(8, content)
    return _event(step, time, wire.text(_TAG, tag) + wire.chunk(_TENSOR, tensor) + _plugin("text"))


def image(tag: str, content: bytes, step: int, time: float) -> bytes:
    """An image, encoded as it is (PNG, JPEG, GIF ...), under a tag."""
    size = b""
    if content.startswith(_PNG) and len(content) >= 24:
        width, height = struct.unpack_from(">II", content, 16)
        size = wire.integer(1, height) + wire.integer(2, width)
    return _event(step, time, wire.text(_TAG, tag) + wire.chunk(_IMAGE, size + wire.chunk(4, content)))


def hyperparameters(params: Mapping[str, Any], time: float) -> bytes:
    """What the HPARAMS tab shows of a run."""
    entries = b"".join(wire.chunk(1, wire.text(1, key) + wire.chunk(2, _value(value))) for key, value in params.items())
    return _hparams("_hparams_/session_start_info", _SESSION_START, entries + wire.double(5, time), time)


def session_end(recorded: str | None, time: float) -> bytes:
    """How the run of `hyperparameters` ended; ``recorded``: its status."""
    end = wire.integer(1, _OUTCOMES.get(recorded or "", _RUNNING)) + wire.double(2, time)
    return _hparams("_hparams_/session_end_info", _SESSION_END, end, time)


def _hparams(tag: str, field: int, content: bytes, time: float) -> bytes:
    nothing = wire.integer(1, _FLOAT) + wire.chunk(2, wire.chunk(2, b""))  # a tensor of size 0
    plugin = _plugin("hparams", wire.integer(_VERSION, 0) + wire.chunk(field, content))
    return _event(0, time, wire.text(_TAG, tag) + wire.chunk(_TENSOR, nothing) + plugin)


def _plugin(name: str, content: bytes = b"") -> bytes:
    return wire.chunk(_METADATA, wire.chunk(1, wire.text(1, name) + (wire.chunk(2, content) if content else b"")))


def _event(step: int, time: float, value: bytes) -> bytes:
    return frame(wire.double(_WALL_TIME, time) + wire.integer(_STEP, step) + wire.chunk(_SUMMARY, wire.chunk(1, value)))


def _value(value: Any) -> bytes:
    """A ``google.protobuf.Value``."""
    if isinstance(value, bool):
        return wire.integer(4, value)
    if isinstance(value, (int, float)):
        try:
            return wire.double(2, float(value))
        except OverflowError:
            return wire.text(3, str(value))
    return wire.text(3, value if isinstance(value, str) else dumps(value).decode("utf-8", "replace"))
