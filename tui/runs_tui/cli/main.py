"""The entry point: ``runs-tui [ROOT...]`` opens the app, ``runs-tui COMMAND`` does one thing.

A command is a module of this package that holds ``command``; it is imported only when it is called.
"""

from __future__ import annotations

import importlib
import os
import sys

import click

COMMANDS: dict[str, str] = {
    "run": "run a command as a run: output, state and resources are kept",
    "submit": "hand a script over to the queue, to run without this terminal",
    "resubmit": "submit a run again, with other arguments",
    "wait": "wait for a run to end; exits with the run's exit code",
    "ls": "list runs",
    "show": "all about one run",
    "tail": "print the output of a run, -f to follow",
    "plot": "draw metrics of runs as characters",
    "cancel": "ask runs to end",
    "tag": "show or change the tags of a run",
    "note": "show or write the note of a run",
    "rename": "give a run another name",
    "archive": "take runs out of the lists",
    "rm": "delete runs, into the trash",
    "undo": "bring back what was deleted last",
    "azureml": "run scripts and notebooks of Azure ML SDK v1 here: check, enable, disable",
    "demo": "watch small real trainings",
    "init": "make a run store in this folder",
}
"""Each command with its line for ``--help``, so that the list imports none of them."""

_OWN_OPTIONS = ("--help", "-h", "--version")


class LazyGroup(click.Group):
    """A group that imports a command when it is called, and takes all other arguments as roots to open."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        if cmd_name not in COMMANDS and cmd_name != "open":
            return None
        command: click.Command = importlib.import_module(f"runs_tui.cli.{cmd_name}").command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Arguments that start with no command are those of ``open``, which has no name of its own."""
        if not args or (args[0] not in COMMANDS and args[0] not in _OWN_OPTIONS):
            args = ["open", *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what the library says cannot be done becomes a message."""
        from runs_tui.cli.errors import Problem
        from runstore.exceptions import AzureMLException

        try:
            return super().invoke(ctx)
        except AzureMLException as error:
            raise Problem(error.message) from error

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Both forms of use."""
        formatter.write_usage(ctx.command_path, "[ROOT...] [OPTIONS]")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS...]", prefix="       ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options of the app, then the commands."""
        opening = self.get_command(ctx, "open")
        options = [*(opening.params if opening else ()), *self.get_params(ctx)]
        records = [option.get_help_record(ctx) for option in options if isinstance(option, click.Option)]
        with formatter.section("Options"):
            formatter.write_dl([record for record in records if record])
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"runs-tui {version('runs-tui')}")
        ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version.")
def cli() -> None:
    """Watch machine learning runs in a terminal: what runs, is it healthy, is it better than the last one."""


def main() -> None:
    """Run the command line and exit with its code."""
    name = os.path.basename(sys.argv[0])
    cli.main(prog_name=name if name in ("runs", "runs-tui") else "runs-tui")
