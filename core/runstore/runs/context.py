"""`Run.get_context`: the run of this process, joined or begun."""

from __future__ import annotations

import os
import sys

from runstore.exceptions import RunEnvironmentException, UserErrorException
from runstore.layout.ids import new_interactive_id
from runstore.layout.names import check_experiment_name
from runstore.layout.paths import MANIFEST
from runstore.runs.experiment import Experiment
from runstore.runs.ranks import rank_and_world
from runstore.runs.run import Run
from runstore.runs.session import Session, begin, say
from runstore.runs.workspace import Workspace, experiment_name
from runstore.writing.writer import RunWriter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_current: Run | None = None


def current_run(allow_offline: bool = True) -> Run:
    """The one run of this process; see `Run.get_context`."""
    global _current
    if _current is None:
        _current = _joined_run()
    if _current is None:
        if not allow_offline:
            raise RunEnvironmentException(
                "this script was not launched as a run; start it with: runs-tui run -- python {}".format(_script())
            )
        _current = OffRun() if os.environ.get("RUNSTORE_MODE", "").lower() == "off" else ScriptRun()
    return _current


def _joined_run() -> Run | None:
    """The run that a supervisor, or a parent process that owns one, offers in the environment."""
    folder = os.environ.get("RUNSTORE_RUN_DIR", "")
    if not folder or os.environ.get("RUNSTORE_RUN_OWNER") == str(os.getpid()):
        return None
    if not os.path.isfile(os.path.join(folder, MANIFEST)):
        say("RUNSTORE_RUN_DIR names {}, where there is no run; this script gets a run of its own".format(folder))
        return None
    root = os.path.dirname(os.path.dirname(folder))
    parent = os.path.dirname(folder)
    run = Run._attach(Experiment._attach(Workspace(root=root), experiment_name(parent), parent), folder)
    rank, world = rank_and_world()
    attempt = os.environ.get("RUNSTORE_ATTEMPT", "")
    run._joined = True
    run._writer = RunWriter(folder, rank, world, int(attempt) if attempt.isdigit() else 1)
    return run


class ScriptRun(Run):
    """The run of a script that nobody launched: it begins with its first record and ends with the process.

    A clean exit is Completed with a note, an exception or a non-zero exit code is Failed.
    """

    def __init__(self) -> None:
        workspace = Workspace.from_config()
        name = os.environ.get("RUNSTORE_EXPERIMENT") or _experiment_of(_script())
        # Attached, not made: a script that never records anything leaves nothing behind.
        experiment = Experiment._attach(workspace, check_experiment_name(name), "")
        self._set(experiment, "", new_interactive_id())

    def __getattr__(self, name: str) -> Any:
        if name == "_writer" and self._owner is None:
            self._begin()
            return self.__dict__["_writer"]
        return super().__getattr__(name)

    def _begin(self) -> RunWriter:
        session = Session("outputs")
        self.experiment = Experiment(self.experiment.workspace, self.experiment.name)
        begin(self, self.experiment, session, self.id, type="runstore.script")
        _watch_exit(session)
        return self._writer

    def _manifest(self) -> dict[str, Any]:
        self._writer  # noqa: B018 - whoever asks for facts of the run wants it to be there
        return super()._manifest()

    def get_file_names(self) -> list[str]:
        """The names of all artifacts, sorted."""
        self._writer  # noqa: B018 - begins the run
        return super().get_file_names()


class _OffWriter:
    """Takes everything and keeps nothing (RUNSTORE_MODE=off)."""

    name = ""
    dropped = 0

    def log(self, name: str, value: Any, step: int | None = None) -> None:
        """Nothing."""

    def log_metrics(self, metrics: dict[str, Any], step: int | None = None) -> None:
        """Nothing."""

    def record(self, kind: str, **fields: Any) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class OffRun(Run):
    """The run of a script under RUNSTORE_MODE=off: every call works, nothing is stored."""

    def __init__(self) -> None:
        experiment = Experiment._attach(Workspace.from_config(), _experiment_of(_script()), "")
        self._set(experiment, "", "OfflineRun_" + new_interactive_id())
        self._writer: Any = _OffWriter()
        self._joined = True

    def _store(self, name: str, source: Any, replace: bool = False) -> str | None:
        return None

    def _manifest(self) -> dict[str, Any]:
        from runstore.records.manifest import new_manifest

        return new_manifest(id=self.id, experiment=self.experiment.name, display_name=self.id)

    def get_status(self) -> str:
        """Always Running."""
        return "Running"

    def get_file_names(self) -> list[str]:
        """No files."""
        return []

    def get_metrics(self, name: str | None = None, **_ignored: Any) -> dict[str, Any]:
        """No metrics."""
        return {}

    def get_details(self) -> dict[str, Any]:
        """Only the id."""
        return {"runId": self.id, "status": "Running"}

    def get_series(self, name: str, rank: int | None = None) -> Any:
        """Raises `UserErrorException`: nothing is stored."""
        raise UserErrorException("RUNSTORE_MODE=off: nothing is stored")


def _script() -> str:
    argv = getattr(sys, "argv", None)
    return argv[0] if argv and argv[0] not in ("-c", "-m", "-") else ""


def _experiment_of(script: str) -> str:
    """A valid experiment name from a script's path: ``my train.py`` -> ``my-train``."""
    name = os.path.splitext(os.path.basename(script))[0]
    if name == "__main__":
        name = os.path.basename(os.path.dirname(os.path.abspath(script)))
    valid = "".join(char if char.isascii() and (char.isalnum() or char in "_-") else "-" for char in name)
    return valid.strip("-_")[:100] or "default"


def _watch_exit(session: Session) -> None:
    """Note an uncaught exception or an exit code before the interpreter ends, to tell Failed from Completed."""
    from runstore.runs.run import error_of

    hook, leave = sys.excepthook, sys.exit

    def excepthook(kind: Any, error: BaseException, traceback: Any) -> None:
        session.error = error_of(error)
        hook(kind, error, traceback)

    def noted_exit(code: Any = None) -> Any:
        if code not in (None, 0):
            session.error = error_of("exit code {}".format(code if isinstance(code, int) else 1))
        leave(code)

    sys.excepthook = excepthook
    sys.exit = noted_exit
