"""A run store as a person has it after a day of work: made by real writers under the real supervisor.

Sweeps, runs that failed, went NaN, were killed or stalled, and some that still train while the pictures are taken.
Only the clock is simulated, see trainings/clock.py.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from runstore import Workspace
from runstore.layout.paths import find_run

_TRAININGS = Path(__file__).parent / "trainings"
_SPEED = 240.0  # of the simulated clock, until it meets the real one
_AT_ONCE = 4
_PATIENCE = 240.0  # seconds until everything must be there
MINUTE, HOUR = 60.0, 3600.0


@dataclass(frozen=True)
class Training:
    """One run: ``began`` seconds ago, ``fate`` as train.py says it, ``lives`` if it is to train on."""

    experiment: str
    name: str
    arguments: str
    began: float
    fate: str = "complete"
    lives: bool = False
    script: str = "train.py"
    tag: str = ""


TRAININGS = (
    Training("vit-distill", "teacher-large", "--model vit-large --lr 1e-3 --steps 9000", 26 * HOUR, tag="role=teacher"),
    Training("vit-distill", "student-t2", "--model vit-small --lr 8e-4 --steps 9000", 24 * HOUR),
    Training("vit-distill", "student-t4", "--model vit-small --lr 8e-4 --steps 9000 --seed 2", 23 * HOUR),
    Training("vit-distill", "student-fp16", "--model vit-small --lr 2e-3 --steps 9000", 22 * HOUR, "nan 2100"),
    *(
        Training("batch-sweep", f"batch-{size}", f"--batch-size {size} --lr {size * 4e-6:g} --steps 6000", began * HOUR)
        for size, began in ((32, 18), (64, 17.5), (128, 17), (256, 16.5), (512, 16), (1024, 15.5), (2048, 15))
    ),
    Training("vit-sweep", "learning-rates", "", 66 * MINUTE, lives=True, script="sweep.py"),
    Training("resnet-lr", "lr-1e-4", "--lr 1e-4 --steps 12000", 7 * HOUR, tag="group=sweep"),
    Training("resnet-lr", "lr-3e-4", "--lr 3e-4 --steps 12000", 6.5 * HOUR, tag="group=sweep"),
    Training("resnet-lr", "lr-1e-3", "--lr 1e-3 --steps 12000", 6 * HOUR, tag="group=sweep"),
    Training("resnet-lr", "lr-3e-3", "--lr 3e-3 --steps 12000", 5.5 * HOUR, tag="group=sweep"),
    Training("resnet-lr", "lr-1e-2", "--lr 1e-2 --steps 12000", 5 * HOUR, tag="group=sweep"),
    Training("resnet-lr", "lr-3e-2", "--lr 3e-2 --steps 12000", 3 * HOUR, "crash 2104", tag="group=sweep"),
    Training("resnet-lr", "seed-2", "--lr 8e-4 --seed 2", 2 * HOUR, "kill 21871"),
    Training("resnet-lr", "seed-4", "--lr 8e-4 --seed 4 --steps 12000", 1.6 * HOUR, "interrupt 3800"),
    Training("resnet-lr", "seed-3", "--lr 8e-4 --seed 3", 43 * MINUTE, "stall 26400", lives=True),
    Training("resnet-lr", "calm-owl-11", "--lr 1e-3 --warmup 1000", 21.4 * MINUTE, lives=True, tag="group=sweep"),
    Training("resnet-lr", "brave-fox-12", "--lr 3e-4", 21 * MINUTE, lives=True, tag="group=sweep"),
    Training("resnet-ddp", "four-ranks", "--lr 2e-3 --batch-size 1024", 9 * MINUTE, lives=True, script="launch.py"),
)


@contextmanager
def store(folder: Path) -> Iterator[Path]:
    """Make the store in ``folder``; while the context lasts its live runs train. Gives its root."""
    root = folder / "store"
    root.mkdir(parents=True)
    (folder / ".ready").mkdir()
    _make_project(folder / ".project")
    processes: list[subprocess.Popen[bytes]] = []
    try:
        done = [training for training in TRAININGS if not training.lives]
        for first in range(0, len(done), _AT_ONCE):
            group = [_start(training, root) for training in done[first : first + _AT_ONCE]]
            processes += group
            for process in group:
                process.wait(_PATIENCE)
        live = [_start(training, root) for training in TRAININGS if training.lives]
        processes += live
        _await_present(live, [folder / ".ready" / training.name for training in TRAININGS if training.lives])
        _date_files(root)
        yield root
    finally:
        _end(processes)


def _make_project(folder: Path) -> None:
    """The folder of the training scripts, under version control as a person's would be."""
    shutil.copytree(_TRAININGS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / ".gitignore").write_text("__pycache__/\n")
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for arguments in (["init", "-q", "-b", "main"], ["add", "."], [*identity, "commit", "-qm", "warm up longer"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True)


def _start(training: Training, root: Path) -> "subprocess.Popen[bytes]":
    work = root.parent / "imagenet" / training.name
    shutil.copytree(root.parent / ".project", work)
    command = [sys.executable, "clock.py", "run", "-q", "--experiment", training.experiment, "--name", training.name]
    command += ["--tag", training.tag] if training.tag else []
    command += ["--", "python", training.script, *training.arguments.split()]
    return subprocess.Popen(
        command,
        cwd=work,
        env={
            **_environment(root, training.began),
            "FATE": training.fate,
            "READY": str(root.parent / ".ready" / training.name),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def _environment(root: Path, began: float) -> dict[str, str]:
    now = time.time()
    own = {name: value for name, value in os.environ.items() if not name.startswith(("RUNSTORE_", "AZUREML_"))}
    path = os.path.dirname(sys.executable) + os.pathsep + own["PATH"]
    simulated = f"{now - began} {now} {_SPEED}"
    return {
        **own,
        "HOME": str(root.parent),
        "RUNSTORE_ROOT": str(root),
        "RUNSTORE_SCRAPE": "0",  # under the simulated clock they print for minutes before they log
        "PATH": path,
        "SIMULATED_CLOCK": simulated,
    }


def _date_files(root: Path) -> None:
    """Give the files of runs that rest the time of their last point, as if written under the simulated clock."""
    resting = {training.name for training in TRAININGS if not training.lives or training.fate != "complete"}
    experiments = Workspace(root=root).experiments.values()
    for run in (run for experiment in experiments for run in experiment.get_runs()):
        if run.display_name in resting:
            last = float(run.get_series("train/loss")[1][-1])
            for path in Path(find_run(str(root), run.id) or "").rglob("*"):
                os.utime(path, (last, last))


def _await_present(processes: list["subprocess.Popen[bytes]"], ready: list[Path]) -> None:
    """Return when every live training has met the real clock."""
    deadline = time.monotonic() + _PATIENCE
    while not all(path.exists() for path in ready):
        ended = [process.args for process in processes if process.poll() is not None]
        if ended or time.monotonic() > deadline:
            raise RuntimeError(f"a live training {'ended' if ended else 'is too slow'}: {ended or ready}")
        time.sleep(0.1)


def _end(processes: list["subprocess.Popen[bytes]"]) -> None:
    """End every training and whatever it started."""
    family = []
    for process in processes:
        if process.poll() is None:
            leader = psutil.Process(process.pid)
            family += [leader, *leader.children(recursive=True)]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for member in family:
            try:
                member.send_signal(number)
            except psutil.NoSuchProcess:
                pass
        family = psutil.wait_procs(family, timeout=3)[1]
