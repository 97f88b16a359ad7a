"""``ls``, ``show``, ``init`` and the front door of the command line, run as a person runs them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.terminal import PtyApp
from tests.tui.cli_runner import called, told
from tests.tui.stores import LONG_AGO, dead_run, make_run, some_runs


def runs_tui(
    *arguments: str | Path, cwd: Path | None = None, code: int = 0, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run the command, which must exit with ``code``."""
    done = subprocess.run(
        [sys.executable, "-m", "runs_tui", *map(str, arguments)],
        capture_output=True, text=True, cwd=cwd, env={**os.environ, **env}, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def store(tmp_path: Path) -> Path:
    some_runs(tmp_path / "store")
    return tmp_path / "store"


def listed(store: Path, *arguments: str) -> list[dict[str, Any]]:
    """The runs of ``ls --json``."""
    runs: list[dict[str, Any]] = told("ls", "--root", store, *arguments)["runs"]
    return runs


def test_ls_is_a_table_newest_first(store: Path) -> None:
    lines = runs_tui("ls", "--root", store).stdout.splitlines()
    assert lines[0].split() == ["run", "experiment", "state", "step", "loss", "val/acc", "took", "when", "id"]
    assert [line.split()[0] for line in lines[1:]] == [
        "queued-1", "calm-owl-11", "brave-fox-12", "lr-3e-2", "seed-2", "sweep-0.40",
    ]  # fmt: skip
    assert "CUDA out of memory" in lines[4]
    assert len({line.index("✓ completed") for line in lines if "✓ completed" in line}) == 1
    assert "\x1b" not in "".join(lines)


@pytest.mark.feature(
    "commands", 2, "list some runs: at most N, of an experiment, in a state", "ls -n N -e NAME --state WORD"
)
def test_ls_selects(store: Path) -> None:
    assert [run["name"] for run in listed(store, "-n", "2")] == ["queued-1", "calm-owl-11"]
    assert [run["name"] for run in listed(store, "--experiment", "bert-small")] == ["queued-1", "seed-2"]
    assert [run["name"] for run in listed(store, "--state", "failed")] == ["lr-3e-2"]
    assert [run["name"] for run in listed(store, "--state", "Queued")] == ["queued-1"]
    assert [run["name"] for run in listed(store, "fox")] == ["brave-fox-12"]
    assert [run["name"] for run in listed(store, "--", "resnet", "-fox", "-failed")] == ["calm-owl-11"]
    assert listed(store, "nothing like it") == []


@pytest.mark.feature("commands", 5, "list the best runs by a metric first", "ls --best METRIC")
def test_ls_best(store: Path) -> None:
    make_run(store, name="better", steps=40, created=LONG_AGO)
    done = runs_tui("ls", "--root", store, "--best", "loss", "-n", "2", "--json")
    assert json.loads(done.stdout)["runs"][0]["name"] == "better"
    assert "loss: min is taken for best, by its name" in done.stderr
    done = runs_tui("ls", "--root", store, "--best", "val/acc", "-n", "1")
    assert done.stdout.splitlines()[1].startswith("better")
    assert "val/acc" in done.stdout.splitlines()[0]
    assert "there are loss, mse, val/acc" in runs_tui("ls", "--root", store, "--best", "nope", code=2).stderr


def test_ls_best_asks_for_a_direction_that_no_name_tells(tmp_path: Path) -> None:
    make_run(tmp_path, metrics=("speed",))
    assert "define_metric('speed'" in runs_tui("ls", "--root", tmp_path, "--best", "speed", code=2).stderr


@pytest.mark.feature("commands", 8, "everything as JSON, with a version", "ls --json")
def test_json_has_every_key_and_no_bare_nan(store: Path) -> None:
    from runstore.writing.writer import RunWriter

    folder = make_run(store, name="odd", steps=0, params={"lr": float("inf"), "n": 3}, tags={"a": "b"})
    writer = RunWriter(folder)
    writer.log_metrics({"loss": float("nan")}, step=1)
    writer.close()
    (run,) = listed(store, "odd")
    assert set(run) == {
        "id", "experiment", "name", "number", "state", "status", "reason", "created", "started", "ended", "active",
        "took", "step", "total", "progress", "eta", "params", "tags", "metrics", "host", "user", "parent", "exit",
        "source", "warnings", "folder", "children", "children_failed", "attempts", "commit", "dirty", "usage",
    }  # fmt: skip
    assert run["params"] == {"lr": "Infinity", "n": 3}
    assert run["metrics"]["loss"]["last"] == "NaN"
    assert run["state"] == "completed"
    assert run["folder"] == folder
    assert set(run["metrics"]["loss"]) == {"n", "first", "last", "min", "max", "step", "time"}


def test_the_page_on_json_names_every_key(store: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "json.md").read_text()
    page = page.partition("| key of RUN ")[2].partition("\n\n")[0]
    named = {
        name
        for line in page.splitlines()
        if line.startswith("|")
        for name in re.findall(r"`(\w+)`", line.split("|")[1])
    }
    run = json.loads(runs_tui("show", "--root", store, "last", "--json").stdout)["run"]
    assert named == set(run)


def test_a_dead_run_is_never_listed_as_running(store: Path) -> None:
    dead_run(store)
    assert [run["state"] for run in listed(store, "lost-owl")] == ["dead"]


def test_an_empty_store_and_none(tmp_path: Path) -> None:
    assert "runs-tui run" in runs_tui("ls", "--root", tmp_path).stderr
    assert listed(tmp_path) == []
    error = runs_tui("ls", "--root", tmp_path / "nowhere", code=2).stderr
    assert "there is no run store at" in error
    assert "runs-tui init" in error


@pytest.mark.feature("commands", 10, "all that is known of a run", "show RUN")
def test_show(store: Path) -> None:
    text = runs_tui("show", "--root", store, "lr-3e-2", "--utc").stdout
    for words in (
        "✗ failed",
        "RuntimeError: CUDA out of memory",
        "parameters",
        "lr",
        "0.03",
        "kind",
        "sweep",
        "2023-11-14 22:30:00",
    ):
        assert words in text, words
    content = json.loads(runs_tui("show", "--root", store, "lr-3e-2", "--json").stdout)
    assert content["v"] == 1
    assert content["run"]["name"] == "lr-3e-2"
    assert content["run"]["manifest"]["status"] == "Failed"


@pytest.mark.feature("commands", 9, "name a run by its id, the start of it, its name, experiment/name, or last", "RUN")
def test_a_run_is_meant_by_many_names(store: Path) -> None:
    (run,) = listed(store, "brave-fox")
    for text in (run["id"], run["id"][:13], "brave-fox-12", "resnet-lr/brave-fox-12"):
        assert told("show", "--root", store, text)["run"]["id"] == run["id"]
    assert told("show", "--root", store, "last")["run"]["name"] == "queued-1"
    unclear = runs_tui("show", "--root", store, "fox", code=2).stderr
    assert "did you mean" in unclear
    assert "resnet-lr/brave-fox-12" in unclear
    assert "the newest are" in called("show", "--root", store, "zzz", code=2).stderr


def test_a_start_of_several_ids_names_them(tmp_path: Path) -> None:
    for end in "ab":
        make_run(tmp_path, name=f"run-{end}", run_id=f"exp_1700_{end}")
    error = runs_tui("show", "--root", tmp_path, "exp_17", code=2).stderr
    assert "2 runs have an id that starts with 'exp_17'" in error
    assert "exp_1700_a" in error


def test_a_name_of_several_runs_means_the_newest(tmp_path: Path) -> None:
    make_run(tmp_path, name="twin", created=LONG_AGO)
    newer = make_run(tmp_path, name="twin", created=LONG_AGO + 5)
    assert json.loads(runs_tui("show", "--root", tmp_path, "twin", "--json").stdout)["run"]["folder"] == newer


@pytest.mark.feature("commands", 41, "make a store for a folder and all below", "init")
def test_init_makes_the_store_of_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    assert "is ready" in runs_tui("init", folder).stdout
    assert "is a run store already" in runs_tui("init", folder).stdout
    inner = folder / "a" / "b"
    inner.mkdir(parents=True)
    make_run(folder / ".runs", name="mine")
    for root in ((), ("--root", folder), ("--root", folder / ".runs")):
        assert "mine" in runs_tui("ls", *root, cwd=inner).stdout


def test_init_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot write" in runs_tui("init", tmp_path / "file", code=2).stderr


def test_control_characters_never_reach_the_terminal(tmp_path: Path) -> None:
    make_run(
        tmp_path,
        name="\x1b[31mred\u202e",
        status="Failed",
        exit={"code": 1, "error": "a\x07b\nc"},
        params={"\x1b]0;x\x07": "\x9b2J"},
    )
    for text in (runs_tui("ls", "--root", tmp_path).stdout, runs_tui("show", "--root", tmp_path, "last").stdout):
        assert not set(text) & set("\x1b\x07\x9b\u202e\r")


def test_json_on_a_terminal_is_the_same_with_escapes(tmp_path: Path) -> None:
    name = "a\x9b2J\u202e\x7fé\U000e0041z"
    make_run(tmp_path, name=name)
    command = [sys.executable, "-m", "runs_tui", "note", "--json", "--root", str(tmp_path), "last", name]
    with PtyApp(command, env={"LC_ALL": "C.UTF-8"}) as app:
        assert app.wait() == 0
        shown = app.raw.decode()
    assert json.loads(shown)["note"] == name
    assert "é" in shown
    assert not set(shown) & set("\x9b\u202e\x7f\U000e0041")
    assert name in runs_tui("note", "--json", "--root", tmp_path, "last", PYTHONIOENCODING="utf-8").stdout


def test_json_for_ascii_loses_nothing(tmp_path: Path) -> None:
    name = "“é” ✓"
    make_run(tmp_path, name=name)
    done = runs_tui("ls", "--json", "--root", tmp_path, PYTHONIOENCODING="ascii:strict")
    assert json.loads(done.stdout)["runs"][0]["name"] == name


@pytest.mark.parametrize("number", ["nan", "inf"])
@pytest.mark.parametrize(
    "command",
    [
        ["wait", "last", "--timeout"],
        ["plot", "last", "loss", "--smooth"],
        ["run", "true", "--grace"],
        ["submit", ".", "--command", "true", "--time-limit"],
        ["demo", "--no-app", "--seconds"],
    ],
    ids=lambda command: command[0],
)
def test_a_number_of_an_option_is_finite(tmp_path: Path, command: list[str], number: str) -> None:
    *before, option = command
    said = called(before[0], option, number, *before[1:], code=2).stderr
    assert f"Invalid value for '{option}'" in said
    assert "Traceback" not in said


def test_help_lists_every_command_and_imports_no_screen() -> None:
    done = runs_tui("--help")
    for name in ("run", "wait", "ls", "show", "tail", "plot", "demo", "init", "--no-mouse", "--theme", "--utc"):
        assert name in done.stdout
    script = (
        "import sys; from runs_tui.cli.main import cli\n"
        "cli(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    )
    modules = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    for name in ("textual", "rich", "numpy", "msgspec", "watchdog", "plotext", "psutil"):
        assert f"'{name}'" not in modules, name


@pytest.mark.feature("commands", 44, "help for every command", "COMMAND --help")
def test_every_command_has_help() -> None:
    from runs_tui.cli.main import COMMANDS

    for name in COMMANDS:
        assert "Usage" in called(name, "--help").stdout


def test_lists_import_no_screen(store: Path) -> None:
    for command in (["ls"], ["show", "last"]):
        script = (
            "import sys; from runs_tui.cli.main import cli\n"
            f"cli([*{command!r}, '--root', {str(store)!r}], standalone_mode=False)\n"
            "print('textual' in sys.modules, 'plotext' in sys.modules, 'watchdog' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "False False False"


@pytest.mark.feature("commands", 45, "be told what was meant by a mistyped command or run", "(messages)")
def test_a_word_that_is_no_command_and_no_folder(tmp_path: Path) -> None:
    error = runs_tui("lst", cwd=tmp_path, code=2).stderr
    assert "there is no file or folder 'lst'; did you mean 'runs-tui ls'?" in error


def test_the_app_needs_a_terminal(store: Path) -> None:
    assert "runs-tui ls" in runs_tui(store, code=2).stderr


def test_version() -> None:
    from importlib.metadata import version

    assert runs_tui("--version").stdout == f"runs-tui {version('runs-tui')}\n"


@pytest.mark.feature("commands", 46, "pipe into what stops reading, without a message", "ls | head")
def test_a_closed_pipe_is_no_failure(store: Path) -> None:
    command = f"{sys.executable} -m runs_tui ls --root {store} | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stderr == ""


@pytest.mark.feature("commands", 47, "lists that fit the terminal, whole when piped", "ls")
def test_the_list_fits_a_narrow_terminal(tmp_path: Path) -> None:
    reason = "RuntimeError: " + "a very long reason " * 5
    for number in range(3):
        exit_record = {"code": 1, "signal": None, "error": reason}
        make_run(tmp_path, "an-experiment", f"run-{number}", status="Failed", exit=exit_record)
    with PtyApp([sys.executable, "-m", "runs_tui", "ls", "--root", tmp_path], 80, 24) as app:
        assert app.wait() == 0
        titles, *lines = app.text().rstrip().splitlines()
    assert titles.split()[2:] == ["state", "step", "loss", "val/acc", "took", "when", "id"]
    assert len(lines) == 3
    for line in lines:
        assert re.search(r"✗ failed.*… +19 .*10m .*\w{8}…$", line), line


def test_on_a_narrow_terminal_whole_columns_go_before_numbers_are_cut(tmp_path: Path) -> None:
    for number in range(3):
        make_run(tmp_path, "a-rather-long-experiment", f"learning-rates-of-the-sweep-{number}")
    with PtyApp([sys.executable, "-m", "runs_tui", "ls", "--root", tmp_path], 64, 24) as app:
        assert app.wait() == 0
        titles, *lines = app.text().rstrip().splitlines()
    assert titles.split() == ["run", "state", "step", "loss", "val/acc", "when"]
    assert sorted(line.split()[0][-7:] for line in lines) == ["sweep-0", "sweep-1", "sweep-2"]
    for line in lines:
        assert re.fullmatch(r"learning-\S*…\S* +✓ completed +19 +0\.1496 +0\.8504 +\d+\w ago", line), line
