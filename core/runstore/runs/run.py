"""`Run`: one training, as its script, its notebook or anybody else sees it."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.layout.paths import RunPaths, find_run
from runstore.layout.printable import printable
from runstore.records import status
from runstore.records.manifest import decode_manifest
from runstore.runs.facts import Facts
from runstore.runs.metric_logging import MetricLogging
from runstore.writing.writer import RunWriter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy

    from runstore.runs.experiment import Experiment
    from runstore.runs.session import Session
    from runstore.writing.owner import RunOwner


class Run(MetricLogging, Facts):
    """A run of an experiment. It is in one of three positions:

    it *owns* the run (it began with `Experiment.start_logging` or an unlaunched `Run.get_context`, and ends with this
    process), it has *joined* a run that a supervisor owns (`Run.get_context` in a launched script), or it looks on
    (`Run(experiment, run_id)`, `Workspace.get_run`). All three may log, tag and upload; only the first decides on the
    status.
    """

    _session: Session  # of a run that this process owns

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

    @classmethod
    def _attach(cls, experiment: Experiment, folder: str) -> Run:
        """The run in ``folder``; raises `UserErrorException` when its run.json cannot be read."""
        try:
            with open(RunPaths(folder).manifest, "rb") as file:
                run_id = decode_manifest(file.read())["id"]
        except (OSError, ValueError) as error:
            raise UserErrorException("cannot read the run in {}: {}".format(folder, error)) from None
        run = cls.__new__(cls)
        run._set(experiment, folder, str(run_id) if run_id else os.path.basename(folder))
        return run

    def __getattr__(self, name: str) -> Any:
        # The writer is made when it is first needed; as an attribute of its own it then costs log() nothing.
        if name == "_writer":
            writer = self._writer = self._begin()
            return writer
        raise AttributeError("'Run' object has no attribute {!r}".format(name))

    def _begin(self) -> RunWriter:
        return RunWriter(self._folder)

    @classmethod
    def get_context(cls, allow_offline: bool = True, used_for_context_manager: bool = False, **_ignored: Any) -> Run:
        """The run that this script is part of; the same object each time.

        Under `runs-tui run`, `submit` or in a child of a run's process it is that run; each process logs as a rank of
        it. A script that nobody launched gets a run of its own, made at its first record, in the experiment of
        RUNSTORE_EXPERIMENT or of the script's name; with ``allow_offline=False`` it raises
        `RunEnvironmentException` instead.
        """
        from runstore.runs.context import current_run

        return current_run(allow_offline)

    @staticmethod
    def get(workspace: Any, run_id: str) -> Run:
        """The run with this id in whichever experiment of the workspace."""
        found: Run = workspace.get_run(run_id)
        return found

    # ---- metrics

    def get_metrics(self, name: str | None = None, **_ignored: Any) -> dict[str, Any]:
        """The metrics as Azure ML gives them: once logged, the bare value; several times, the list in order."""
        from runstore.reading.metrics import get_metrics

        return get_metrics(self._reader(), name)

    def get_series(
        self, name: str, rank: int | None = None
    ) -> tuple[numpy.ndarray[Any, Any], numpy.ndarray[Any, Any], numpy.ndarray[Any, Any]]:
        """Steps (int64; -2^63 where none was given), times (unix seconds) and values (float64) of a metric's points.

        Of the lowest rank that logged it, or of ``rank``. Raises `UserErrorException` for a name without points.
        """
        reader = self._reader()
        if name not in reader.names() or (rank is not None and rank not in reader.ranks(name)):
            raise UserErrorException(
                "run {} has no series {!r}{}".format(
                    self.id, printable(name, 100), "" if rank is None else " of rank {}".format(rank)
                )
            )
        series = reader.series(name, rank)
        return series.steps, series.times, series.values

    # ---- lifecycle

    def start(self) -> None:
        """NotStarted -> Running."""
        if self._owner is not None and self._owner.manifest["status"] in status.WAITING:
            self._owner.update(status=status.RUNNING)

    def complete(self, _set_status: bool = True) -> None:
        """End the run as Completed; in a launched script nothing: there the exit code decides."""
        self._end(status.COMPLETED)

    def fail(self, error_details: Any = None, error_code: str | None = None, _set_status: bool = True) -> None:
        """End the run as Failed with an error, a text or an exception; raises TypeError for anything else."""
        if error_details is not None and not isinstance(error_details, (str, BaseException)):
            raise TypeError("error_details must be a str or an exception, not {}".format(type(error_details).__name__))
        self._end(status.FAILED, error_of(error_details, error_code))

    def cancel(self) -> None:
        """End the run as Canceled; of a run that another process owns, ask that process to end it."""
        if self._owner is not None:
            self._end(status.CANCELED)
        elif not self._joined:
            self._change(kind="cancel")

    def flush(self, timeout_seconds: int = 300) -> None:
        """Nothing to wait for: what was logged is in its file already."""

    def _end(self, final: str, error: dict[str, Any] | None = None) -> None:
        from runstore.runs.session import end

        self._writer  # noqa: B018 - a run that was never written to begins now, so that it can end
        if self._owner is not None:
            end(self, final, error)

    def __enter__(self) -> Run:
        from runstore.runs.session import enter

        enter(self)
        return self

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> bool:
        from runstore.runs.session import leave

        return leave(self, error)

    def __repr__(self) -> str:
        try:
            manifest = self._manifest()
            kind, state = manifest["type"], manifest["status"]
        except Exception:  # a repr never fails
            kind = state = None
        return "Run(Experiment: {},\nId: {},\nType: {},\nStatus: {})".format(self.experiment.name, self.id, kind, state)


def error_of(details: Any, code: str | None = None) -> dict[str, Any]:
    """The error record of a failure, with Azure ML's keys."""
    error: dict[str, Any] = {"code": code or "UserError", "message": "" if details is None else str(details)}
    if isinstance(details, BaseException):
        import traceback

        error["message"] = "User program failed with {}: {}".format(type(details).__name__, details)
        error["debugInfo"] = {
            "type": type(details).__name__,
            "message": str(details),
            "stackTrace": "".join(traceback.format_exception(type(details), details, details.__traceback__)),
        }
    return {"error": error}
