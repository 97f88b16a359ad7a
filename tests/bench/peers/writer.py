"""The tools that write runs, each doing the same work in a process of its own."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.kept import OURS
from tests.bench.peers.setup import Unavailable, peer

_WORK = Path(__file__).parent / "writers" / "work.py"
_LONGEST = 300.0
"""Seconds that any work may take, also on a busy machine."""
_HOME = ".home"
_AFTER = 5.0
"""Seconds that what a killed process started may go on, to write what it has."""

WATCHER = """
import sys
from runstore.sources.opening import reader_of, source_of
source = source_of(sys.argv[1])
while not source.rows():
    source.changes(0.1)
rows = source.rows()
source.focus([row.key for row in rows])
readers = [source.open(row.key) for row in rows]
for reader in readers:
    reader.refresh()
print("watching", flush=True)
while True:
    if source.changes(0.25):
        for reader in readers:
            reader.refresh()
"""


@dataclass(frozen=True)
class Writer:
    """A tool: the module ``with_<module>`` and the packages that it needs (none: this Python's)."""

    name: str
    module: str
    requirements: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    read_by_us: bool = True

    def python(self) -> str:
        """The interpreter that has the tool; raises `Unavailable`."""
        return str(peer(*self.requirements) / "python") if self.requirements else sys.executable

    def variables(self, home: Path) -> dict[str, str]:
        """The environment of its processes: nothing of the person's own."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL")}
        return {**kept, "HOME": str(home), "TMPDIR": str(home), **self.environment}  # what it leaves there goes, too

    def start(self, folder: Path, *task: str) -> subprocess.Popen[bytes]:
        """Begin a task of `tests.bench.peers.writers.work` in a folder, with a home of its own in it."""
        home = folder / _HOME
        home.mkdir(parents=True, exist_ok=True)
        return subprocess.Popen(
            [self.python(), str(_WORK), self.module, *task],
            cwd=folder,
            env=self.variables(home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(home / "stderr").open("wb"),
            start_new_session=True,
        )

    def run(self, folder: Path, *task: str) -> bytes:
        """What the task tells; raises `Unavailable` with its last words if it fails."""
        process = self.start(folder, *task)
        try:
            told, _ = process.communicate(timeout=_LONGEST)
        except subprocess.TimeoutExpired:
            raise Unavailable(f"{task[0]} took longer than {_LONGEST:.0f} s") from None
        finally:
            _end_group(process.pid)
        if process.returncode:
            raise Unavailable(f"{task[0]} failed: {_last_words(folder)}")
        return told

    def costs(self, folder: Path) -> dict[str, float]:
        """Seconds and bytes by what was done, see ``work.costs``; the last part while our reader watches the folder."""
        process = self.start(folder, "costs")
        assert process.stdin is not None
        assert process.stdout is not None
        watcher = None
        try:
            if process.stdout.readline() != b"watch\n":
                process.wait(_LONGEST)
                raise Unavailable(f"costs failed: {_last_words(folder)}")
            if self.read_by_us:
                watcher = _watch(folder)
            told, _ = process.communicate(b"watching\n" if watcher else b"alone\n", timeout=_LONGEST)
        except subprocess.TimeoutExpired:
            raise Unavailable(f"costs took longer than {_LONGEST:.0f} s") from None
        finally:
            if watcher is not None:
                watcher.kill()
                watcher.communicate()
            _end_group(process.pid)
        found: dict[str, float] = json.loads(told)
        return found

    def lost_to_kill(self, folders: Sequence[Path], per_second: int) -> list[tuple[int, int]]:
        """How many scalars it had taken that are not read after ``kill -9`` at a random instant, and of how many.

        Once in each of the folders, which are all read in the end by one process.
        """
        taken = [self._killed(folder, per_second) for folder in folders]
        kept = json.loads(self.run(folders[0], "kept", *map(str, folders)))
        return [(len(steps.difference(found)), len(steps)) for steps, found in zip(taken, kept, strict=True)]

    def _killed(self, folder: Path, per_second: int) -> set[int]:
        """The steps that it had taken when it was killed."""
        process = self.start(folder, "log", str(per_second))
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            stop = time.monotonic() + random.uniform(0.2, 1.2)
            while (left := stop - time.monotonic()) > 0:
                said += _arrived(process, left)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            while more := _arrived(process, 0.2):
                said += more
            process.stdout.close()
            stop = time.monotonic() + _AFTER
            while _group_lives(process.pid) and time.monotonic() < stop:
                time.sleep(0.05)
        finally:
            _end_group(process.pid)
        steps = {int(line) for line in said.split(b"\n")[:-1]}
        if not steps:
            raise Unavailable(f"it logged nothing before it was killed: {_last_words(folder)}")
        return steps


def size_of(folder: Path) -> int:
    """Bytes of all files of a folder, but for the home of its processes."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files if _HOME not in path.relative_to(folder).parts)


_NO_NETWORK = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
_MLFLOW = {"MLFLOW_ALLOW_FILE_STORE": "true", "MLFLOW_DISABLE_TELEMETRY": "true", "GIT_PYTHON_REFRESH": "quiet"}
_WANDB = {"WANDB_MODE": "offline", "WANDB_SILENT": "true", "WANDB_ERROR_REPORTING": "false"}
_TENSORBOARD = ("tensorboard==2.21.0", "tensorboardX==2.6.5")

WRITERS = (
    Writer(OURS, "ours"),
    Writer("logging", "logging"),
    Writer("csv", "csv"),
    Writer("tensorboard", "tensorboard", _TENSORBOARD),
    Writer("tensorboardX", "tensorboardx", _TENSORBOARD),
    Writer("wandb", "wandb", ("wandb==0.31.0",), _WANDB),
    Writer("mlflow, files", "mlflow", ("mlflow==3.17.2",), {**_MLFLOW, "MLFLOW_TRACKING_URI": "mlruns"}),
    Writer("mlflow, SQLite", "mlflow", ("mlflow==3.17.2",), {**_MLFLOW, "MLFLOW_TRACKING_URI": "sqlite:///mlflow.db"}),
    Writer("aim", "aim", ("aim==3.29.1",), read_by_us=False),
    Writer("trackio", "trackio", ("trackio==0.43.0",), {**_NO_NETWORK, "TRACKIO_DIR": "trackio"}),
)


def _watch(folder: Path) -> subprocess.Popen[bytes]:
    """A process that watches the runs of the folder and reads them as they grow, as the app does."""
    store = folder / "store"  # where ours are
    watcher = subprocess.Popen(
        [sys.executable, "-c", WATCHER, str(store if store.exists() else folder)], stdout=subprocess.PIPE
    )
    assert watcher.stdout is not None
    if not select.select([watcher.stdout], [], [], _LONGEST)[0] or not watcher.stdout.readline():
        watcher.kill()
        watcher.communicate()
        raise Unavailable("our reader does not read its runs")
    return watcher


def _last_words(folder: Path) -> str:
    words = (folder / _HOME / "stderr").read_text(errors="replace").strip().splitlines()
    return words[-1] if words else "it said nothing"


def _arrived(process: subprocess.Popen[bytes], seconds: float) -> bytes:
    """What it told, as soon as there is something; nothing after so many seconds, or at the end."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], seconds)
    return os.read(process.stdout.fileno(), 1 << 16) if ready else b""


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _end_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass
