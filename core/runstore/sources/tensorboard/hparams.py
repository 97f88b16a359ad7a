"""What the hparams plugin keeps in the metadata of a summary: the parameters of a session, and how it ended."""

from __future__ import annotations

import math
from typing import Any

from runstore.records import status
from runstore.sources.protobuf import BYTES, DOUBLE, FIXED64, VARINT, fields, text

EXPERIMENT, START = b"_hparams_/experiment", b"_hparams_/session_start_info"
"""Tags."""
_START_INFO, _END_INFO = 3, 4  # fields of HParamsPluginData
_PARAMS, _STARTED = 1, 5  # of SessionStartInfo
_KEY, _VALUE = 1, 2  # of an entry of its map
_NUMBER, _STRING, _BOOL = 2, 3, 4  # of google.protobuf.Value
_STATUS, _ENDED = 1, 2  # of SessionEndInfo
_STATES = {1: status.COMPLETED, 2: status.FAILED}
_EXACT = 1 << 53


def session(content: bytes) -> dict[str, Any]:
    """Fields of a manifest that this tells: params, started; ended and status where a time of the end is given.

    PyTorch writes an end without a time as soon as the parameters are told: that is no end. Raises ValueError for
    what is no such message.
    """
    found: dict[str, Any] = {}
    for number, coding, begin, end in fields(content, 0, len(content)):
        if number == _START_INFO and coding == BYTES:
            found.update(_start(content, begin, end))
        elif number == _END_INFO and coding == BYTES:
            found.update(_end(content, begin, end))
    return found


def _start(data: bytes, start: int, stop: int) -> dict[str, Any]:
    params: dict[str, Any] = {}
    found: dict[str, Any] = {"params": params}
    for number, coding, begin, end in fields(data, start, stop):
        if number == _PARAMS and coding == BYTES:
            name, value = "", None
            for key, kind, first, last in fields(data, begin, end):
                if key == _KEY and kind == BYTES:
                    name = text(data, first, last)
                elif key == _VALUE and kind == BYTES:
                    value = _value(data, first, last)
            params[name] = value
        elif number == _STARTED and coding == FIXED64:
            (time,) = DOUBLE(data, begin)
            if math.isfinite(time) and time > 0:
                found["started"] = time
    return found


def _end(data: bytes, start: int, stop: int) -> dict[str, Any]:
    state, ended = 0, 0.0
    for number, coding, begin, _ in fields(data, start, stop):
        if number == _STATUS and coding == VARINT:
            state = begin
        elif number == _ENDED and coding == FIXED64:
            (ended,) = DOUBLE(data, begin)
    if not (math.isfinite(ended) and ended > 0 and state in _STATES):
        return {}
    return {"status": _STATES[state], "ended": ended}


def _value(data: bytes, start: int, stop: int) -> object:
    value: object = None
    for number, coding, begin, end in fields(data, start, stop):
        if number == _NUMBER and coding == FIXED64:
            (number_,) = DOUBLE(data, begin)
            whole = math.isfinite(number_) and number_ == int(number_) and abs(number_) < _EXACT
            value = int(number_) if whole else number_
        elif number == _STRING and coding == BYTES:
            value = text(data, begin, end)
        elif number == _BOOL and coding == VARINT:
            value = bool(begin)
    return value
