"""The command line: ``runs-tui [ROOT...]`` opens the app, ``runs-tui COMMAND`` does one thing.

A command is a module of this package that holds ``command``; it is imported only when it is called.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.shell_completion import CompletionItem

from runs_tui.cli.streams import prepare_streams

COMMANDS: dict[str, str] = {
    "run": "run a command as a run: output, state and resources are kept",
    "submit": "hand a script over to the queue, to run without this terminal",
    "resubmit": "submit a run again, with other arguments",
    "wait": "wait for a run to end; exits with the run's exit code",
    "ls": "list runs",
    "show": "all about one run",
    "tail": "print the output of a run, -f to follow",
    "plot": "draw metrics of runs as characters",
    "compare": "what differs between runs",
    "export": "what runs logged as CSV, Parquet, for TensorBoard or MLflow",
    "import": "copy runs of other tools into the run store",
    "cancel": "ask runs to end",
    "tag": "show or change the tags of a run",
    "note": "show or write the note of a run",
    "rename": "give a run another name",
    "archive": "take runs out of the lists",
    "rm": "delete runs, into the trash",
    "undo": "bring back what was deleted last",
    "cp": "copy runs to another run store",
    "mv": "move runs to another run store",
    "du": "how much space experiments and runs take",
    "gc": "clean up: old runs, unused snapshots and environments",
    "doctor": "what is wrong with a run store, and its repair",
    "azureml": "run scripts and notebooks of Azure ML SDK v1 here: check, enable, disable",
    "demo": "watch small real trainings",
    "init": "make a run store in this folder",
    "completion": "complete commands, runs and queries in bash, zsh or fish",
}
"""Each command with its line for ``--help``, so that the list imports none of them."""

_MODULES = {"import": "import_runs"}
"""The modules of commands that are called as no module can be."""
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
        module = _MODULES.get(cmd_name, cmd_name)
        command: click.Command = importlib.import_module(f"runs_tui.cli.{module}").command
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands with their lines, none of them imported; options of ``open``; folders where no command fits."""
        from click.shell_completion import CompletionItem

        opening = self.get_command(ctx, "open") if incomplete.startswith("-") else None
        if opening is not None:
            return [*opening.shell_complete(ctx, incomplete), *click.Command.shell_complete(self, ctx, incomplete)]
        found = [CompletionItem(name, help=line) for name, line in COMMANDS.items() if name.startswith(incomplete)]
        return found or [CompletionItem(incomplete, type="dir")]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Arguments that start with no command are those of ``open``, which has no name of its own."""
        if ctx.resilient_parsing and not args:
            return super().parse_args(ctx, args)
        if not args or (args[0] not in COMMANDS and args[0] not in _OWN_OPTIONS):
            args = ["open", *args]
        return super().parse_args(ctx, args)

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Take in the arguments, which may ask for no more than the help."""
        if os.environ.get("NO_COLOR"):
            extra["color"] = False  # also of all commands below
        with _refusals():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        with _refusals():
            return super().invoke(ctx)

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


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """What the library or the system says cannot be done becomes a message, ctrl+c the usual exit code.

    That nobody reads any more is Click's.
    """
    from runs_tui.cli.errors import Problem, refused
    from runstore.exceptions import AzureMLException

    try:
        try:
            yield
        finally:
            _write_out()
    except AzureMLException as error:
        raise Problem(error.message) from error
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        raise refused(error) from error
    except KeyboardInterrupt:
        sys.exit(130)


def _write_out() -> None:
    """Write what a command has said while it can still be told that it was lost; raises OSError."""
    try:
        sys.stdout.flush()
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        from runs_tui.cli.pipes import forget_stdout

        forget_stdout()  # Python would fail at it once more when it ends
        raise OSError(error.errno, error.strerror, "stdout") from error


def main() -> None:
    """Run the command line and exit with its code."""
    prepare_streams(os.environ)
    name = os.path.basename(sys.argv[0])
    name = name if name in ("runs", "runs-tui") else "runs-tui"
    if completion_variable(name) in os.environ:
        from runs_tui.cli import shells

        shells.register()
    cli.main(prog_name=name, complete_var=completion_variable(name))


def completion_variable(name: str) -> str:
    """The environment variable by which a shell asks the program ``name`` for what may be typed next."""
    return f"_{name}_COMPLETE".replace("-", "_").upper()
