"""`resubmit`: what a run was asked to do, once more, as a new run."""

from __future__ import annotations

import os

from runstore.exceptions import ExperimentExecutionException, UserErrorException
from runstore.jobs.submit.submission import TYPE, enqueue
from runstore.layout.paths import RunPaths
from runstore.layout.printable import printable
from runstore.records.manifest import decode_manifest
from runstore.writing.arguments import MASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.runs.run import Run

SOURCE_PROPERTY = "runstore.resubmitted_from"


def resubmit(run_folder: str, arguments: list[Any] | None = None) -> Run:
    """Submit the submitted run in ``run_folder`` anew, with its snapshot, and return the new run.

    ``arguments`` replace those of the script. Raises `ExperimentExecutionException` for a run that was not submitted,
    `UserErrorException` when an argument is a secret, which is not recorded: then ``arguments`` must be given.
    """
    from runstore.runs.experiment import Experiment
    from runstore.runs.workspace import Workspace

    manifest = _manifest(run_folder)
    definition = dict(manifest["definition"])
    if arguments is not None:
        if definition.get("command"):
            raise UserErrorException("a run of a command has no arguments of a script: resubmit it without any")
        definition["arguments"] = [str(argument) for argument in arguments]
    command = definition["command"] or []
    words = [*definition["arguments"], *(command.split() if isinstance(command, str) else command)]
    if any(MASK in word for word in words):
        raise UserErrorException(
            "an argument of run {} is a secret that was not recorded ({}): {}".format(
                manifest["id"],
                printable(" ".join(word for word in words if MASK in word), 200),
                "submit the command anew" if command else "give all arguments anew",
            )
        )
    variables, missing = _variables(definition)
    warnings = []
    if missing:
        warnings.append(
            "the values of environment variables are not recorded; not set, when this was submitted again: {}".format(
                ", ".join(missing)
            )
        )
    root = os.path.dirname(os.path.dirname(os.path.abspath(run_folder)))
    properties = {SOURCE_PROPERTY: str(manifest["id"])}
    return enqueue(
        Experiment(Workspace(root=root), manifest["experiment"]),
        definition,
        variables,
        snapshot=manifest["snapshot"],
        cwd=manifest["cwd"],
        git=manifest["git"],
        tags=dict(manifest["tags"]),
        description=manifest["description"],
        warnings=warnings,
        properties=properties,
    )


def _manifest(run_folder: str) -> dict[str, Any]:
    path = RunPaths(run_folder).manifest
    try:
        with open(path, "rb") as file:
            manifest = decode_manifest(file.read())
    except (OSError, ValueError) as error:
        raise ExperimentExecutionException("cannot read {}: {}".format(path, error)) from None
    if manifest["type"] != TYPE or not isinstance(manifest["definition"], dict):
        raise ExperimentExecutionException(
            "run {} was not submitted: it has no snapshot and no definition to run again; a command is run again by "
            "'runs-tui run -- COMMAND', a script by 'runs-tui submit'".format(manifest["id"])
        )
    return manifest


def _variables(definition: dict[str, Any]) -> tuple[dict[str, str], list[str]]:
    """The variables that the run was given, as far as this process has them, and the names of the others."""
    names = (definition.get("environment") or {}).get("environmentVariables") or {}
    found = {name: os.environ[name] for name in names if name in os.environ}
    return found, sorted(name for name in names if name not in os.environ)
