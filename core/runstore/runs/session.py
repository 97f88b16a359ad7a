"""Runs that live in the process that logs them: interactive sessions and scripts that nobody launched."""

from __future__ import annotations

import atexit
import os
import sys
import time

from runstore.exceptions import SnapshotException, UserErrorException, WorkspaceException
from runstore.layout.ids import new_interactive_id
from runstore.layout.paths import RootPaths
from runstore.records import status
from runstore.records.identity import host_name
from runstore.runs.capture import OutputCapture
from runstore.writing.arguments import mask_arguments
from runstore.writing.create import create_run_somewhere, root_remark
from runstore.writing.facts import git_facts, user_name
from runstore.writing.outputs import collect_outputs, listing
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.runs.experiment import Experiment
    from runstore.runs.run import Run

RUN_VARIABLES = (
    "RUNSTORE_ROOT",
    "RUNSTORE_RUN_ID",
    "RUNSTORE_RUN_DIR",
    "RUNSTORE_RUN_OWNER",
    "RUNSTORE_ATTEMPT",
)
NOT_CLOSED = "not closed by the script: ended with its process"


class Session:
    """What an owning process keeps of its run beside the records: outputs to collect, output being captured."""

    def __init__(self, outputs: str | None) -> None:
        self.outputs = os.path.abspath(outputs) if outputs else None
        self.before = listing(self.outputs) if self.outputs else {}
        self.capture: OutputCapture | None = None
        self.working_folder = os.getcwd()
        self.error: dict[str, Any] | None = None
        self.environment: dict[str, str | None] = {}
        self.pid = os.getpid()


def start_interactive(
    experiment: Experiment,
    name: str | None = None,
    run_id: str | None = None,
    outputs: Any = None,
    snapshot_directory: str | None = ".",
    display_name: str | None = None,
    description: str | None = None,
    params: dict[str, Any] | None = None,
    tags: dict[str, Any] | None = None,
    **unknown: Any,
) -> Run:
    """Begin the run of `Experiment.start_logging`."""
    from runstore.runs.run import Run

    if unknown:
        raise UserErrorException("start_logging has no parameter {}".format(", ".join(sorted(unknown))))
    run = Run.__new__(Run)
    session = Session(None if outputs is False else "outputs" if outputs in (None, True) else os.fspath(outputs))
    begin(
        run,
        experiment,
        session,
        run_id or new_interactive_id(),
        display_name=display_name or name,
        description=description,
        tags={str(key): None if value is None else str(value) for key, value in (tags or {}).items()},
    )
    if snapshot_directory is not None:
        _keep_snapshot(run, os.fspath(snapshot_directory))
    if params:
        run.log_params(params)
    return run


def _keep_snapshot(run: Run, folder: str) -> None:
    """Keep the source folder with the run; where that is not possible, a warning in the run says why."""
    from runstore.snapshots.take import take_snapshot

    try:
        snapshot_id = take_snapshot(os.path.dirname(os.path.dirname(run._folder)), folder)
    except (SnapshotException, OSError) as error:
        run._change(kind="warning", value=str(error))
        return
    run._change(kind="snapshot", value=snapshot_id)
    run._change(kind="properties", value={"ContentSnapshotId": snapshot_id})


def begin(run: Run, experiment: Experiment, session: Session, run_id: str, **fields: Any) -> None:
    """Make the run's folder with this process as owner, and see to it that the run ends with the process."""
    now = time.time()
    arguments = list(getattr(sys, "argv", []) or [])
    root = experiment.workspace.root
    run._session = session
    try:
        folder, warning = create_run_somewhere(
            root,
            experiment.name,
            run_id,
            target="sdk",
            started=now,
            status=status.RUNNING,
            host=host_name(),
            user=user_name(),
            command=mask_arguments([sys.executable, *arguments]) if arguments and arguments[0] else None,
            cwd=session.working_folder,
            git=git_facts(session.working_folder),
            **fields,
        )
        owner = RunOwner(folder)
    except (WorkspaceException, OSError) as error:
        say("{}; the program goes on, its records are lost".format(error))
        run._set(experiment, RootPaths(root).run_folder(experiment.name, run_id), run_id)
        run._joined = True
        run._writer = RunWriter(run._folder)
        return
    run._set(experiment, folder, run_id)
    run._owner = owner
    if warning:
        say(warning)
        owner.manifest["warnings"].append(warning)
    else:
        remark = root_remark(root) if not os.environ.get("RUNSTORE_ROOT") else None
        if remark:
            say(remark)
    attempt = owner.begin_attempt(engine="kernel" if is_kernel() else None)
    owner.update()
    run._writer = RunWriter(folder, attempt=attempt)
    run._writer.open()
    _offer_to_children(run)
    atexit.register(_at_exit, run)


