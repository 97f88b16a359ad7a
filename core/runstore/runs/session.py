"""Runs that live in the process that logs them: interactive sessions, child runs, scripts that nobody launched."""

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
from runstore.runs import exit_watch, joining, native_logging, owned
from runstore.runs.errors import error_of, exit_of, is_clean_exit
from runstore.runs.live_logs import LiveLogs
from runstore.runs.mode import is_off
from runstore.writing.arguments import mask_arguments
from runstore.writing.create import create_run_somewhere, root_remark
from runstore.writing.facts import git_facts, user_name
from runstore.writing.outputs import collect_outputs, listing
from runstore.writing.owner import RunOwner, new_attempt
from runstore.writing.reserve import Reserve
from runstore.writing.writer import RunWriter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.runs.capture import OutputCapture
    from runstore.runs.experiment import Experiment
    from runstore.runs.run import Run

NOT_CLOSED = "not closed by the script: ended with its process"
_at_exit_known = False


class Session:
    """What an owning process keeps of its run beside the records: folders to collect, output being captured.

    ``working_folder`` is empty where it was deleted.
    """

    def __init__(self, outputs: str | None, logs: bool = True) -> None:
        """``outputs``: the folder to collect at the end as ``outputs/``, None for nothing; ``logs``: ``./logs`` too."""
        try:
            self.working_folder = os.getcwd()
        except OSError:
            self.working_folder = ""
        folders = [("outputs", outputs)] if outputs else []
        if outputs and logs:
            folders.append(("logs", "logs"))
        self.folders = [
            (name, os.path.normpath(os.path.join(self.working_folder, folder)))
            for name, folder in folders
            if self.working_folder or os.path.isabs(folder)  # a folder that was deleted has none in it
        ]
        self.before = {name: listing(folder) for name, folder in self.folders}
        self.capture: OutputCapture | None = None
        self.live_logs: LiveLogs | None = None
        self.reserve: Reserve | None = None
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
    if is_off():
        from runstore.runs.off import OffRun

        return OffRun(experiment.workspace, experiment.name)
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
    if outputs is not False and "azureml" in sys.modules:
        _make_outputs(session)
    if snapshot_directory is not None:
        _keep_snapshot(run, os.fspath(snapshot_directory))
    if params:
        run.log_params(params)
    return run


def _make_outputs(session: Session) -> None:
    """Azure ML makes the folder of the outputs, and its scripts write into it without making it."""
    try:
        for name, folder in session.folders:
            if name == "outputs":
                os.makedirs(folder, exist_ok=True)
    except OSError:
        pass  # the script, too, will be told


def _keep_snapshot(run: Run, folder: str) -> None:
    """Keep the source folder with the run; where that is not possible, a warning in the run says why."""
    try:
        run._keep_snapshot(folder)
    except (SnapshotException, OSError) as error:
        run._change(kind="warning", value=str(error))


def begin(run: Run, experiment: Experiment, session: Session, run_id: str, **fields: Any) -> None:
    """Make the run's folder with this process as owner, and see to it that the run ends with the process."""
    arguments = list(getattr(sys, "argv", []) or [])
    root = experiment.workspace.root
    warning = _create(
        run,
        experiment,
        session,
        run_id,
        root,
        command=mask_arguments([sys.executable, *arguments]) if arguments and arguments[0] else None,
        cwd=session.working_folder or None,
        git=git_facts(session.working_folder) if session.working_folder else None,
        **fields,
    )
    if run._owner is None:
        return
    if warning:
        say(warning)
    elif not os.environ.get("RUNSTORE_ROOT"):
        remark = root_remark(root)
        if remark:
            say(remark)
    run._writer.open()
    joining.offer(run)
    native_logging.start(run)


def begin_child(
    run: Run, parent: Run, name: str, run_id: str | None, outputs: Any, tags: dict[str, str | None]
) -> None:
    """Make a child run of ``parent``, owned by this process; processes started meanwhile still join the parent."""
    above = parent._manifest()
    tracked = None if outputs in (None, False) else "outputs" if outputs is True else os.fspath(outputs)
    session = Session(tracked, logs=False)
    _create(
        run,
        parent.experiment,
        session,
        run_id or new_interactive_id(),
        os.path.dirname(os.path.dirname(parent._folder)),
        parent=parent.id,
        display_name=name,
        tags=tags,
        command=above["command"],
        cwd=session.working_folder or None,
        git=above["git"],
    )


def _create(run: Run, experiment: Experiment, session: Session, run_id: str, root: str, **fields: Any) -> str | None:
    """The folder, the owner and the writer of a run of this process; returns a warning about where it lies.

    Where no folder can be made it is said, the run gets no owner, and its records are lost: the program goes on.
    """
    run._session = session
    try:
        folder, warning = create_run_somewhere(
            root,
            experiment.name,
            run_id,
            target="sdk",
            started=time.time(),
            status=status.RUNNING,
            host=host_name(),
            user=user_name(),
            attempts=[new_attempt(_engine())],  # at once: nobody sees it running without a process
            **fields,
        )
        owner = RunOwner(folder)
    except (WorkspaceException, OSError) as error:
        say("{}; the program goes on, its records are lost".format(error))
        run._set(experiment, RootPaths(root).run_folder(experiment.name, run_id), run_id)
        run._joined = True
        run._writer = RunWriter(run._folder)
        return None
    run._set(experiment, folder, run_id)
    if warning:
        owner.update(warnings=[*owner.manifest["warnings"], warning])
    _own(run, owner)
    return warning


