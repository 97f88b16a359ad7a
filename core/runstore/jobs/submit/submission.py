"""`submit_script`: a script and what it is run with become a run that waits in the queue."""

from __future__ import annotations

import os

from runstore.exceptions import ExperimentExecutionException
from runstore.jobs.submit import queue_files
from runstore.jobs.submit.interpreter import own_interpreter
from runstore.jobs.submit.limits import limit_from_environment, limit_of
from runstore.jobs.submit.starter import ensure_queue
from runstore.jobs.system_log import SystemLog
from runstore.layout.ids import new_submitted_id
from runstore.layout.printable import printable
from runstore.records import status
from runstore.snapshots.take import take_snapshot
from runstore.stand_ins.data_input import without_inputs
from runstore.writing.arguments import params_from_arguments
from runstore.writing.create import create_run
from runstore.writing.facts import git_facts, user_name
from runstore.writing.owner import RunOwner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.jobs.config.script_run_config import ScriptRunConfig
    from runstore.runs.experiment import Experiment
    from runstore.runs.run import Run

TYPE = "azureml.scriptrun"
_LONGEST_WORD = (128 << 10) - 1
"""Bytes of one argument or variable (Linux: MAX_ARG_STRLEN)."""
_OF_RANKS = (
    "RANK",
    "WORLD_SIZE",
    "LOCAL_RANK",
    "LOCAL_WORLD_SIZE",
    "NODE_RANK",
    "GROUP_RANK",
    "MASTER_",
    "OMPI_COMM_WORLD_",
    "PMI",
    "RUNSTORE_BY_MPIRUN",
    "TF_CONFIG",
    "AZUREML_PROCESS_NAME",
)


def submit_script(
    experiment: Experiment,
    config: ScriptRunConfig,
    tags: dict[str, Any] | None = None,
    run_id: str | None = None,
    parent: Run | str | None = None,
    display_name: str | None = None,
) -> Run:
    """Submit a `ScriptRunConfig` and return its run, which waits in the queue; nothing is waited for.

    The source folder is kept as the run's snapshot. Raises `SnapshotException` when it is too large,
    `ExperimentExecutionException` when there is no script or nothing that could run it, `UserErrorException` for a
    bad ``run_id`` or one that exists.
    """
    from runstore.jobs.config.definition import to_definition

    try:
        folder = os.path.abspath(config.source_directory)
    except FileNotFoundError:
        raise ExperimentExecutionException("the current folder was deleted: change to one that exists") from None
    config.check()
    definition, variables = to_definition(config), config.environment_variables()
    if not definition["command"]:
        definition["script"] = _inside(folder, definition["script"])
    _check_words(definition, variables)
    return enqueue(
        experiment,
        definition,
        variables,
        run_id,
        snapshot=take_snapshot(os.path.abspath(experiment.workspace.root), folder),
        cwd=folder,
        git=git_facts(folder),
        warnings=list(config.remarks()),
        tags={str(key): None if value is None else str(value) for key, value in (tags or {}).items()},
        parent=parent if parent is None or isinstance(parent, str) else parent.id,
        display_name=display_name,
    )


def resubmit(run_folder: str, arguments: list[Any] | None = None) -> Run:
    """See `runstore.jobs.submit.resubmission.resubmit`."""
    from runstore.jobs.submit.resubmission import resubmit

    return resubmit(run_folder, arguments)


