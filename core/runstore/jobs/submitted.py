"""The supervisor of one submitted run, a process that the queue forks.

The environment that the run was submitted from becomes that of this process; then the working copy and the interpreter
are prepared, and the script is supervised like any command.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from typing import Any

from runstore.jobs.attempt import Attempt
from runstore.jobs.child_python import activated, command_of
from runstore.jobs.environment import mlflow_variables
from runstore.jobs.launcher import RANKS
from runstore.jobs.mpirun import STARTED, find_mpirun
from runstore.jobs.preparing import Canceled, PreparationError, prepare_interpreter
from runstore.jobs.processes import become_subreaper
from runstore.jobs.ranks import is_mpi, rank_environments
from runstore.jobs.submit import queue_files
from runstore.jobs.submit.starter import ensure_queue
from runstore.jobs.supervise import Options, Supervisor
from runstore.jobs.system_log import SystemLog
from runstore.jobs.working_copy import WorkingCopy
from runstore.layout.ids import new_writer_name
from runstore.layout.paths import RunPaths
from runstore.records import status
from runstore.writing.heartbeat import Heartbeat


class SubmittedRun:
    """A run whose time has come."""

    def __init__(self, root: str, content: dict[str, Any]) -> None:
        """Take over the record; raises OSError or ValueError when it cannot be read, or another process has it."""
        folder = queue_files.run_folder_of(root, content)
        if folder is None:
            raise ValueError(f"no run folder: {content['run']!r}")
        self._root = root
        self._content = content
        self._attempt = Attempt(folder, [], earlier=False)
        self._log = SystemLog(folder)

    def begin(self) -> None:
        """Note that the run is in the hands of this process."""
        become_subreaper()
        manifest = self._attempt.owner.manifest
        self._attempt.begin(status=status.PREPARING, started=None, git=manifest["git"])
        self._log.write(f"preparing, supervisor pid {os.getpid()}")

    def run(self) -> None:
        """Prepare and run the script to its end."""
        work = None
        heartbeat = Heartbeat(RunPaths(self._attempt.folder).alive, new_writer_name(0), lambda: (0, 0))
        heartbeat.beat()  # by which other hosts know the run while its folder is copied; no thread: what follows forks
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            try:
                snapshot = self._attempt.owner.manifest["snapshot"]
                work = WorkingCopy(self._root, self._attempt.folder, snapshot)
                self._make_ready(work.folder)
            except Canceled as canceled:
                self._end(status.CANCELED, f"canceled by {canceled}")
                return
            except KeyboardInterrupt:
                self._end(status.FAILED, "ended by SIGTERM while it was prepared")
                return
            except Exception as error:
                self._end(status.FAILED, str(error) if isinstance(error, PreparationError) else _text_of(error))
                return
            time_limit = _seconds(self._content["definition"].get("maxRunDurationSeconds"))
            options = Options(split_stderr=True, echo=False, quiet=True, time_limit=time_limit)
            Supervisor(self._attempt, options, work).run()
        finally:
            os.chdir("/")
            if work is not None:
                work.remove()
            heartbeat.stop()

    def _make_ready(self, folder: str) -> None:
        """Get the interpreter, and make the working folder and the environment of this process those of the script."""
        owner = self._attempt.owner
        python, warnings = prepare_interpreter(
            self._content["definition"], self._root, self._attempt.folder, folder, self._log.write
        )
        for warning in warnings:
            self._log.write(f"warning: {warning}")
        owner.manifest["warnings"] += warnings
        os.environ.update(activated(python, os.environ))
        self._attempt.arguments = self._command(python)
        for name, value in mlflow_variables(self._root).items():
            os.environ.setdefault(name, value)
        os.chdir(folder)
        owner.update(status=status.STARTING, started=time.time())
        self._log.write(f"starting in {folder}: {' '.join(owner.manifest['command'] or [])}")

    def _command(self, python: str) -> list[str]:
        """What to start: the command itself, or for several ranks the launcher of them."""
        definition = self._content["definition"]
        command = command_of(python, definition)
        environments = rank_environments(definition)
        if len(environments) > 1:
            os.environ[RANKS] = json.dumps(environments)
            launcher = [sys.executable, "-E", "-P", "-m", "runstore.jobs.launcher", self._attempt.folder, *command]
            return [*self._mpirun(len(environments)), *launcher] if is_mpi(definition) else launcher
        for environment in environments:
            os.environ.update(environment)
        return command

    def _mpirun(self, processes: int) -> list[str]:
        """The words that let an installed MPI start the processes; none where the launcher itself does."""
        found = find_mpirun(os.environ)
        if found is None:
            self._log.write("no mpirun on PATH: the processes are started without, and to MPI each is alone")
            return []
        self._log.write(f"{processes} processes are started by {found.path}, {found.version}")
        os.environ.update(found.variables)
        os.environ[STARTED] = "1"
        return found.command(processes)

    def _end(self, final: str, error: str) -> None:
        self._log.write(f"{final.lower()}: {error}")
        details = {"error": {"code": "UserError", "message": error}}
        self._attempt.owner.finish(final, {"code": None, "signal": None, "error": error, "details": details})


def _text_of(error: Exception) -> str:
    return f"the run could not be prepared: {str(error) or type(error).__name__}"


def _seconds(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and value > 0 else None


def run_taken(root: str, path: str, lock: int) -> None:
    """Run what a file says that was taken from the queue; at the end the queue goes on, whatever happened.

    ``lock`` is the descriptor with the lock on the file; it is closed only after the file is gone.
    """
    content = queue_files.read(path)
    if content is None:
        return
    environment = content.pop("environment", {})
    os.environ.clear()
    os.environ.update({str(name): str(value) for name, value in environment.items()})
    run = SubmittedRun(root, content)
    run.begin()
    lock = _forget(root, path, lock, content)
    try:
        run.run()
    finally:
        try:
            os.unlink(path)
        except OSError:
            pass
        os.close(lock)
        ensure_queue(root)


def _forget(root: str, path: str, lock: int, content: dict[str, Any]) -> int:
    """Leave nothing in the queue file but what the queue needs to count: the rest may hold secrets.

    Who counts meanwhile finds the run, or more would be at work than the limit allows. Returns the lock on the file.
    """
    begun = {key: content.get(key) for key in ("v", "id", "run", "parent", "submitted_by")}
    begun["begun"] = True
    try:
        mine = queue_files.replace(root, path, begun)
    except OSError:  # no room for another file: this one, which is no entry for a moment
        os.ftruncate(lock, 0)
        os.pwrite(lock, queue_files.encode(begun), 0)
        return lock
    os.close(lock)
    return mine
