"""``runs-tui completion``: the script that a shell needs to complete commands, runs and queries."""

from __future__ import annotations

import click

_NAMES = ("runs-tui", "runs")
_HOW = {
    "bash": 'eval "$(runs-tui completion bash)"   in ~/.bashrc',
    "zsh": 'eval "$(runs-tui completion zsh)"   in ~/.zshrc, after compinit',
    "fish": "runs-tui completion fish | source   in ~/.config/fish/config.fish",
}


@click.command("completion", epilog="\b\n" + "\n".join(f"{shell:6}{how}" for shell, how in _HOW.items()))
@click.argument("shell", type=click.Choice(list(_HOW)))
def command(shell: str) -> None:
    """Print the script that makes SHELL complete commands, options, runs, experiments, metrics and queries."""
    from click.shell_completion import get_completion_class

    from runs_tui.cli import shells
    from runs_tui.cli.main import cli, completion_variable

    shells.register()
    kind = get_completion_class(shell)
    assert kind is not None  # click knows these three
    for name in _NAMES:
        click.echo(kind(cli, {}, name, completion_variable(name)).source())