def enqueue(
    experiment: Experiment,
    definition: dict[str, Any],
    variables: dict[str, str],
    run_id: str | None = None,
    **facts: Any,
) -> Run:
    """Record a run of ``definition``, put it into the queue and see to it that the queue is worked on.

    ``facts`` go into run.json, ``variables`` only into the environment of the script. Raises
    `ExperimentExecutionException` when the queue cannot be written or worked on; the run is Failed then;
    `UserErrorException` for packages that cannot be had without a password that was not recorded.
    """
    from runstore.jobs.config.definition import check_packages, recorded
    from runstore.runs.run import Run

    check_packages(definition)
    root = os.path.abspath(experiment.workspace.root)
    limit = limit_from_environment()
    own_interpreter()  # raises where nothing could run it, before there is a record
    run_id = run_id or new_submitted_id(experiment.name)
    shown = recorded(definition)
    folder = create_run(
        root,
        experiment.name,
        run_id,
        type=TYPE,
        target=definition["target"] or "local",
        status=status.QUEUED,
        user=user_name(),
        command=_words_of(shown),
        definition=shown,
        params=params_from_arguments(_words_of(shown)[1:]),
        properties={**_properties(facts["snapshot"], facts["git"]), **facts.pop("properties", {})},
        **facts,
    )
    content = {
        "v": 1,
        "id": run_id,
        "run": "/".join(folder.split(os.sep)[-2:]),
        "parent": facts.get("parent"),
        "submitted_by": os.environ.get("RUNSTORE_RUN_ID"),
        "limit": limit,
        "definition": definition,
        "environment": {
            **without_inputs(_own_environment()),
            **_names_of(experiment),
            **(definition.get("inputs") or {}),
            **variables,
        },
    }
    before = len(queue_files.waiting(root))
    SystemLog(folder).write("submitted, {} before it; at most {} at once".format(before, limit_of(root, content)))
    try:
        queue_files.put(root, content)
        ensure_queue(root)
    except (OSError, ExperimentExecutionException) as error:
        text = "the run could not be submitted: {}".format(error)
        RunOwner(folder).finish(status.FAILED, {"code": None, "signal": None, "error": text})
        raise ExperimentExecutionException(text) from error
    return Run._attach(experiment, folder)


def _inside(folder: str, script: str) -> str:
    """The path of the script in the copy of its folder; raises `ExperimentExecutionException` when it is not in it."""
    relative = os.path.relpath(os.path.join(folder, script), folder)
    if relative.split(os.sep)[0] == os.pardir:
        raise ExperimentExecutionException(
            "script {!r} is not in {}, of which a copy is run: give that folder as source_directory".format(
                printable(script, 200), printable(folder, 300)
            )
        )
    return relative if os.path.isabs(script) else script


def _check_words(definition: dict[str, Any], variables: dict[str, str]) -> None:
    """Raise `ExperimentExecutionException` for what no program can be given: it would fail when its turn comes."""
    words = [definition["script"] or "", *definition["arguments"]]
    command = definition["command"]
    words += command if isinstance(command, list) else [str(command or "")]
    named = [("argument", word, word) for word in words]
    named += [("environment variable", name, "{}={}".format(name, value)) for name, value in variables.items()]
    for kind, name, word in named:
        why = "holds a NUL character" if "\0" in word else ""
        if len(word.encode("utf-8", "replace")) > _LONGEST_WORD:
            why = "is longer than {:,} bytes: put it into a file".format(_LONGEST_WORD)
        if why:
            raise ExperimentExecutionException("{} {!r} {}".format(kind, printable(name, 40), why))


def _own_environment() -> dict[str, str]:
    """The environment of this process, without what makes it a rank of a distributed run: the new run is none of it."""
    if "AZUREML_PROCESS_NAME" not in os.environ:
        return dict(os.environ)
    return {name: value for name, value in os.environ.items() if not name.startswith(_OF_RANKS)}


def _words_of(definition: dict[str, Any]) -> list[str]:
    """The command as a person would write it: the script with its arguments, or the words of the command."""
    command = definition["command"]
    if command:
        return list(command) if isinstance(command, list) else str(command).split()
    return [definition["script"], *definition["arguments"]]


def _properties(snapshot: str | None, git: dict[str, Any] | None) -> dict[str, str]:
    """The properties that Azure ML gives to a submitted run."""
    properties = {"_azureml.ComputeTargetType": "local"}
    if snapshot:
        properties["ContentSnapshotId"] = snapshot
    known = {key: str(value) for key, value in (git or {}).items() if value is not None}
    for name, azure, mlflow in (
        ("repository", "repository_uri", "repoURL"),
        ("branch", "branch", "branch"),
        ("commit", "commit", "commit"),
        ("dirty", "dirty", ""),
    ):
        if name in known:
            properties["azureml.git." + azure] = known[name]
            if mlflow:
                properties["mlflow.source.git." + mlflow] = known[name]
    return properties


def _names_of(experiment: Experiment) -> dict[str, str]:
    """What scripts written for Azure ML may look up in their environment."""
    workspace = experiment.workspace
    return {
        "AZUREML_ARM_SUBSCRIPTION": str(workspace.subscription_id),
        "AZUREML_ARM_RESOURCEGROUP": str(workspace.resource_group),
        "AZUREML_ARM_WORKSPACE_NAME": str(workspace.name),
        "AZUREML_EXPERIMENT_ID": str(experiment.id),
    }
