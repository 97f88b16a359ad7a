"""The command line in this process, as a person calls it from a pipe: fast, for tests of many options."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from runs_tui.cli.main import cli


def called(*arguments: str | Path, code: int = 0, answer: str | None = None) -> Result:
    """Call the program, which must exit with ``code``; ``answer``: what a person types at the question."""
    done = CliRunner().invoke(cli, [str(each) for each in arguments], input=answer, prog_name="runs-tui")
    assert done.exit_code == code, f"{done.output}\n{done.exc_info}"
    return done


def told(command: str, *arguments: str | Path) -> Any:
    """What it says with ``--json``; every answer names the version of its form."""
    content = json.loads(called(command, "--json", *arguments).stdout)
    assert content.pop("v") == 1
    return content


def lines(*arguments: str | Path) -> list[str]:
    """The lines on stdout."""
    return called(*arguments).stdout.splitlines()
