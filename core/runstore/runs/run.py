"""`Run`: one training, as its script, its notebook or anybody else sees it."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.layout.paths import RunPaths, find_run
from runstore.layout.printable import printable
from runstore.models.register import RegisterModel
from runstore.records.manifest import decode_manifest
from runstore.runs import beginning, owned, run_types
from runstore.runs.children import Children
from runstore.runs.details import Details
from runstore.runs.lifecycle import Lifecycle
from runstore.runs.metric_logging import MetricLogging
from runstore.runs.source import Source
from runstore.writing.writer import RunWriter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from runstore.runs.experiment import Experiment
    from runstore.runs.finding import Filter
    from runstore.writing.owner import RunOwner


class Run(MetricLogging, Children, Lifecycle, Source, Details, RegisterModel):
    """A run of an experiment. It is in one of three positions:

    it *owns* the run (it began with `Experiment.start_logging`, `child_run` or an unlaunched `Run.get_context`, and
    ends with this process), it has *joined* a run that a supervisor owns (`Run.get_context` in a launched script), or
    it looks on (`Run(experiment, run_id)`, `Workspace.get_run`). All three may log, tag and upload; only the first
    decides on the status.
    """

    def __init__(self, experiment: Experiment, run_id: str, outputs: Any = None, **_ignored: Any) -> None:
        """Attach to an existing run; raises `UserErrorException` when there is none with this id."""
        folder = find_run(experiment.workspace.root, run_id)
        if folder is None:
            raise UserErrorException("no run {!r} in {}".format(printable(run_id, 100), experiment.workspace.root))
        self._set(experiment, folder, str(run_id))

    def _set(self, experiment: Experiment, folder: str, run_id: str) -> None:
        self.experiment = experiment
        self.id = run_id
        self._folder = folder
        self._owner: RunOwner | None = None
        self._joined = False
        ours = owned.owned(folder)
        if ours is not None and ours is not self:
            self._owner, self._session, self._writer = ours._owner, ours._session, ours._writer

    @classmethod
    def _attach(cls, experiment: Experiment, folder: str, rehydrate: bool = True) -> Run:
        """The run in ``folder`` as an object of the class for its type.

        Raises `UserErrorException` when its run.json cannot be read.
        """
        try:
            with open(RunPaths(folder).manifest, "rb") as file:
                manifest = decode_manifest(file.read())
        except (OSError, ValueError) as error:
            raise UserErrorException("cannot read the run in {}: {}".format(folder, error)) from None
        run_id = str(manifest["id"] or os.path.basename(folder))
        if rehydrate and cls is Run:
            made = run_types.made(experiment, run_id, manifest)
            if made is not None:
                return made
        found = run_types.class_of(manifest["type"]) if rehydrate and cls is Run else cls
        run = found.__new__(found)
        run._set(experiment, folder, run_id)
        return run

    def __getattr__(self, name: str) -> Any:
        # The writer is made when it is first needed; as an attribute of its own it then costs log() nothing.
        if name == "_writer":
            with beginning.lock:
                if "_writer" not in self.__dict__:
                    self._writer = self._begin()
                return self.__dict__["_writer"]
        raise AttributeError("{!r} object has no attribute {!r}".format(type(self).__name__, name))

    def _begin(self) -> RunWriter:
        return RunWriter(self._folder)

    # There is one run, however many objects of a program hold it, and whichever process they are sent to.

    def __copy__(self) -> Run:
        return self

    def __deepcopy__(self, _memo: Any) -> Run:
        return self

    def __reduce__(self) -> Any:
        from runstore.runs.context import run_in

        return run_in, (self._folder,)

    # ---- getting a run

    @classmethod
    def get_context(cls, allow_offline: bool = True, used_for_context_manager: bool = False, **_ignored: Any) -> Run:
        """The run that this script is part of; the same object each time.

        Under `runs-tui run`, `submit` or in a child of a run's process it is that run; each process logs as a rank of
        it. A script that nobody launched gets a run of its own, made at its first record or before its first fork,
        in the experiment of RUNSTORE_EXPERIMENT or of the script's name; with ``allow_offline=False`` it raises
        `RunEnvironmentException` instead.
        """
        from runstore.runs.context import current_run

        return current_run(allow_offline)

    @classmethod
    def get_submitted_run(cls, **kwargs: Any) -> Run:
        """An older name of `get_context`."""
        return cls.get_context(**kwargs)

    @staticmethod
    def get(workspace: Any, run_id: str) -> Run:
        """The run with this id in whichever experiment of the workspace."""
        found: Run = workspace.get_run(run_id)
        return found

    @staticmethod
    def list(
        experiment: Experiment,
        type: str | None = None,
        tags: Filter = None,
        properties: Filter = None,
        status: str | None = None,
        include_children: bool = False,
        _rehydrate_runs: bool = True,
    ) -> Iterator[Run]:
        """The runs of an experiment that match all filters, newest first."""
        from runstore.runs.finding import find_runs

        return find_runs(experiment, type, tags, properties, status, include_children)

    @staticmethod
    def list_by_compute(
        compute: Any,
        type: str | None = None,
        tags: Filter = None,
        properties: Filter = None,
        status: str | None = None,
        include_children: bool = False,
    ) -> Iterator[Run]:
        """The runs on a compute target, in all experiments of its workspace; those submitted here have ``local``."""
        from runstore.runs.finding import find_runs

        for experiment in compute.workspace.experiments.values():
            for run in find_runs(experiment, type, tags, properties, status, include_children):
                if run._manifest()["target"] == compute.name:
                    yield run

    @staticmethod
    def add_type_provider(runtype: str, run_factory: Any) -> None:
        """Let ``run_factory(experiment, run_dto)`` make the object for each run of this type.

        ``run_dto`` has run_id, run_type, name, status, target, parent_run_id, tags and properties.
        """
        run_types.add(runtype, run_factory)

    # ---- metrics

    def get_metrics(
        self,
        name: str | None = None,
        recursive: bool = False,
        run_type: str | None = None,
        populate: bool = False,
        **_ignored: Any,
    ) -> dict[str, Any]:
        """The metrics as Azure ML gives them: once logged, the bare value; several times, the list in order.

        ``name``: this one alone (absent: an empty dict). ``recursive``: a dict of run id to metrics, of this run and
        all below it that have any; ``run_type``: only of runs of this type. ``populate``: confusion matrices and their
        kin as objects with ``data``, in place of their addresses.
        """
        from runstore.reading.metrics import get_metrics

        if not recursive:
            wanted = run_type is None or self.type == run_type
            return get_metrics(self._reader(), name, populate) if wanted else {}
        from runstore.runs.family import readers_of_children

        readers = [self._reader(), *readers_of_children(os.path.dirname(self._folder), self.id, True)]
        found = {}
        for reader in readers:
            if run_type is None or reader.manifest["type"] == run_type:
                reader.refresh()
                metrics = get_metrics(reader, name, populate)
                if metrics:
                    found[reader.id] = metrics
        return found

    def get_series(self, name: str, rank: int | None = None) -> tuple[Any, Any, Any]:
        """Steps (int64; -2^63 where none was given), times (unix seconds) and values (float64) of a metric's points.

        Three arrays: NumPy's, or of the module `array` in an interpreter without NumPy. Of the lowest rank that logged
        the metric, or of ``rank``. Raises `UserErrorException` for a name without points.
        """
        from runstore.reading.metrics import series_of

        series = series_of(self._reader(), name, rank)
        if series is None:
            raise UserErrorException(
                "run {} has no series {!r}{}".format(
                    self.id, printable(name, 100), "" if rank is None else " of rank {}".format(rank)
                )
            )
        return series
