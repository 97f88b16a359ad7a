"""``wandb.init``: which run a script gets, and what it says of it at the start."""

from __future__ import annotations

import os

from runstore.exceptions import AzureMLException
from runstore.integrations.script_run import (
    active_run,
    never_raises,
    new_run,
    off_run,
    run_of,
    say_once,
    valid_experiment,
)
from runstore.integrations.wandb.config import plain_dict
from runstore.integrations.wandb.errors import UsageError
from runstore.integrations.wandb.run import WandbRun
from runstore.layout.names import check_run_id
from runstore.layout.paths import find_run
from runstore.runs.context import default_experiment
from runstore.runs.mode import is_off
from runstore.runs.run import Run
from runstore.runs.session import enter, resume
from runstore.runs.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_made: list[Run] = []
"""Runs that were begun here."""
_joined: list[str] = []
"""The ids of runs begun elsewhere that were given out: the next `init` gets a child of it."""
_open: list[WandbRun] = []


def current() -> WandbRun | None:
    """The run of the newest `init` that has not finished."""
    return _open[-1] if _open else None


def init(
    entity: str | None = None,
    project: str | None = None,
    dir: Any = None,
    id: str | None = None,
    name: str | None = None,
    notes: str | None = None,
    tags: Any = None,
    config: Any = None,
    config_exclude_keys: list[str] | None = None,
    config_include_keys: list[str] | None = None,
    allow_val_change: bool | None = None,
    group: str | None = None,
    job_type: str | None = None,
    mode: str | None = None,
    resume: Any = None,
    reinit: Any = None,
    settings: Any = None,
    **unknown: Any,
) -> WandbRun:
    """Begin a run; in a process that is part of one (``runs-tui run``, `Run.get_context`) that run is it.

    ``project`` is the experiment, ``name`` the display name, ``notes`` the description; ``tags``, ``group`` and
    ``job_type`` are tags, ``config`` holds the parameters. ``resume`` with the ``id`` of a run that has ended goes on
    with it. ``mode="disabled"`` stores nothing; the other modes mean nothing, since all is kept on this machine. While
    a run of an earlier `init` goes on, that one is returned, unless ``reinit`` says otherwise. Raises `UsageError` for
    what W&B refuses, too.
    """
    if unknown.get("sync_tensorboard"):
        say_once("wandb.init(sync_tensorboard=True): use runstore.tensorboard, or runs-tui on the folder of the events")
    if unknown.get("resume_from") or unknown.get("fork_from"):
        raise UsageError("runs are not rewound or forked here; resume='allow' with the id of a run goes on with it")
    open_run = current()
    if open_run is not None:
        if reinit in (True, "finish_previous"):
            open_run.finish()
        elif reinit != "create_new":
            return open_run
    given = _Given(project, name, notes, tags, group, job_type, id, resume, mode)
    try:
        run, own, step = _run_of(given)
    except UsageError:
        raise
    except Exception as error:
        say_once("wandb.init: no run, its records are lost: {}".format(error))
        run, own, step = off_run(), False, 0
    made = WandbRun(
        run, own, given.project or run.experiment.name, given.group, given.job_type, given.tags, step, _forget
    )
    _open.append(made)
    _describe(run, own, given, entity)
    values = _values(config)
    if config_include_keys:
        values = {key: values[key] for key in config_include_keys if key in values}
    for key in config_exclude_keys or ():
        values.pop(key, None)
    made.config.update(values)
    return made


class _Given:
    """What `init` was given, and what the environment says where it was given nothing."""

    def __init__(
        self, project: Any, name: Any, notes: Any, tags: Any, group: Any, job_type: Any, id: Any, resume: Any, mode: Any
    ) -> None:
        environment = os.environ.get
        self.project: str | None = str(project or environment("WANDB_PROJECT") or "") or None
        self.name: str | None = str(name or environment("WANDB_NAME") or "") or None
        self.notes: str | None = notes or environment("WANDB_NOTES") or None
        tags = tags if tags is not None else (environment("WANDB_TAGS") or "").split(",")
        self.tags = tuple(str(tag) for tag in ([tags] if isinstance(tags, str) else tags) if tag)
        self.group: str | None = group or environment("WANDB_RUN_GROUP") or None
        self.job_type: str | None = job_type or environment("WANDB_JOB_TYPE") or None
        self.id: str | None = str(id or environment("WANDB_RUN_ID") or "") or None
        self.resume = resume or environment("WANDB_RESUME") or None
        said = str(mode or environment("WANDB_MODE") or "").lower()
        off = environment("WANDB_DISABLED", "").lower() in ("true", "1", "yes")
        self.disabled = said == "disabled" or off or is_off()

    def marks(self) -> dict[str, str | None]:
        """The tags of the run."""
        found: dict[str, str | None] = dict.fromkeys(self.tags)
        found.update({key: each for key, each in (("group", self.group), ("job_type", self.job_type)) if each})
        return found