def end(run: Run, final: str, error: dict[str, Any] | None = None, note: str | None = None) -> None:
    """End an owned run; a second call changes nothing."""
    owner, session = run._owner, run._session
    if owner is None or owner.manifest["status"] in status.TERMINAL or session.pid != os.getpid():
        return
    if session.capture is not None:
        session.capture.stop()
    if session.outputs:
        for warning in collect_outputs(run._folder, session.outputs, "outputs", session.before):
            owner.manifest["warnings"].append(warning)
    if note:
        owner.manifest["warnings"].append(note)
        owner.manifest["closed"] = "exit"
    dropped = run._writer.dropped
    run._writer.close()
    owner.finish(final, error and exit_of(error), _summary(run._folder, dropped))
    _withdraw_from_children(run)


def exit_of(error: dict[str, Any]) -> dict[str, Any]:
    """The exit record of a run that failed with an error of `runstore.runs.run.error_of`."""
    details = error["error"]
    raised = details.get("debugInfo")
    text = "{}: {}".format(raised["type"], raised["message"]) if raised else details["message"]
    return {"code": None, "signal": None, "error": text, "details": details}


def _summary(folder: str, dropped: int) -> dict[str, Any] | None:
    """A hint for fast lists; made only where NumPy is in use already, since readers can make it too."""
    if "numpy" not in sys.modules:
        return None
    try:
        from runstore.reading.summary import summary_of

        return {**summary_of(folder), "dropped": dropped}
    except Exception as error:  # a hint is never worth the end of a run
        say("no summary of {}: {}".format(folder, error))
        return None


def enter(run: Run) -> None:
    """``with run:`` - what is printed meanwhile is kept too."""
    run._writer  # noqa: B018 - begins the run
    if run._owner is not None and run._session.capture is None:
        run._session.capture = OutputCapture(run._folder, run._writer.name)
        run._session.capture.start()


def leave(run: Run, error: BaseException | None) -> bool:
    """The end of ``with run:``; true when the exception, a clean SystemExit, is to be swallowed."""
    from runstore.runs.run import error_of

    if run._owner is None:
        return False
    os_folder = run._session.working_folder
    clean_exit = isinstance(error, SystemExit) and error.code in (None, 0)
    if error is None or clean_exit:
        end(run, status.COMPLETED)
    else:
        end(run, status.FAILED, error_of(error))
    try:
        os.chdir(os_folder)
    except OSError:
        pass
    return clean_exit


def say(message: str) -> None:
    """One line on stderr for the person who runs the script."""
    try:
        sys.stderr.write("runstore: {}\n".format(message))
    except (OSError, ValueError, AttributeError):
        pass


def is_kernel() -> bool:
    """Whether this process is a notebook kernel or an interactive interpreter, which may go away at any time."""
    return "ipykernel" in sys.modules or hasattr(sys, "ps1")


def _offer_to_children(run: Run) -> None:
    """Let child processes that call `Run.get_context` join this run as ranks."""
    run._session.environment = {name: os.environ.get(name) for name in RUN_VARIABLES}
    os.environ["RUNSTORE_ROOT"] = os.path.dirname(os.path.dirname(run._folder))
    os.environ["RUNSTORE_RUN_ID"] = run.id
    os.environ["RUNSTORE_RUN_DIR"] = run._folder
    os.environ["RUNSTORE_RUN_OWNER"] = str(os.getpid())
    os.environ["RUNSTORE_ATTEMPT"] = "1"


def _withdraw_from_children(run: Run) -> None:
    if os.environ.get("RUNSTORE_RUN_DIR") != run._folder:
        return
    for name, value in run._session.environment.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _at_exit(run: Run) -> None:
    session = run._session
    try:
        if session.error is not None:
            end(run, status.FAILED, session.error)
        else:
            end(run, status.COMPLETED, note=NOT_CLOSED)
    except Exception as error:  # never into the interpreter's shutdown
        say("could not end run {}: {}".format(run.id, error))
