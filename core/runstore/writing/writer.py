"""`RunWriter`: the file set of one process in one run. One call of log is one row and one write(2), nothing else."""

from __future__ import annotations

import os
import threading
import time
from struct import error as StructError

from runstore.layout.ids import new_writer_name
from runstore.layout.paths import RunPaths
from runstore.records import status
from runstore.records.identity import identity_of
from runstore.records.lines import encode_line
from runstore.records.manifest import decode_manifest
from runstore.records.points import (
    NO_STEP,
    SCHEMA_SUFFIX,
    WIDEST,
    encode_header,
    row_size,
    rows_file_name,
)
from runstore.writing import writers
from runstore.writing.edit import write_edit
from runstore.writing.heartbeat import Heartbeat
from runstore.writing.layouts import Layouts
from runstore.writing.streams import Streams, append_function, plain_write, warn_once
from runstore.writing.values import kind_of, packs_as, scalar, step_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Tuple

    from runstore.writing.layouts import RowLayout
    from runstore.writing.streams import Write

    _Part = Tuple[RowLayout, slice]

_now = time.time
# The living threads. Beside the main thread and the heartbeat there may be busy ones: see `append_function`, which is
# the dearer way by 0.4 us. Where the interpreter does not keep this dictionary, that way is always taken.
_threads: Any = getattr(threading, "_active", range(9))
_OURS = 2


