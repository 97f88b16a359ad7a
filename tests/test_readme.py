"""Every command of the README, run as it stands there."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from tests.terminal import PtyApp
from tests.tui.cli_runner import called
from tests.tui.stores import make_run

PROJECT = Path(__file__).parents[1]
GOLDEN = PROJECT / "tests" / "core" / "sources" / "golden"
COMMANDS = [
    line[2:].partition(" #")[0].strip()
    for block in re.findall(r"^```console\n(.*?)^```$", (PROJECT / "README.md").read_text(), re.S | re.M)
    for line in block.splitlines()
    if line.startswith("$ ")
]
COMMANDS = [*dict.fromkeys(COMMANDS), *re.findall(r"^`(eval .+?)`", (PROJECT / "README.md").read_text(), re.M)]

MAKE = {"make demo": ".venv/bin/runs-tui demo", "make test": ".venv/bin/pytest"}
"""What each of them comes to; the tests cannot run themselves."""

APPS = {
    "runs-tui": ("brave-fox", "resnet"),
    "runs-tui runs/ lightning_logs/ mlruns/ wandb/ logs/": ("golden02", "version_0", "keras.log", "mlruns"),
}
"""What is on the screen then."""

SAYS = {
    "runs-tui run -- python train.py --lr 3e-4": "learning rate 0.0003",
    "runs-tui azureml check": "runs",
    "runs-tui ls": "bold-owl",
    "runs-tui show": "brave-fox",
    "runs-tui tail": "epoch 1",
    "runs-tui plot": "loss",
    "runs-tui compare": "lr",
    "runs-tui mv": "1 run",
    "runs-tui gc": "nothing",
    "runs-tui doctor": "nothing is wrong",
}

ASKS = "runs-tui mv"
"""Asks before it does it, on a terminal."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a person has it: scripts, notebooks, a store with runs, and what other tools left."""
    place = tmp_path_factory.mktemp("readme")
    (place / "train.py").write_text("import sys\nprint('learning rate', float(sys.argv[2]))\n")
    (place / "home" / "notebooks").mkdir(parents=True)
    (place / "home" / "notebooks" / "train.py").write_text("from azureml.core import Run\nRun.get_context()\n")
    shutil.copytree(GOLDEN / "tensorboard" / "torch", place / "runs")
    shutil.copytree(GOLDEN / "lightning" / "lightning_logs", place / "lightning_logs")
    shutil.copytree(GOLDEN / "wandb", place / "wandb")
    shutil.copytree(GOLDEN / "log", place / "logs")
    with tarfile.open(GOLDEN / "mlflow" / "runs.tar.xz") as archive:
        archive.extractall(place / "packed", filter="data")
    shutil.move(place / "packed" / "files" / "mlruns", place / "mlruns")
    called("init", place / "archive")
    store, now = place / "store", time.time()
    for number, name in enumerate(("brave-fox", "bold-owl")):
        make_run(
            store, "resnet", name, created=now - 7200, took=60.0, params={"lr": 0.1 / (1 + number)},
            printed=b"epoch 1\n", status=("Completed", "Failed")[number], run_id=("aaaa", "bbbb")[number],
        )  # fmt: skip
    make_run(store, "resnet", "old-elk", created=now - 100 * 86400, took=60.0)
    return place


@pytest.fixture
def environment(place: Path) -> dict[str, str]:
    """The programs of this environment, and nothing of the person's own."""
    home = place / "home"
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "XDG_CACHE_HOME": str(home / "cache"),
        "RUNSTORE_ROOT": str(place / "store"), "VIRTUAL_ENV": str(place / "environment"),
    }  # fmt: skip


def test_there_are_commands() -> None:
    assert len(COMMANDS) > 15
    assert {*MAKE, *APPS} <= set(COMMANDS)


@pytest.mark.source
@pytest.mark.parametrize("command", MAKE)
def test_make_does_what_it_says(command: str) -> None:
    done = subprocess.run([*command.split(), "--dry-run"], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert MAKE[command] in done.stdout


@pytest.mark.parametrize("command", [each for each in COMMANDS if each not in APPS and each not in MAKE])
def test_a_command_does_what_it_says(command: str, place: Path, environment: dict[str, str]) -> None:
    if command == "pip install .":
        if not (PROJECT / "core").is_dir():
            pytest.skip("the sources are not here")
        done = subprocess.run(
            [sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation", "--target", place / "site",
             "."], cwd=PROJECT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert (place / "site" / "bin" / "runs-tui").exists()
        return
    if "azureml enable" in command:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", place / "environment"], check=True)
    text = (
        command.replace("RUN RUN", "aaaa bbbb").replace("RUN", "aaaa").replace("/mnt/archive", str(place / "archive"))
    )
    if command.startswith(ASKS):
        with PtyApp(["bash", "-c", text], 250, 30, env=environment, cwd=place) as terminal:
            terminal.wait_for("[y/N]")
            terminal.press("y", "enter")
            assert terminal.wait(timeout=20) == 0, terminal.text()
            assert SAYS[ASKS] in terminal.text()
        return
    done = subprocess.run(
        ["bash", "-c", text],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = next((said for begin, said in SAYS.items() if command.startswith(begin)), None)
    if said is not None:
        assert said in (done.stdout + done.stderr).lower(), done.stdout + done.stderr
    if "enable" in command:
        code = "import azureml.core; print(azureml.core.Run.__module__)"
        there = subprocess.run(
            [place / "environment" / "bin" / "python", "-c", code], capture_output=True, text=True, check=True
        )
        assert "runstore" in there.stdout
    if " -o " in command:
        assert "loss" in (place / "resnet.csv").read_text()


@pytest.mark.parametrize("command", APPS)
def test_the_app_opens(command: str, place: Path, environment: dict[str, str]) -> None:
    with PtyApp(["bash", "-c", command], 160, 45, env=environment, cwd=place) as app:
        for text in APPS[command]:
            app.wait_for(text)
        app.press("Q")
        assert app.wait(timeout=20) == 0
