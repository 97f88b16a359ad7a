"""``runs-tui submit``: hand a script over to the queue, which runs it whatever becomes of this terminal."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import click

from runs_tui.cli import completing
from runs_tui.cli.options import FiniteRange, root_option

if TYPE_CHECKING:
    from runstore.jobs.config.environment import Environment
    from runstore.runs.run import Run

_CONDA_FILES = (".yml", ".yaml")


@click.command("submit", no_args_is_help=True)
@click.argument("folder", metavar="DIR", shell_complete=completing.folders)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[-- ARGS...]")
@click.option("--script", metavar="FILE", help="The script in DIR that is run.")
@click.option("--command", "shell", metavar="TEXT", help="A command for a shell, in place of a script.")
@click.option(
    "--experiment",
    metavar="NAME",
    shell_complete=completing.experiments,
    help="Experiment of the run; by default named after the script.",
)
@click.option("--name", metavar="NAME", help="Name of the run; by default two words and a number.")
@click.option("--tag", "tags", metavar="KEY=VALUE", multiple=True, help="Tag the run; can be given several times.")
@click.option("--id", "run_id", metavar="ID", help="Id of the run; by default made from the experiment and the time.")
@click.option("--python", metavar="PATH", help="The script's Python; by default the 'python' of this shell.")
@click.option("--env", "packages", metavar="FILE", help="Install the packages of a requirements file or conda file.")
@click.option("--var", "variables", metavar="KEY=VALUE", multiple=True,
              help="An environment variable; its value is not recorded.")  # fmt: skip
@click.option("--processes", metavar="N", type=click.IntRange(1), help="Run the script in N processes (ranks).")
@click.option("--time-limit", metavar="SECONDS", type=FiniteRange(min=0, min_open=True),
              help="Cancel the run when it takes longer.")  # fmt: skip
@click.option("--wait", is_flag=True, help="Wait for the end, and exit with the run's exit code.")
@click.option("--follow", "-f", is_flag=True, help="The same, and show the output as it comes.")
@root_option
@click.option("--json", "as_json", is_flag=True, help="Tell the run as a JSON object.")
def command(
    folder: str,
    arguments: tuple[str, ...],
    script: str | None,
    shell: str | None,
    experiment: str | None,
    name: str | None,
    tags: tuple[str, ...],
    run_id: str | None,
    python: str | None,
    packages: str | None,
    variables: tuple[str, ...],
    processes: int | None,
    time_limit: float | None,
    wait: bool,
    follow: bool,
    root: str | None,
    as_json: bool,
) -> None:
    """Submit a script: a copy of DIR is kept with the run, and the script runs in one as soon as there is room.

    It goes on without this terminal. What it writes to ./outputs and ./logs is kept; .amlignore, else .gitignore, says
    which files of DIR are left out. The id of the run is printed.

    At most half as many runs as there are processors (2 to 8; one on a machine with a GPU) are at work at once;
    RUNSTORE_MAX_RUNS changes that.
    """
    from runs_tui.cli.errors import Problem
    from runstore.jobs.command import experiment_of
    from runstore.jobs.config.distributed import MpiConfiguration
    from runstore.jobs.config.script_run_config import ScriptRunConfig
    from runstore.runs.experiment import Experiment
    from runstore.runs.workspace import Workspace

    words = [script] if script else (shell or "").split()
    if bool(script) == bool(shell) or not words:
        raise Problem("say what to run: --script FILE, or --command TEXT")
    if shell and arguments:
        raise Problem("arguments go with --script; put those of a command into --command")
    config = ScriptRunConfig(
        folder,
        script,
        list(arguments),
        environment=_environment(python, packages, _pairs(variables, "--var")),
        distributed_job_config=MpiConfiguration(process_count_per_node=processes) if processes else None,
        command=shell,
    )
    if time_limit is not None:
        config.max_run_duration_seconds = time_limit
    chosen = experiment or os.environ.get("RUNSTORE_EXPERIMENT") or experiment_of(words)
    run = config.submit_to(
        Experiment(Workspace(root=root) if root else Workspace.from_config(), chosen),
        tags=_pairs(tags, "--tag"),
        run_id=run_id,
        display_name=name,
    )
    tell(run, as_json)
    if wait or follow:
        sys.exit(wait_to_the_end(run, follow and not as_json))


def _environment(python: str | None, packages: str | None, variables: dict[str, str | None]) -> Environment:
    from runs_tui.cli.errors import Problem
    from runstore.jobs.config.environment import Environment

    if packages is not None and not os.path.isfile(packages):
        raise Problem(f"there is no file {packages} for --env")
    name = os.path.splitext(os.path.basename(packages))[0] if packages else "current"
    if packages is None:
        environment = Environment(name)
        environment.python.user_managed_dependencies = True
    elif packages.endswith(_CONDA_FILES):
        environment = Environment.from_conda_specification(name, packages)
    else:
        environment = Environment.from_pip_requirements(name, packages)
    environment.python.interpreter_path = python or shutil.which("python") or shutil.which("python3") or sys.executable
    environment.environment_variables = {key: value or "" for key, value in variables.items()}
    return environment


def _pairs(given: tuple[str, ...], option: str) -> dict[str, str | None]:
    """``k=v`` with a value, ``k`` without one."""
    found: dict[str, str | None] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not key:
            raise click.BadParameter(f"{text!r} has no key; give KEY=VALUE", param_hint=option)
        found[key] = value if equals else None
    return found


def tell(run: Run, as_json: bool) -> None:
    """The id on stdout, for scripts; who it is on stderr, for people."""
    from runstore.layout.printable import printable

    if as_json:
        from runs_tui.cli.rows import print_json

        told = {"id": run.id, "name": run.display_name, "experiment": run.experiment.name, "folder": run._folder}
        print_json(told)
        return
    click.echo(f"runs-tui: submitted {printable(run.display_name)} ({printable(run.experiment.name)})", err=True)
    click.echo(printable(run.id))


def wait_to_the_end(run: Run, follow: bool) -> int:
    """Wait for the end of the run; its exit code."""
    from runstore.exceptions import ExperimentExecutionException
    from runstore.jobs.outcome import exit_code_of
    from runstore.reading.run import RunReader

    try:
        run.wait_for_completion(show_output=follow, raise_on_error=False)
    except ExperimentExecutionException as error:  # ctrl+c
        click.echo(f"runs-tui: {error.message}", err=True)
        return 130
    reader = RunReader(run._folder)
    reader.refresh_manifest()
    return exit_code_of(reader.manifest)
