"""The index: a disposable cache of the rows of one root, so that a list of many runs is there at once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from runstore.layout.roots import cache_folder
from runstore.reading.row import RunRow
from runstore.reading.series_data import MetricStat
from runstore.reading.states import State
from runstore.records.lines import original, plain

FORMAT = "runs-tui index 1"
_LARGEST = 1 << 30


class IndexLine(msgspec.Struct, array_like=True):
    """What the index keeps of one run.

    ``place``: the folder, from the root on. ``inode``, ``ctime``: of the folder when it was read. ``extent``: bytes in
    its data files then, for a run that had not ended. ``standing``: of such a run, the part of its manifest that its
    state depends on, and its processes. ``full``: whether the data files were read, not only the manifest.
    """

    place: str
    inode: int
    ctime: int
    extent: int
    full: bool
    standing: dict[str, Any] | None
    row: msgspec.Raw


class _Row(msgspec.Struct, omit_defaults=True):
    """A row as stored; non-finite numbers as in records."""

    id: str
    experiment: str
    name: str
    state: State
    metrics: msgspec.Raw
    odd: bool = False
    number: int | None = None
    type: str | None = None
    status: str | None = None
    created: float | None = None
    started: float | None = None
    ended: float | None = None
    active: float | None = None
    step: int | None = None
    params: dict[str, Any] = {}
    tags: dict[str, Any] = {}
    goals: dict[str, str] = {}
    host: str | None = None
    user: str | None = None
    parent: str | None = None
    archived: bool = False
    exit: dict[str, Any] | None = None
    error: str | None = None
    description: str | None = None
    warnings: tuple[str, ...] = ()
    progress: float | None = None
    total: int | None = None
    last_line: str | None = None
    problem: str = ""


_COPIED = tuple(name for name in _Row.__struct_fields__ if name not in ("metrics", "odd", "params", "exit"))
_encoder = msgspec.json.Encoder()
_line_decoder = msgspec.json.Decoder(IndexLine)
_row_decoder = msgspec.json.Decoder(_Row)
_metrics_decoder = msgspec.json.Decoder(dict[str, tuple[int, Any, Any, Any, Any, int | None, Any, bytes]])


class StoredMetrics(Mapping[str, MetricStat]):
    """The metrics of a row out of the index, decoded when one is first asked for."""

    __slots__ = ("_found", "_raw")

    def __init__(self, raw: msgspec.Raw) -> None:
        self._raw = raw
        self._found: dict[str, MetricStat] | None = None

    def _all(self) -> dict[str, MetricStat]:
        if self._found is None:
            try:
                stored = _metrics_decoder.decode(self._raw)
                self._found = {name: MetricStat(*map(original, fields)) for name, fields in stored.items()}
            except (msgspec.MsgspecError, TypeError):
                self._found = {}
            self._raw = msgspec.Raw()
        return self._found

    def __getitem__(self, name: str) -> MetricStat:
        return self._all()[name]

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
        return [_line_decoder.decode(line) for line in rest.split(b"\n") if line]
    except msgspec.MsgspecError:
        return []


def save_index(root: str, lines: Iterable[IndexLine]) -> None:
    """Replace the index. Never raises: it is a cache."""
    path = index_path(root)
    temporary = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(_head(root) + b"\n")
            file.writelines(_encoder.encode(line) + b"\n" for line in lines)
        os.replace(temporary, path)
    except (OSError, ValueError, TypeError, msgspec.MsgspecError):
        try:
            os.unlink(temporary)
        except OSError:
            pass


def encode_row(row: RunRow) -> msgspec.Raw:
    """The row for `IndexLine.row`; raises ValueError or TypeError for what JSON cannot hold."""
    stored = row.metrics.raw if isinstance(row.metrics, StoredMetrics) else msgspec.Raw()
    if not stored:
        stored = msgspec.Raw(_encoder.encode({name: _stored(stat) for name, stat in row.metrics.items()}))
    params, ended = plain(row.params), plain(row.exit)
    odd = params != row.params or ended != row.exit
    fields = {name: getattr(row, name) for name in _COPIED}
    return msgspec.Raw(_encoder.encode(_Row(metrics=stored, odd=odd, params=params, exit=ended, **fields)))


def decode_row(raw: msgspec.Raw, root: str, folder: str) -> RunRow:
    """The row that `encode_row` stored; raises `msgspec.MsgspecError` for anything else."""
    stored = _row_decoder.decode(raw)
    params, ended = (original(stored.params), original(stored.exit)) if stored.odd else (stored.params, stored.exit)
    fields = {name: getattr(stored, name) for name in _COPIED}
    return RunRow(key=folder, root=root, metrics=StoredMetrics(stored.metrics), params=params, exit=ended, **fields)


def _stored(stat: MetricStat) -> tuple[Any, ...]:
    return tuple(each if isinstance(each, (int, bytes)) or each is None else plain(each) for each in stat)


def _head(root: str) -> bytes:
    return _encoder.encode([FORMAT, os.path.realpath(root)])
