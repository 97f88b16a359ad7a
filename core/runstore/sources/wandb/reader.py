"""One run of W&B, read from its ``.wandb`` file and the files beside it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from stat import S_ISREG
from typing import TYPE_CHECKING, Any

from runstore.reading.consoles import ConsoleLog
from runstore.reading.growing import REPLACED
from runstore.sources.foreign.files import leads_away, size_of
from runstore.sources.foreign.kind import Place
from runstore.sources.foreign.reader import ForeignReader
from runstore.sources.protobuf import BYTES, fields, text
from runstore.sources.wandb.facts import Facts
from runstore.sources.wandb.framing import FILES, SUFFIX, Batch, RecordFile
from runstore.sources.wandb.metrics import Definitions, read_definition
from runstore.sources.wandb.records import (
    ALERT,
    CONFIG,
    ENVIRONMENT,
    EXIT,
    HISTORY,
    METRIC,
    RUN,
    STATS,
    SUMMARY,
    TELEMETRY,
)
from runstore.sources.wandb.samples import read_samples
from runstore.sources.wandb.values import flattened, number_in

if TYPE_CHECKING:
    from runstore.reading.arrays import Array
    from runstore.sources.wandb.history import Thing

_OUTPUT = "output.log"
_TITLE, _TEXT = 1, 2  # of AlertRecord


class WandbReader(ForeignReader):
    """The key is the run's folder, with a ``.wandb`` file and ``files``, or such a file alone.

    What needs NumPy is imported when something is read: another process may do that.
    """

    def __init__(self, place: Place, keep: bool, flush: float) -> None:
        super().__init__(place, keep, flush)
        self._home = place.path if os.path.isdir(place.path) else os.path.dirname(place.path)
        self._log = os.path.realpath(_log_of(place.path))
        self._forget()

    def _forget(self) -> None:
        """Forget also what a further reading of the same file begins with."""
        self._uneven: frozenset[str] = frozenset()
        self._definitions = Definitions()
        self._defined = 0
        """Definitions that were taken in, of the first ones in the file."""

    def _begin(self) -> None:
        from runstore.sources.wandb.history import History
        from runstore.sources.wandb.summary import Summary

        self._file = RecordFile(self._log)
        self._facts = Facts()
        self._met = 0
        """Definitions that this reading has come by."""
        self._too_late = False
        """Whether one of them was about rows that are already taken in."""
        self._history = History(self._definitions, self._uneven)
        self._summary = Summary(self._history)
        self._unreadable = 0

    def _paths(self) -> Iterable[str]:
        return self._log, os.path.join(self._home, FILES, _OUTPUT)

    def beside(self) -> tuple[str, ...]:
        """Of a file without its folder the output, too."""
        return self.place.logs if self._home == self.place.path else (*self.place.logs, *self._paths())

    def _length(self) -> int:
        return size_of(self._log)

    # ---- reading

    def _read(self, stop: float | None) -> bool:
        if self._file.look() == REPLACED:
            self._forget()
            self._restart()
            self._file.look()
        changed = self.waiting = False
        while (batch := self._file.next_batch()) is not None:
            changed = True
            self._take(batch)
            if self._too_late or self._history.uneven != self._uneven:
                self._uneven = self._history.uneven
                self._restart()
                self._file.look()
            elif stop is not None and time.monotonic() >= stop:
                self.waiting = self._file.offset < self._file.size
                break
        if changed and not self.waiting:
            self._summary.settle(self.numbers, self._history.last_time or self._file.mtime)
        if changed:
            self._tell()
        self._look_for_output()
        return changed

    def _take(self, batch: Batch) -> None:
        from runstore.sources.wandb.sorting import sorted_by_kind

        data, facts = batch.data, self._facts
        contents, unreadable = sorted_by_kind(data, batch.spans)
        self._unreadable += unreadable
        for kind, take in (
            (RUN, facts.take_run),
            (CONFIG, facts.take_config),
            (ENVIRONMENT, facts.take_environment),
            (TELEMETRY, facts.take_telemetry),
            (STATS, self._take_samples),
            (EXIT, facts.take_exit),
        ):
            self._take_each(contents.get(kind), data, take)
        self._take_definitions(contents.get(METRIC), data)
        if (rows := contents.get(HISTORY)) is not None:
            for thing in self._history.take(data, rows, self.numbers, self._file.mtime):
                self._take_thing(thing)
        if (rows := contents.get(SUMMARY)) is not None:
            self._summary.take(data, rows)
        self._take_each(contents.get(ALERT), data, self._take_alert)

    def _take_each(self, places: Array | None, data: bytes, take: Callable[[bytes, int, int], None]) -> None:
        for begin, end in places.tolist() if places is not None else ():
            try:
                take(data, begin, end)
            except ValueError:
                self._unreadable += 1

    def _take_samples(self, data: bytes, begin: int, end: int) -> None:
        when, values = read_samples(data, begin, end, self._facts.cpus)
        self.samples.add_row(None, when or self._file.mtime, values)

    def _take_definitions(self, places: Array | None, data: bytes) -> None:
        """Take in those that no reading has come by; they are about all rows, also about those before them."""
        if places is None:
            return
        new = places[max(self._defined - self._met, 0) :]
        self._met += len(places)
        if len(new):
            before = self._definitions.counting(self._history.names)
            self._take_each(new, data, self._take_definition)
            self._defined = self._met
            self._too_late |= self._definitions.counting(self._history.names) != before

    def _take_definition(self, data: bytes, begin: int, end: int) -> None:
        self._definitions.take(read_definition(data, begin, end))

    def _take_alert(self, data: bytes, begin: int, end: int) -> None:
        said = {
            field: text(data, start, stop)
            for field, coding, start, stop in fields(data, begin, end)
            if coding == BYTES and field in (_TITLE, _TEXT)
        }
        when = self._history.last_time or self._file.mtime
        self._record("alert", said.get(_TITLE, ""), said.get(_TEXT, ""), None, when)

    def _take_thing(self, thing: Thing) -> None:
        from runstore.sources.wandb.media import is_thing, recorded

        name, value, step, when = thing
        if is_thing(value):
            try:
                for kind, content in recorded(value, self._home):
                    self._record(kind, name, content, step, when)
            except (OSError, ValueError) as error:
                self._warn(name, f"could not be read: {error}")
        elif isinstance(value, dict):
            for leaf, each in flattened(value, name).items():
                number = number_in(each)
                if number is not None:
                    self.numbers.add_row(step, when, {leaf: number})
                elif each not in (None, {}):
                    self._take_thing(thing._replace(name=leaf, value=each))
        elif isinstance(value, list):
            self._record("list", name, value, step, when)
        else:
            self._record("row", name, {"text": value}, step, when)

    # ---- what was read

    def _tell(self) -> None:
        known = self._facts.manifest(self._history.last_time)
        properties = {**known.pop("properties", {}), **self._summary.properties}
        self._set(**known, properties=properties, metrics=self._goals())
        damaged = self._file.damaged + self._unreadable + self._history.unreadable
        said = [f"{damaged} records are damaged and left out"] if damaged else []
        if self._file.stuck:
            said.append(f"from byte {self._file.offset} on there is no record")
        self._warn(self._log, "; ".join(said))

    def _goals(self) -> dict[str, dict[str, Any]]:
        found = {}
        for name in self._history.names:
            definition = self._definitions.of(name)
            if definition is not None and definition.goal:
                found[name] = {"goal": definition.goal}
        return found

    def _look_for_output(self) -> None:
        path = os.path.join(self._home, FILES, _OUTPUT)
        try:
            stat = os.lstat(path)
        except OSError:
            return
        if S_ISREG(stat.st_mode) and not leads_away(path, self._home):
            self.logs = [ConsoleLog(_OUTPUT, "0", 0, path, None, (stat.st_size, stat.st_mtime))]


def _log_of(path: str) -> str:
    """The ``.wandb`` file of the run at ``path``."""
    try:
        found = [entry.path for entry in os.scandir(path) if entry.name.endswith(SUFFIX)]
    except OSError:
        found = []
    return found[0] if found else path