def resume(run: Run) -> bool:
    """Take up a run that has ended: this process goes on with it as its next attempt.

    False, and nothing is changed, for a run that goes on elsewhere, or whose run.json cannot be read or written.
    """
    if run._owner is None and run._state().status not in status.TERMINAL:
        return False
    try:
        owner = RunOwner(run._folder)
    except (OSError, ValueError):
        return False
    run._session = Session("outputs")
    owner.begin_attempt(_engine())
    owner.update(ended=None, exit=None, summary=None, status=status.RUNNING)
    _own(run, owner)
    run._writer.open()
    joining.offer(run)
    native_logging.start(run)
    return True


def _own(run: Run, owner: RunOwner) -> None:
    """Let this process, which runs the last attempt, write the run, and end it with itself at the latest."""
    global _at_exit_known
    session = run._session
    run._owner = owner
    run._writer = RunWriter(run._folder, attempt=len(owner.manifest["attempts"]))
    session.reserve = Reserve(run._folder)
    for name, source in session.folders:
        if name == "logs":
            session.live_logs = LiveLogs(run._folder, source, name, session.before[name])
            run._writer.on_beat = session.live_logs.look
    owned.keep(run)
    if not is_kernel():
        exit_watch.watch_exit()
    if not _at_exit_known:
        _at_exit_known = True
        atexit.register(_at_exit)


def end(run: Run, final: str, error: dict[str, Any] | None = None, note: str | None = None) -> None:
    """End an owned run; a second call changes nothing."""
    owner, session = run._owner, run._session
    if owner is None or owner.ended or session.pid != os.getpid():
        return
    run = owned.owned(run._folder) or run  # which is offered to child processes, and has the log of `logging`
    remarks = session.capture.stop() if session.capture is not None else []
    remarks += native_logging.stop(run)
    owner.manifest["warnings"] += remarks
    if session.live_logs is not None:
        session.live_logs.close()
    for name, folder in session.folders:
        for warning in collect_outputs(run._folder, folder, name, session.before[name]):
            owner.manifest["warnings"].append(warning)
    if note:
        owner.manifest["warnings"].append(note)
        owner.manifest["closed"] = "exit"
    run._writer.close()
    summary = _summary(run._folder)
    if session.reserve is not None:
        session.reserve.release()
    owner.finish(final, error and exit_of(error), summary)
    if run._writer.dropped:
        say("run {}: {} records could not be written and are lost".format(run.id, run._writer.dropped))
    owned.release(run)
    joining.withdraw(run)


def _summary(folder: str) -> dict[str, Any] | None:
    """A hint for fast lists; made only where NumPy is in use already, since readers can make it too."""
    if "numpy" not in sys.modules:
        return None
    try:
        from runstore.reading.summary import summary_of

        return summary_of(folder)
    except Exception as error:  # a hint is never worth the end of a run
        say("no summary of {}: {}".format(folder, error))
        return None


def enter(run: Run) -> None:
    """``with run:`` - what is printed meanwhile is kept too."""
    run._writer  # noqa: B018 - begins the run
    if run._owns() and run._session.capture is None:
        from runstore.runs.capture import OutputCapture

        run._writer.open()
        run._session.capture = OutputCapture(run._folder, run._writer.name)
        run._session.capture.start()
        native_logging.start(run)


def leave(run: Run, error: BaseException | None) -> bool:
    """The end of ``with run:``; true when the exception, a clean SystemExit, is to be swallowed."""
    if not run._owns():
        return False
    working_folder = run._session.working_folder
    clean_exit = is_clean_exit(error)
    if error is None or clean_exit:
        end(run, status.COMPLETED)
    elif isinstance(error, KeyboardInterrupt) and _was_canceled(run):
        end(run, status.CANCELED)
    else:
        end(run, status.FAILED, error_of(error))
    try:
        os.chdir(working_folder)
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


def _engine() -> str | None:
    return "kernel" if is_kernel() else None


def _was_canceled(run: Run) -> bool:
    """Whether somebody has asked it to end."""
    from runstore.runs.cancel import cancel_requested

    return cancel_requested(run._folder)


def _at_exit() -> None:
    """End what the program has left open: children before their parents."""
    error = exit_watch.exit_error()
    for run in owned.all_owned():
        try:
            if _was_canceled(run):
                end(run, status.CANCELED)
            elif error is None:
                end(run, status.COMPLETED, note=NOT_CLOSED)
            elif exit_watch.was_interrupted():
                end(run, status.CANCELED, error_of("interrupted"))
            else:
                end(run, status.FAILED, error)
        except Exception as problem:  # never into the interpreter's shutdown
            say("could not end run {}: {}".format(run.id, problem))
    exit_watch.keep_interrupted()