def _run_of(given: _Given) -> tuple[Run, bool, int]:
    """The run, whether it ends with `finish`, and the first step of its rows."""
    if given.disabled:
        return off_run(), False, 0
    above = active_run(_made)
    if above is not None and above.id not in _joined:
        _joined.append(above.id)
        return above, False, 0
    if above is not None:
        run = above.child_run(given.name)
        _made.append(run)
        return run, True, 0
    earlier = _resumed(given)
    run = new_run(given.project, _free_id(given), display_name=given.name) if earlier is None else earlier
    _made.append(run)
    never_raises(enter)(run)  # what is printed is kept, as W&B does
    return run, True, 0 if earlier is None else _next_step(run)


def _resumed(given: _Given) -> Run | None:
    """The run that is to go on, taken up again."""
    how = str(given.resume or "").lower()
    if how in ("", "none", "false"):
        return None
    if how not in ("allow", "must", "never", "auto", "true"):
        raise UsageError("resume is {!r}; give allow, must, never or auto".format(given.resume))
    earlier = _earlier(given)
    if how == "must" and earlier is None:
        raise UsageError("resume='must', but there is no run with the id {!r} in its project".format(given.id))
    if how == "never" and earlier is not None:
        raise UsageError("resume='never', but there is a run with the id {!r} in its project".format(given.id))
    if earlier is None or resume(earlier):
        return earlier
    say_once("wandb.init: run {} goes on in another process; this one gets a run of its own".format(earlier.id))
    return None


def _earlier(given: _Given) -> Run | None:
    """The run of the project that has the id which was asked for, or the one that stands in for it."""
    if given.id is None:
        return None
    return run_of(given.project, given.id) or run_of(given.project, _stand_in(given.id, given.project))


def _stand_in(wanted: str, project: str | None) -> str:
    """What a run of the project is called where ``wanted`` cannot be had: ids are those of a project there, and of the
    whole store here. Always the same, so that a later process finds the run."""
    from hashlib import sha256

    place = "{}/{}".format(valid_experiment(project or default_experiment()), wanted)
    return "{}-{}".format(valid_experiment(wanted), sha256(place.encode("utf-8", "surrogatepass")).hexdigest()[:8])


def _next_step(run: Run) -> int:
    """One more than the last step of a run that goes on."""
    try:
        steps = [each.step for each in run._reader().metrics.values() if each.step is not None]
    except (AzureMLException, ImportError):
        steps = []
    return max(steps, default=-1) + 1


def _free_id(given: _Given) -> str | None:
    """The id that was asked for, where it can be had; what stands in for it where no run can, or one of another project
    has it; None, for any, where the project has a run with it."""
    wanted = given.id
    if wanted is None:
        return None
    try:
        check_run_id(wanted)
        why = "is that of a run of another project"
    except AzureMLException:
        why = "is none that a run can have here"
    else:
        if find_run(Workspace.from_config().root, wanted) is None:
            return wanted
    other = _stand_in(wanted, given.project)
    if _earlier(given) is None and find_run(Workspace.from_config().root, other) is None:
        say_once("wandb.init: the id {!r} {}; the run gets {}".format(wanted, why, other))
        return other
    say_once("wandb.init: there is a run with the id {}; this one gets another (resume='allow' goes on)".format(wanted))
    return None


@never_raises
def _describe(run: Run, own: bool, given: _Given, entity: str | None) -> None:
    if given.marks():
        run.set_tags(given.marks())
    if given.notes:
        run.description = given.notes
    if given.name and not own:
        run.display_name = given.name
    if not own and given.project and valid_experiment(given.project) != run.experiment.name and not given.disabled:
        say_once(
            "wandb.init: this process is part of a run of experiment {}; project {!r} is passed over".format(
                run.experiment.name, given.project
            )
        )


def _values(config: Any) -> dict[str, Any]:
    """The parameters: a dict or its like, or the path of a file of YAML or JSON."""
    if isinstance(config, (str, os.PathLike)):
        from runstore.records.yaml_reading import read_yaml

        try:
            with open(config, encoding="utf-8") as file:
                config = read_yaml(file.read(), os.fspath(config))
        except (OSError, AzureMLException) as error:
            raise UsageError("config: {}".format(getattr(error, "message", error))) from None
        config = {
            key: each["value"] if isinstance(each, dict) and "value" in each else each
            for key, each in plain_dict(config).items()
        }
    return plain_dict(config)


def _forget() -> None:
    """Runs that have finished are no longer the current one."""
    _open[:] = [each for each in _open if not each._finished]
