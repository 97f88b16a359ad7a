"""Submitting a run again: the same source and definition, with other arguments where they are given."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any, NamedTuple

from runs_tui.actions import Refused, refusing
from runs_tui.actions.rights import may_add
from runstore.reading.row import RunRow


class Submitted(NamedTuple):
    """A run that was just submitted: its folder and its name."""

    key: str
    name: str


def arguments_of(row: RunRow) -> str | None:
    """The arguments of a run's script as one line with shell quotes, secrets as ``***``; None for a shell command.

    Raises `Refused` for a run that was not submitted: what is needed to do it again was not kept.
    """
    from runstore.reading.run import RunReader

    may_add(row)
    reader = RunReader(row.key)
    reader.refresh_manifest()
    definition: Any = reader.manifest.get("definition")
    if row.type != "azureml.scriptrun" or not isinstance(definition, dict):
        raise Refused("only a submitted run keeps what is needed")
    if definition.get("command"):
        return None
    arguments = definition.get("arguments")
    return shlex.join(str(each) for each in arguments) if isinstance(arguments, list) else ""


def split_arguments(text: str) -> list[str]:
    """The line as arguments; raises `Refused` for quotes without an end and for a secret that was not written."""
    from runstore.writing.arguments import MASK

    try:
        arguments = shlex.split(text)
    except ValueError as error:
        raise Refused(str(error).lower()) from error
    if any(MASK in each for each in arguments):
        raise Refused(f"secrets are not recorded: write the value in place of {MASK}")
    return arguments


def resubmit(row: RunRow, arguments: Sequence[str] | None = None) -> Submitted:
    """Submit the run again; ``arguments`` in place of its own. Raises `Refused`."""
    from runstore.jobs.submit.submission import resubmit as again

    with refusing():
        run = again(row.key, None if arguments is None else list(arguments))
        return Submitted(run._folder, run.display_name)
