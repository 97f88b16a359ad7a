"""Completion in a shell: what is offered, and that bash, zsh and fish put it on the line."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from runs_tui.cli.main import COMMANDS, cli, completion_variable
from runs_tui.cli.shells import Bash
from tests.terminal import PtyApp
from tests.tui.cli_runner import called
from tests.tui.stores import make_run, some_runs

BREAKS = " \t\n\"'><=;|&(:"
PROGRAM = Path(sys.executable).with_name("runs-tui")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("completion") / "store"
    some_runs(root)
    return root


@pytest.fixture
def offered(store: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RUNSTORE_ROOT", str(store))

    def ask(line: str) -> list[str]:
        """What bash would put in place of the last part of the line, at its end."""
        monkeypatch.setenv("COMP_LINE", line)
        monkeypatch.setenv("COMP_BREAKS", BREAKS)
        answer = Bash(cli, {}, "runs-tui", completion_variable("runs-tui")).complete()
        return [each.removeprefix("plain,") for each in answer.splitlines() if each]

    return ask


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("runs-tui res", ["resubmit"]),
        ("runs-tui --uc", []),
        ("runs-tui --ut", ["--utc"]),
        ("runs-tui --ve", ["--version"]),
        ("runs-tui show --j", ["--json"]),
        ("runs-tui show cal", ["calm-owl-11"]),
        ("runs-tui show bert-small/", ["bert-small/queued-1", "bert-small/seed-2"]),
        ("runs-tui cancel q", ["queued-1"]),
        ("runs-tui cancel c", []),
        ("runs-tui ls state:f", ["failed"]),
        ("runs-tui ls -- -state:f", ["failed"]),
        ("runs-tui ls 'state:f", ["state:failed"]),
        ("runs-tui ls param.l", ["param.lr"]),
        ("runs-tui ls tag:k", ["kind", "kind=sweep"]),
        ("runs-tui ls -e r", ["resnet-lr", "ridge-alpha"]),
        ("runs-tui ls --best m", ["mse"]),
        ("runs-tui ls --best=m", ["mse"]),
        ("runs-tui ls --state cancel", ["canceled"]),
        ("runs-tui ls --sort l", ["loss", "lr"]),
        ("runs-tui ls -c run,ls", []),
        ("runs-tui ls -c run,lr,ho", ["run,lr,host"]),
        ("runs-tui plot calm-owl-11 va", ["val/acc"]),
        ("runs-tui azureml en", ["enable"]),
        ("runs-tui completion z", ["zsh"]),
        ("runs-tui mv calm-owl-11 /tm", ["dir,/tm"]),
        ("runs-tui ls --root /tm", ["dir,/tm"]),
        ("runs-tui /tm", ["dir,/tm"]),
        ("runs-tui export -o da", ["file,da"]),
    ],
)
@pytest.mark.feature("commands", 50, "complete commands, runs, queries, columns in a shell", "completion")
def test_what_is_offered(offered, line: str, expected: list[str]) -> None:
    assert offered(line) == expected


def test_every_command_is_offered_and_none_is_imported(offered) -> None:
    assert offered("runs-tui ") == list(COMMANDS)


def test_the_root_on_the_line_counts(offered, tmp_path: Path) -> None:
    make_run(tmp_path / "there", name="only-here")
    assert offered(f"runs-tui show --root {tmp_path / 'there'} only") == ["only-here"]
    assert offered(f"runs-tui show --root {tmp_path / 'nowhere'} only") == []


def test_hostile_names_are_never_put_on_the_line(offered, tmp_path: Path) -> None:
    for name in ("x$(touch pwned)", "x;reboot", "x\n-y", "x `id`", "x\x1b[2J"):
        make_run(tmp_path / "there", name=name, run_id="x" + str(abs(hash(name))), params={"x $(id)": 1})
    for command in ("show", "rm", "ls", "ls -s", "ls -c"):
        for answer in offered(f"runs-tui {command.split()[0]} --root {tmp_path / 'there'} {command[2:].strip()} x"):
            assert answer.isalnum() or answer == "'\"x $(id)\"'", answer


def test_bash_puts_it_on_the_line(store: Path) -> None:
    environment = {"RUNSTORE_ROOT": str(store), "PATH": f"{PROGRAM.parent}:/usr/bin:/bin", "PS1": "> "}
    with PtyApp(["bash", "--norc", "--noprofile", "-i"], 100, 20, env=environment) as app:
        app.type_text('eval "$(runs-tui completion bash)"; echo rea""dy\r')
        app.wait_for("ready")
        for typed, completed in (
            ("runs show cal", "runs show calm-owl-11"),
            ("runs-tui ls state:comp", "runs-tui ls state:completed"),
            ("runs-tui ls 'state:comp", "runs-tui ls 'state:completed'"),
        ):
            app.type_text(typed)
            app.press("tab")
            app.wait_for(completed)
            app.press("ctrl+u")
        app.type_text("runs-tui ls -e \t")
        app.type_text("\t")
        app.wait_for("ridge-alpha")


@pytest.mark.parametrize(
    ("shell", "setup"),
    [
        (["zsh", "-f", "-i"], 'autoload -U compinit; compinit -u -D; eval "$(runs-tui completion zsh)"'),
        (["fish", "--no-config", "-i"], "runs-tui completion fish | source"),
    ],
    ids=["zsh", "fish"],
)
def test_other_shells_put_it_on_the_line(store: Path, shell: list[str], setup: str, tmp_path: Path) -> None:
    if not shutil.which(shell[0]):
        pytest.skip(f"{shell[0]} is not installed")
    environment = {"RUNSTORE_ROOT": str(store), "PATH": f"{PROGRAM.parent}:/usr/bin:/bin", "HOME": str(tmp_path)}
    with PtyApp(shell, 100, 20, env=environment) as app:
        app.wait_quiet()
        app.type_text(f'{setup}; echo rea""dy\r')
        app.wait_for("ready\n")
        for typed, completed in (
            ("runs-tui ls state:fai", "runs-tui ls state:failed"),
            ("runs ls -c run,lr,ho", "runs ls -c run,lr,host"),
        ):
            app.type_text(typed)
            app.press("tab")
            app.wait_for(completed)
            app.press("ctrl+u")


def test_the_script_is_for_both_names_and_other_shells_are_named() -> None:
    script = called("completion", "bash").stdout
    assert "_runs_tui_completion runs-tui" in script
    assert "_runs_completion runs\n" in script
    assert "'bash', 'zsh', 'fish'" in called("completion", "tcsh", code=2).stderr
