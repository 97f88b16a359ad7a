"""`Run.get_context`: the run of this process, joined or begun."""

from __future__ import annotations

import os
import sys

from runstore.exceptions import RunEnvironmentException
from runstore.layout.ids import new_interactive_id
from runstore.layout.names import check_experiment_name
from runstore.layout.paths import MANIFEST
from runstore.runs import beginning, native_logging
from runstore.runs.experiment import Experiment
from runstore.runs.mode import is_off, mode
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
        with beginning.lock:
            if _current is None:
                _current = _joined_run()
            if _current is None:
                if not allow_offline:
                    raise RunEnvironmentException(
                        "this script was not launched as a run; start it with: runs-tui run -- python {}".format(
                            _script()
                        )
                    )
                _current = _run_of_its_own()
    return _current


def _run_of_its_own() -> Run:
    if mode() == "offline" or os.environ.get("RUNSTORE_OFFLINE", "").lower() == "azure":
        from runstore.runs.offline import _OfflineRun

        run: Any = _OfflineRun()  # no Run, as in Azure ML: scripts look for what it lacks
        return run  # type: ignore[no-any-return]
    if is_off():
        from runstore.runs.off import OffRun

        return OffRun(Workspace.from_config(), default_experiment())
    return UnlaunchedRun()


def _joined_run() -> Run | None:
    """The run that a supervisor, or a parent process that owns one, offers in the environment."""
    folder = os.environ.get("RUNSTORE_RUN_DIR", "")
    if not folder or _offers_it():
        return None
    if not os.path.isfile(os.path.join(folder, MANIFEST)):
        say("RUNSTORE_RUN_DIR names {}, where there is no run; this script gets a run of its own".format(folder))
        return None
    run = _attached(folder)
    rank, world = rank_and_world()
    attempt = os.environ.get("RUNSTORE_ATTEMPT", "")
    run._joined = True
    run._writer = RunWriter(folder, rank, world, int(attempt[:9]) if attempt.isdecimal() else 1)
    native_logging.start(run)
    return run


def run_in(folder: str) -> Run:
    """The run that another process has sent to this one: as its rank where it was started by the run, else attached.

    Raises `UserErrorException` when there is no run in ``folder``.
    """
    current = current_run() if os.environ.get("RUNSTORE_RUN_DIR") == folder and not _offers_it() else None
    return current if current is not None and current._folder == folder else _attached(folder)


def _offers_it() -> bool:
    """Whether the run in the environment is one of this process, meant for those that it starts."""
    return os.environ.get("RUNSTORE_RUN_OWNER") == str(os.getpid())


def _attached(folder: str) -> Run:
    parent = os.path.dirname(folder)
    workspace = Workspace(root=os.path.dirname(parent))
    return Run._attach(Experiment._attach(workspace, experiment_name(parent), parent), folder)


class UnlaunchedRun(Run):
    """The run of a script that nobody launched: it begins with its first record and ends with the process.

    A process that forks begins it before, since each child would make one of its own with the same id. A clean exit is
    Completed with a note, an exception or a non-zero exit code is Failed.
    """

    def __init__(self) -> None:
        workspace = Workspace.from_config()
        name = default_experiment()
        # Attached, not made: a script that never records anything leaves nothing behind.
        experiment = Experiment._attach(workspace, check_experiment_name(name), "")
        self._set(experiment, "", new_interactive_id())
        del self._folder  # whoever needs it, to write or to read, wants the run to be there
        beginning.expect(self)

    def __getattr__(self, name: str) -> Any:
        if name == "_folder" and "_owner" in self.__dict__:
            with beginning.lock:
                if "_folder" not in self.__dict__:
                    self._begin()
                return self.__dict__["_folder"]
        return super().__getattr__(name)

    def _begin_now(self) -> None:
        self._writer  # noqa: B018 - begins the run

    def _begin(self) -> RunWriter:
        session = Session("outputs")
        self.experiment = Experiment(self.experiment.workspace, self.experiment.name)
        begin(self, self.experiment, session, self.id, type="runstore.script")
        return self._writer


def default_experiment() -> str:
    """The experiment of a script that names none: RUNSTORE_EXPERIMENT, else what the script is called."""
    return os.environ.get("RUNSTORE_EXPERIMENT") or _experiment_of(_script())


def _script() -> str:
    """The path of the script, or of the notebook where that is known; empty for neither."""
    if "ipykernel" in sys.modules:
        return os.environ.get("JPY_SESSION_NAME") or "notebook"
    argv = getattr(sys, "argv", None)
    return argv[0] if argv and argv[0] not in ("-c", "-m", "-") else ""


def _experiment_of(script: str) -> str:
    """A valid experiment name from a script's path: ``my train.py`` -> ``my-train``."""
    name = os.path.splitext(os.path.basename(script))[0]
    if name == "__main__":
        name = os.path.basename(os.path.dirname(os.path.abspath(script)))
    valid = "".join(char if char.isascii() and (char.isalnum() or char in "_-") else "-" for char in name)
    return valid.strip("-_")[:100] or "default"
