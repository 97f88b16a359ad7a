"""The record of a command: a new run, or a new attempt of one that has ended."""

from __future__ import annotations

import fcntl
import os
import time
from typing import Any

from runstore.exceptions import ExperimentExecutionException
from runstore.layout.ids import new_submitted_id
from runstore.layout.names import check_experiment_name
from runstore.layout.paths import RunPaths, find_run
from runstore.layout.printable import printable
from runstore.records import status
from runstore.records.heartbeat import LOST_AFTER
from runstore.records.identity import host_name, process_alive
from runstore.writing.create import create_run_somewhere
from runstore.writing.facts import git_facts, user_name
from runstore.writing.owner import RunOwner
from runstore.writing.working_folder import finish_work


class Attempt:
    """One execution of a command as a run, owned by this process."""

    def __init__(self, folder: str, arguments: list[str], earlier: bool) -> None:
        self.folder = folder
        self.root = os.path.dirname(os.path.dirname(folder))
        self.arguments = arguments
        self.earlier = earlier
        """Whether there were attempts before this one."""
        self.owner = RunOwner(folder)
        self._lock = _lock(folder)
        self.number = 0

    def abandon(self) -> None:
        """Let go of the run."""
        os.close(self._lock)

    @property
    def name(self) -> str:
        """The run's display name and id, safe to print."""
        manifest = self.owner.manifest
        return printable(f"{manifest['display_name']} ({manifest['experiment']}, {manifest['id']})")

    def begin(self, **facts: Any) -> None:
        """Note that this process runs the command now; ``facts`` go into run.json."""
        manifest = self.owner.manifest
        manifest["params"].update(facts.pop("params", {}))
        self.number = self.owner.begin_attempt(engine="local")
        if "git" not in facts:
            facts["git"] = git_facts(os.getcwd())
        self.owner.update(
            **{
                "status": status.STARTING,
                "started": manifest["started"] or time.time(),
                "ended": None,
                "exit": None,
                "host": host_name(),
                "user": user_name(),
                **facts,
            }
        )


def new_attempt(
    root: str,
    arguments: list[str],
    experiment: str,
    run_id: str | None = None,
    display_name: str | None = None,
    tags: dict[str, str | None] | None = None,
) -> tuple[Attempt, str | None]:
    """A new run for the command, and a warning when its record had to go elsewhere than to ``root``.

    Raises `UserErrorException` for a bad name or an id that exists, `WorkspaceException` when no record can be made.
    """
    folder, warning = create_run_somewhere(
        root,
        experiment,
        run_id or new_submitted_id(check_experiment_name(experiment)),
        display_name=display_name,
        tags=tags or {},
        type="runstore.command",
        target="local",
        status=status.NOT_STARTED,
    )
    attempt = Attempt(folder, arguments, earlier=False)
    if warning:
        attempt.owner.manifest["warnings"].append(warning)
    return attempt, warning


def resumed_attempt(root: str, arguments: list[str], run_id: str) -> Attempt | None:
    """A further attempt of the run ``run_id``; None when there is no such run.

    Raises `ExperimentExecutionException` when the run still lives, or its record cannot be read.
    """
    folder = find_run(root, run_id)
    if folder is None:
        return None
    try:
        attempt = Attempt(folder, arguments, earlier=True)
    except BlockingIOError:
        raise ExperimentExecutionException(f"run {run_id!r} is running: wait for its end or cancel it first") from None
    except (OSError, ValueError) as error:
        raise ExperimentExecutionException(f"cannot resume run {run_id!r}: {folder}/run.json: {error}") from error
    manifest = attempt.owner.manifest
    if still_lives(folder, manifest):
        attempt.abandon()
        raise ExperimentExecutionException(f"run {run_id!r} is running: wait for its end or cancel it first")
    finish_work(folder)
    attempts = manifest["attempts"]
    if attempts and attempts[-1].get("end") is None and manifest["status"] not in status.TERMINAL:
        attempts[-1]["exit"] = {"code": None, "signal": None, "error": "process lost"}
    return attempt


def still_lives(folder: str, manifest: dict[str, Any]) -> bool:
    """Whether a process of a run that has not ended may still be at work, here or on another host."""
    if manifest["status"] in status.TERMINAL or not manifest["attempts"]:
        return False
    last = manifest["attempts"][-1]
    known = [
        process_alive(identity) for identity in (last.get("owner"), last.get("child")) if isinstance(identity, dict)
    ]
    if any(known):
        return True
    return None in known and _seconds_since_heartbeat(folder) < LOST_AFTER


def _seconds_since_heartbeat(folder: str) -> float:
    newest = 0.0
    try:
        with os.scandir(RunPaths(folder).alive) as entries:
            for entry in entries:
                newest = max(newest, entry.stat().st_mtime)
    except OSError:
        pass
    return time.time() - newest


def _lock(folder: str) -> int:
    """A lock that keeps two supervisors from one run, for as long as this process lives; commands do not inherit it.

    Raises BlockingIOError when another one has it. Where the file system has no locks, only liveness tells.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise
    except OSError:
        pass
    return descriptor
