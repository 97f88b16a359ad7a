"""`Reader`: what a list, a screen and a command use of one run, wherever it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from runstore.reading.consoles import ConsoleLog, RecordsLog
    from runstore.reading.events import DataPlace
    from runstore.reading.resources import Samples
    from runstore.reading.series_data import MetricStat, Series
    from runstore.reading.states import State


class Reader(Protocol):
    """Thread-safe; no damage in what is read makes a method raise, but where said. `runstore.reading.run` has ours."""

    gone: bool
    """Whether what it reads was deleted; what is known stays."""

    @property
    def source(self) -> str:
        """The kind of another tool's run; empty for our own."""
        ...

    @property
    def folder(self) -> str:
        """Where the run is: the key of its row."""
        ...

    @property
    def id(self) -> str:
        """The run's id."""
        ...

    @property
    def experiment(self) -> str:
        """The name of its experiment."""
        ...

    @property
    def manifest(self) -> dict[str, Any]:
        """What is known beside numbers and output, in the form of ``run.json``; not to be changed."""
        ...

    @property
    def warnings(self) -> list[str]:
        """What could not be read, each with its file."""
        ...

    @property
    def waiting(self) -> bool:
        """Whether a `refresh` with little time has left something unread."""
        ...

    def refresh(self, seconds: float | None = None) -> bool:
        """Read what is new, for about so many seconds; whether anything was."""
        ...

    def refresh_manifest(self) -> bool:
        """Read as much as the manifest needs at least."""
        ...

    def refresh_facts(self) -> bool:
        """Read all that is no number, no output."""
        ...

    def state(self, reason: str = "") -> State:
        """How it stands as last refreshed; ``reason``: why it failed, in a few words."""
        ...

    @property
    def last_activity(self) -> float:
        """When it last wrote something, unix seconds; 0 when it never did."""
        ...

    def seconds_a_step(self) -> float | None:
        """How long a step takes; None when that cannot be told."""
        ...

    def names(self) -> list[str]:
        """The metrics that have points, in natural order."""
        ...

    def ranks(self, name: str) -> list[int]:
        """The ranks that logged a metric, ascending."""
        ...

    @property
    def metrics(self) -> dict[str, MetricStat]:
        """Statistics of each metric's lowest rank."""
        ...

    def series(self, name: str, rank: int | None = None) -> Series:
        """The points of a metric of one rank, the lowest by default; raises KeyError for none."""
        ...

    def load(self, names: list[str] | None = None) -> None:
        """Bring the points of these metrics, or of all, into memory."""
        ...

    def unload(self) -> None:
        """Give up the points in memory; statistics stay."""
        ...

    @property
    def resources(self) -> Samples:
        """The samples of its machine."""
        ...

    def consoles(self) -> list[ConsoleLog]:
        """What it printed, lowest rank first."""
        ...

    def record_logs(self) -> list[RecordsLog]:
        """The records of Python's logging, lowest rank first."""
        ...

    @property
    def system_log(self) -> str:
        """The path of the log of whoever ran it; there may be no such file."""
        ...

    @property
    def logs_folder(self) -> str:
        """The folder of further logs that it keeps; there may be none."""
        ...

    def changes(self) -> list[dict[str, Any]]:
        """The records that are no data: alerts, errors, what was dropped ..."""
        ...

    def unwritten(self) -> int:
        """How many records could not be written, beside those of which `changes` tells."""
        ...

    def records(self, kind: str | None = None) -> list[dict[str, Any]]:
        """What was recorded beside points, in order of time."""
        ...

    def data_after(self, place: DataPlace, seconds: float | None = None) -> list[tuple[str, int, list[dict[str, Any]]]]:
        """(writer, rank, its lists, rows, images ... that have come after ``place``), each handed out once."""
        ...

    @property
    def files_folder(self) -> str:
        """Where its files are; of a run that is one file, that."""
        ...

    def files(self) -> list[str]:
        """The names of all artifacts, sorted."""
        ...

    def file_path(self, name: str) -> str:
        """Where one of them is."""
        ...

    def artifact(self, name: str) -> bytes:
        """The content of one; raises ValueError for a name that leads elsewhere, OSError as `open`."""
        ...
