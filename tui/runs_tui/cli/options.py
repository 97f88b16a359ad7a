"""Options that many commands have."""

from __future__ import annotations

import click

from runs_tui.cli import completing

root_option = click.option(
    "--root", metavar="DIR", shell_complete=completing.folders, help="The run store; else the current one."
)
