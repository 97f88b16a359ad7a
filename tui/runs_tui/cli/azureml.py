"""``runs-tui azureml``: scripts and notebooks that were written for Azure ML SDK v1, on this machine."""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from runstore.dropin.azureml._switch import Site

_ELSEWHERE = {"check": ("azureml_check", "read scripts and notebooks, and say which run here")}

_python = click.option(
    "--python",
    metavar="PATH",
    help="The interpreter of the environment (default: the active environment, else the one of runs-tui).",
)


class AzuremlGroup(click.Group):
    """A group one of whose commands is a module of its own, imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, the first to be used first."""
        return [*_ELSEWHERE, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        command: click.Command = importlib.import_module(f"runs_tui.cli.{_ELSEWHERE[cmd_name][0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with their lines; none is imported for it."""
        lines = {name: line for name, (_, line) in _ELSEWHERE.items()}
        lines.update({name: each.get_short_help_str(80) for name, each in self.commands.items()})
        with formatter.section("Commands"):
            formatter.write_dl(list(lines.items()))


@click.group("azureml", cls=AzuremlGroup)
def command() -> None:
    """Run scripts and notebooks that import azureml here, unchanged.

    Scripts that runs-tui starts find the names of azureml.core anyway. `enable` makes them importable in a whole
    environment, so that notebooks and other programs need no edit; it works with the real package installed or not.
    """


@command.command("enable", short_help="make `import azureml` the local one in an environment")
@_python
def enable(python: str | None) -> None:
    """Make `import azureml` the local one in an environment."""
    from runstore.dropin.azureml import _switch

    site = _site(python)
    folder = _switch.enable(site)
    click.echo(f"import azureml is now local in {_named(site)}")
    click.echo(f"  written: {os.path.join(folder, _switch.LINE)} and {_switch.HOOK} beside it")
    if site.real:
        click.echo(f"  azureml-core {site.real} stays installed and is not used until: {_undo(site)}")
    click.echo("  notebook kernels of this environment: restart them")
    click.echo("next: runs-tui azureml check PATH tells which scripts and notebooks run")


@command.command("disable", short_help="undo `enable`")
@_python
def disable(python: str | None) -> None:
    """Undo `enable`."""
    from runstore.dropin.azureml import _switch

    site = _site(python)
    removed = _switch.disable(site)
    if not removed:
        click.echo(f"nothing to undo: import azureml is not local in {_named(site)}")
        return
    for path in removed:
        click.echo(f"removed {path}")
    left = f"azureml-core {site.real}, the real package" if site.real else "no module: azureml-core is not installed"
    click.echo(f"import azureml gives {left} again in {_named(site)}")


@command.command("status", short_help="say what `import azureml` gives in an environment")
@_python
def status(python: str | None) -> None:
    """Say what `import azureml` gives in an environment."""
    site = _site(python)
    click.echo(_named(site))
    folder = site.enabled
    if folder:
        click.echo(f"  import azureml: the local run store (by {folder})")
    elif site.real:
        click.echo("  import azureml: the real package")
    else:
        click.echo("  import azureml: no such module")
    click.echo(f"  azureml-core: {site.real or 'not installed'}")
    click.echo(f"  to change: {_undo(site) if folder else _undo(site).replace('disable', 'enable')}")


def _site(python: str | None) -> Site:
    from runstore.dropin.azureml import _switch

    if python is None:
        python = _switch.active_python()
    elif os.sep in python:
        python = os.path.abspath(os.path.expanduser(python))
    return _switch.site_of(python)


def _named(site: Site) -> str:
    return f"{site.python} (Python {site.version})"


def _undo(site: Site) -> str:
    from runstore.dropin.azureml import _switch

    chosen = "" if site.python == _switch.active_python() else f" --python {site.python}"
    return f"runs-tui azureml disable{chosen}"
