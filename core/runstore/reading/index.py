"""The index: a disposable cache of the rows of one root, so that a list of many runs is there at once."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import ItemsView, Iterable, Iterator, Mapping, ValuesView
from typing import Any

import msgspec

from runstore.layout.roots import cache_folder
from runstore.reading.row import RunRow, share
from runstore.reading.series_data import MetricStat
from runstore.records.lines import original, plain

FORMAT = "runs-tui index 3"
DAMAGED = (msgspec.MsgspecError, UnicodeError, RecursionError)
"""What decoding a line of a damaged index raises."""
_LARGEST = 1 << 30
_UNFINISHED = 3600.0
"""Seconds after which an index that is still being written is taken for one that nobody goes on with."""


class IndexLine(msgspec.Struct, array_like=True):
    """What the index keeps of one run.

    ``place``: the folder, from the root on. ``inode``, ``ctime``: of the folder when it was read. ``extent``: bytes in
    its data files then, for a run that had not ended. ``standing``: of such a run, the part of its manifest that its
    state depends on, and its processes. ``full``: whether the data files were read, not only the manifest. ``odd``:
    whether there are numbers in the row that JSON does not have.
    """

    place: str
    inode: int
    ctime: int
    extent: int
    full: bool
    standing: dict[str, Any] | None
    odd: bool
    row: msgspec.Raw


_new: Any = tuple.__new__  # the decoder has seen to it that there are as many fields
_encoder = msgspec.json.Encoder()
_line_decoder = msgspec.json.Decoder(IndexLine)
_row_decoder = msgspec.json.Decoder(RunRow)
_metrics_decoder = msgspec.json.Decoder(dict[str, tuple[int, Any, Any, Any, Any, int | None, Any, bytes]])


class StoredMetrics(Mapping[str, MetricStat]):
    """The metrics of a row out of the index, decoded when one is first asked for."""

    __slots__ = ("_found", "_raw")

    def __init__(self, raw: msgspec.Raw) -> None:
        self._raw = raw
        self._found: dict[str, tuple[Any, ...]] | None = None

    def _all(self) -> dict[str, tuple[Any, ...]]:
        raw, found = self._raw, self._found  # in this order: another thread may be just at it
        if found is None:
            try:
                found = _metrics_decoder.decode(raw)
            except DAMAGED:
                found = {}
            self._found, self._raw = found, msgspec.Raw()
        return found

    def _decoded(self) -> dict[str, Any]:
        """All of them, decoded at once: in half the time that it takes one by one."""
        found = self._all()
        for name, fields in found.items():
            if type(fields) is tuple:
                found[name] = _statistics(fields)
        return found

    def __getitem__(self, name: str) -> MetricStat:
        found = self._all()
        fields = found[name]
        if not isinstance(fields, MetricStat):
            fields = found[name] = _statistics(fields)
        return fields

    def items(self) -> ItemsView[str, MetricStat]:
        """As of a dictionary."""
        return self._decoded().items()

    def values(self) -> ValuesView[MetricStat]:
        """As of a dictionary."""
        return self._decoded().values()

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    @property
    def raw(self) -> msgspec.Raw:
        """As stored; empty once decoded."""
        return self._raw


def index_path(root: str) -> str:
    """Where the index of a root is kept."""
    name = hashlib.sha256(os.path.realpath(root).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return os.path.join(cache_folder(), name, "index.jsonl")


def load_index(root: str) -> list[IndexLine]:
    """The lines of the index, unchecked against the files; none when there is no usable one."""
    try:
        with open(index_path(root), "rb") as file:
            content = file.read(_LARGEST)
    except OSError:
        return []
    head, _, rest = content.partition(b"\n")
    if head != _head(root):
        return []
    try:
        return _line_decoder.decode_lines(rest)
    except DAMAGED:
        return []


def save_index(root: str, lines: Iterable[IndexLine]) -> None:
    """Replace the index. Never raises: it is a cache."""
    path = index_path(root)
    temporary = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        _clear_up(path)
        with open(temporary, "wb") as file:
            file.write(_head(root) + b"\n")
            file.writelines(_encoder.encode(line) + b"\n" for line in lines)
        os.replace(temporary, path)
    except (OSError, ValueError, TypeError, msgspec.MsgspecError):
        try:
            os.unlink(temporary)
        except OSError:
            pass


def _clear_up(path: str) -> None:
    """Remove what processes have left that ended while they wrote an index."""
    with os.scandir(os.path.dirname(path)) as entries:
        begun = [entry for entry in entries if entry.name.startswith(os.path.basename(path) + ".")]
    for entry in begun:
        try:
            if time.time() - entry.stat(follow_symlinks=False).st_mtime > _UNFINISHED:
                os.unlink(entry.path)
        except OSError:
            pass  # somebody has just finished it, or removed it


def encode_row(row: RunRow) -> tuple[msgspec.Raw, bool]:
    """The row and ``odd`` for `IndexLine`; raises ValueError or TypeError for what JSON cannot hold."""
    metrics = row.metrics.raw if isinstance(row.metrics, StoredMetrics) else msgspec.Raw()
    if not metrics:
        metrics = msgspec.Raw(_encoder.encode({name: _stored(stat) for name, stat in row.metrics.items()}))
    params, ended, odd = row.params, row.exit, False
    if ended is not None or not all(map(_is_plain, params.values())):
        params, ended = plain(params), plain(ended)
        odd = params != row.params or ended != row.exit
    stored = msgspec.structs.replace(row, key="", root="", metrics=metrics, params=params, exit=ended)
    return msgspec.Raw(_encoder.encode(stored)), odd


def decode_row(raw: msgspec.Raw, odd: bool, root: str, folder: str) -> RunRow:
    """The row that `encode_row` stored; raises `DAMAGED` for anything else."""
    row = _row_decoder.decode(raw)
    # Nobody has seen it yet: it is completed in place, which is several times faster than to make another one.
    complete = msgspec.structs.force_setattr
    complete(row, "key", folder)
    complete(row, "root", root)
    metrics: Any = row.metrics
    complete(row, "metrics", StoredMetrics(metrics) if isinstance(metrics, msgspec.Raw) else {})
    if odd:
        complete(row, "params", original(row.params))
        complete(row, "exit", original(row.exit))
    return share(row)


def _is_plain(value: Any) -> bool:
    """Whether `plain` has nothing to do, as with most parameters."""
    return value is None or type(value) in (str, int, bool) or (type(value) is float and value - value == 0)


def _statistics(fields: tuple[Any, ...]) -> MetricStat:
    """The inverse of `_stored`; only floats that JSON does not have are objects, and must be made floats again."""
    statistics: MetricStat = _new(MetricStat, map(original, fields) if dict in map(type, fields) else fields)
    return statistics


def _stored(stat: MetricStat) -> tuple[Any, ...]:
    numbers = stat.first + stat.last + stat.min + stat.max + stat.time
    if numbers - numbers == 0:  # all of them are finite, which JSON has
        return stat
    return tuple(each if isinstance(each, (int, bytes)) or each is None else plain(each) for each in stat)


def _head(root: str) -> bytes:
    return _encoder.encode([FORMAT, os.path.realpath(root)])
