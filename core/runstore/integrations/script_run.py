"""The run that a stand-in for another tool logs into: the one that this process is part of, else one of its own."""

from __future__ import annotations

import os

from runstore.exceptions import AzureMLException, RunEnvironmentException, UserErrorException
from runstore.layout.ids import new_interactive_id
from runstore.layout.paths import RootPaths, RunPaths
from runstore.records import status
from runstore.runs import joining
from runstore.runs.context import default_experiment
from runstore.runs.experiment import Experiment
from runstore.runs.mode import is_off
from runstore.runs.off import OffRun
from runstore.runs.run import Run
from runstore.runs.session import Session, begin, say
from runstore.runs.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, TypeVar

    Function = TypeVar("Function", bound=Callable[..., Any])

_MOST_SAID = 100
_said: set[str] = set()


def off_run() -> Run:
    """A run that takes everything and stores nothing."""
    return OffRun(Workspace(root=os.devnull), default_experiment())


def active_run(made: Iterable[Run] = ()) -> Run | None:
    """The run that this process is part of: begun by its script, or offered by whoever launched it; None without one.

    ``made`` are runs that the caller has begun itself, which do not count.
    """
    own = {run.id for run in made}
    for run in reversed(joining.offered()):
        if run.id not in own:
            return run
    try:
        found = Run.get_context(allow_offline=False)
    except RunEnvironmentException:
        return None
    return None if found.id in own or has_ended(found) else found


def has_ended(run: Run) -> bool:
    """Whether this process owned the run and has ended it."""
    return run._owner is not None and run._owner.manifest["status"] in status.TERMINAL


def new_run(experiment: str | None = None, run_id: str | None = None, **fields: Any) -> Run:
    """Begin a run that this process owns and that ends with it at the latest.

    ``experiment``: by default that of `Run.get_context`; what its name may not hold becomes ``-``. ``fields`` are
    those of run.json. Where ``run_id`` is taken the run gets another one; where no run can be made, what is logged goes
    nowhere. Both are said.
    """
    if is_off():
        return off_run()
    try:
        workspace = Workspace.from_config()
        name = valid_experiment(experiment or default_experiment())
        run = Run.__new__(Run)
        begin(
            run,
            Experiment(workspace, name),
            Session("outputs"),
            run_id or new_interactive_id(),
            type="runstore.script",
            **fields,
        )
        return run
    except (AzureMLException, OSError) as error:
        message = getattr(error, "message", error)
        if run_id is not None and isinstance(error, UserErrorException):  # another process has just begun that run
            say("{}; this one gets another id".format(message))
            return new_run(experiment, **fields)
        say("{}; the program goes on, its records are lost".format(message))
        return off_run()


def run_of(experiment: str | None, run_id: str) -> Run | None:
    """The run with this id in ``experiment``, as `new_run` takes it; None where that has none that can be read."""
    workspace = Workspace.from_config()
    name = valid_experiment(experiment or default_experiment())
    folder = RootPaths(workspace.root).run_folder(name, run_id)
    if not os.path.isfile(RunPaths(folder).manifest):
        return None
    try:
        return Run._attach(Experiment._attach(workspace, name, os.path.dirname(folder)), folder)
    except AzureMLException:
        return None


def valid_experiment(name: str) -> str:
    """``name`` with all that the name of an experiment may not hold replaced."""
    kept = "".join(char if char.isascii() and (char.isalnum() or char in "_-") else "-" for char in name)
    return kept.strip("-_")[:200] or "default"


def say_once(text: str) -> None:
    """Say ``text`` on stderr, once in a process, and no more than so many things."""
    if text not in _said and len(_said) < _MOST_SAID:
        _said.add(text)
        say(text)


def never_raises(method: Function) -> Function:
    """The method with errors said once on stderr, since no record is worth the end of a training."""
    from functools import wraps

    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except Exception as error:
            say_once("{}: not kept: {}".format(method.__qualname__, getattr(error, "message", error)))
            return None

    return call  # type: ignore[return-value]  # it is called as the method is