class RunWriter:
    """Writes points and records of one process (one rank) into a run folder; opened by its first record.

    Thread-safe. A forked child that logs becomes a writer of its own. The methods raise `UserErrorException` for
    arguments that make no sense and never for an I/O reason (see `Streams`): what could not be written at all is
    counted in ``dropped``.
    """

    def __init__(self, folder: str, rank: int = 0, world: int = 1, attempt: int = 1, kind: str = "points") -> None:
        self.folder = folder
        self.rank = rank
        self.world = world
        self.attempt = attempt
        self.names: set[str] = set()
        """The names of single values that were logged here."""
        self.on_names: Callable[[Iterable[str]], None] | None = None
        """Called with the names of a row whose names were not logged together before."""
        self.on_beat: Callable[[], object] | None = None
        """Called now and then from the thread of the heartbeat; it must not raise."""
        self._kind = kind
        self.warn = warn_once()
        self._lock = threading.RLock()
        self._reset()
        writers.keep(self)

    def _reset(self) -> None:
        """The state of a writer that has not begun; also that of a forked child."""
        self.name = self._place = ""
        self._streams = Streams(self.warn)
        self._dropped_told = 0
        self._seq = self._late_told = 0
        self._looked = False
        self._heartbeat: Heartbeat | None = None
        self._append: Write = _closed
        self._layouts = Layouts("", self._declare)
        # What the fast way needs to write a row: pack, schema id, padding, descriptor, row size.
        self._scalars: dict[type, dict[str, tuple[Callable[..., bytes], int, int]]] = {}
        self._rows: dict[Any, tuple[Callable[..., bytes], int, tuple[float, ...], int, int]] = {}
        # Of what needs several rows: the layout of each, and which values it has.
        self._wide: dict[Any, list[_Part]] = {}

    # ---- the fast way: a schema that is known, a file that takes what is written

    def log(self, name: str, value: Any, step: int | None = None) -> None:
        """Append one value of the metric ``name``."""
        try:
            with self._lock:  # also for what is looked up: whoever closes the files holds it
                pack, schema, descriptor = self._scalars[value.__class__][name]
                self._seq = seq = self._seq + 1
                row = pack(schema, seq, NO_STEP if step is None else step, value, _now())
                written = (self._append if len(_threads) > _OURS else plain_write)(descriptor, row, 32)
                if written != 32:
                    self._mend(1, row, written)
        except (KeyError, TypeError, StructError, OSError):
            self._log_slowly({name: value}, step)

    def log_metrics(self, metrics: dict[str, Any], step: int | None = None) -> None:
        """Append values of several metrics as one row: they share step and time."""
        values = metrics.values()
        try:
            with self._lock:
                pack, schema, pad, descriptor, size = self._rows[tuple(metrics), tuple(map(type, values))]
                self._seq = seq = self._seq + 1
                row = pack(schema, seq, NO_STEP if step is None else step, *values, *pad, _now())
                written = (self._append if len(_threads) > _OURS else plain_write)(descriptor, row, size)
                if written != size:
                    self._mend((size - 24) // 8, row, written)
        except (KeyError, TypeError, StructError, OSError):
            self._log_slowly(metrics, step)

    # ---- everything else

    def record(self, kind: str, **fields: Any) -> None:
        """Append one record that is no point to ``records/``; FORMAT.md lists the kinds."""
        with self._lock:
            self.open()
            self._seq += 1
            self._append_record(kind, fields)

    @property
    def seq(self) -> int:
        """How many records there were so far."""
        return self._seq

    @property
    def dropped(self) -> int:
        """How many of them are lost."""
        return self._streams.dropped

    def open(self) -> None:
        """Make the file set, so that this process is known as a rank of the run before its first record."""
        with self._lock:
            if self.name:
                return
            self.name = new_writer_name(self.rank)
            self._place = os.path.join(self.folder, self._kind, self.name)
            self._layouts = Layouts(self._place, self._declare)
            self._append = self._append_first
            header = encode_header(self.name, self.rank, self.world, self.attempt, _now(), identity_of())
            self._declare(header)
            if self._kind == "points":
                self._heartbeat = Heartbeat(RunPaths(self.folder).alive, self.name, self._beat)
                self._heartbeat.start()

    def close(self) -> None:
        """Write what waits and close the files; a later record opens a new file set."""
        with self._lock:
            if not self.name:
                return
            self._renew_removed()
            self._streams.retry(at_once=True)
            self._streams.close()
            self._tell_dropped()
            self._streams.abandon()
            self._tell_late()
            dropped = self._streams.dropped
            if self._heartbeat is not None:
                all_told = dropped == self._dropped_told
                if not all_told:
                    self._heartbeat.beat()
                self._heartbeat.stop(remove=all_told)
            self._reset()
            self._streams.dropped = self._dropped_told = dropped

    def _renew_removed(self) -> None:
        """Where somebody has removed files of the run, go on in a new file set, and tell how much was in them."""
        with self._lock:
            lost = self._streams.removed()
            if lost is None or not os.path.isdir(self.folder):  # a deleted run is not brought back
                return
            self._streams.close()
            dropped, told, heartbeat = self._streams.dropped + lost, self._dropped_told, self._heartbeat
            self._reset()
            self._streams.dropped, self._dropped_told = dropped, told
            if heartbeat is not None:
                heartbeat.stop()
            self.open()
            self._tell_dropped()

    def _tell_late(self) -> None:
        """Where the run has ended, as for one that logs the evaluation of an earlier run, lists are to read it again.

        They look at no more than ``run.json`` and edits of a run that has ended. Its owner closes its files before.
        """
        if self._kind != "points" or self._seq == self._late_told:
            return
        try:
            with open(RunPaths(self.folder).manifest, "rb") as file:
                ended = decode_manifest(file.read())["status"] in status.TERMINAL
            if ended:
                self._late_told = self._seq
                write_edit(self.folder, {"kind": "late", "time": _now()})
        except (OSError, ValueError):
            pass  # it is another person's, say: who opens the run sees it all the same

    def after_fork(self) -> None:
        """In a forked child: the files are the parent's, and another thread may have held the lock."""
        self._streams.abandon()
        if self._heartbeat is not None:
            self._heartbeat.abandon()
        self._lock = threading.RLock()
        self._reset()

    def _beat(self) -> tuple[int, int]:
        """Called by the heartbeat, for what it tells: a good moment to try again what waits."""
        self._renew_removed()
        if self._streams.waiting:
            with self._lock:
                self._streams.retry()
                self._tell_dropped()
        if self.on_beat is not None:
            self.on_beat()
        if self._seq and not self._looked:  # once, and at the end: it may be a file more each time
            self._looked = True
            self._tell_late()
        return self._seq, self._streams.unwritten - self._dropped_told

    def _append_first(self, descriptor: int, data: bytes, size: int) -> int:
        """The first append beside other threads finds the way to do it: that costs 5 ms, which many never need."""
        self._append = append_function(self.folder)
        return self._append(descriptor, data, size)

    def _declare(self, line: bytes) -> None:
        """Append the header or a schema, of which no row can be read without."""
        if not self._streams.append(self._place + SCHEMA_SUFFIX, line, records=0):
            self._forget()

    def _records_path(self) -> str:
        return os.path.join(self.folder, "records", self.name + ".jsonl")

    def _log_slowly(self, metrics: dict[str, Any], step: Any) -> None:
        """The first row of a schema, values that no row can hold, and all rows while the file system refuses them."""
        step = step_number(step)
        if len(metrics) > WIDEST and self._log_wide(metrics, step):
            return
        plain = {str(name): scalar(name, value) for name, value in metrics.items()}
        kinds = {}
        for name, value in plain.items():
            kind = kind_of(value)
            if kind is not None:
                kinds[name] = kind
        with self._lock:
            self.open()
            self._seq += 1
            parts = self._append_rows(kinds, plain, step) if kinds else []
            for name in plain.keys() - kinds.keys() if len(kinds) < len(plain) else ():
                fields = {"name": name, "value": plain[name]}
                self._append_record("scalar", fields if step is None else {**fields, "step": step})
            if parts and len(kinds) == len(metrics) and not self._streams.waiting:
                self._remember(metrics, parts)
            if self.on_names is not None:
                self.on_names(plain)
            self.names.update(plain)

    def _append_rows(self, kinds: dict[str, str], plain: dict[str, Any], step: int | None) -> list[_Part]:
        """Append the values that have a kind, as rows of `WIDEST` at most; returns how they are laid out."""
        names, types = tuple(kinds), "".join(kinds.values())
        values = tuple(plain[name] for name in names)
        number, now = NO_STEP if step is None else step, _now()
        parts = []
        for start in range(0, len(names), WIDEST):
            part = slice(start, start + WIDEST)
            layout = self._layouts.of(names[part], types[part])
            parts.append((layout, part))
            self._append_row(layout, layout.row(self._seq, number, values[part], now))
        return parts

    def _log_wide(self, metrics: dict[str, Any], step: int | None) -> bool:
        """Append several rows of schemas that are known; False where they are not."""
        values = tuple(metrics.values())
        with self._lock:
            parts = self._wide.get((tuple(metrics), tuple(map(type, values))))
            if parts is None:
                return False
            seq, number, now = self._seq + 1, NO_STEP if step is None else step, _now()
            try:
                rows = [(layout, layout.row(seq, number, values[part], now)) for layout, part in parts]
            except StructError:  # an integer of more than 63 bits
                return False
            self._seq = seq
            for layout, row in rows:
                self._append_row(layout, row)
            return True

    def _append_row(self, layout: RowLayout, row: bytes) -> None:
        if not self._streams.append(layout.path, row, layout.size):
            self._forget()
        elif self._streams.dropped:
            self._tell_dropped()

    def _append_record(self, kind: str, fields: dict[str, Any]) -> None:
        if not self._streams.append(self._records_path(), self._line(kind, fields)):
            self._forget()

    def _line(self, kind: str, fields: dict[str, Any]) -> bytes:
        return encode_line({"seq": self._seq, "time": _now(), "kind": kind, **fields})

    def _remember(self, metrics: dict[str, Any], parts: list[_Part]) -> None:
        """Let the fast way take the next row like this one, where it may."""
        classes = tuple(map(type, metrics.values()))
        if "".join(map(packs_as, classes)) != "".join(layout.types for layout, _ in parts):
            return
        if len(parts) > 1:
            self._wide[tuple(metrics), classes] = parts
            return
        layout = parts[0][0]
        try:
            descriptor = self._streams.descriptor(layout.path)
        except OSError:
            return
        if len(metrics) == 1:
            ((name, value),) = metrics.items()
            self._scalars.setdefault(type(value), {})[name] = (layout.pack, layout.id, descriptor)
        self._rows[tuple(metrics), classes] = (layout.pack, layout.id, layout.pad, descriptor, layout.size)

    def _forget(self) -> None:
        """Send all rows the slow way, which keeps their order, until the file system takes them again."""
        self._scalars.clear()
        self._rows.clear()
        self._wide.clear()

    def _mend(self, width: int, row: bytes, written: int) -> None:
        self._forget()
        self._streams.mend(rows_file_name(self._place, width), row, row_size(width), written)

    def _tell_dropped(self) -> None:
        """Record how many records were lost, once the file system takes records again."""
        lost = self._streams.dropped - self._dropped_told
        if lost and not self._streams.waiting:
            self._seq += 1
            if self._streams.attempt(self._records_path(), self._line("dropped", {"value": lost})):
                self._dropped_told += lost


def _closed(descriptor: int, data: bytes, size: int) -> int:
    raise OSError("not open")
