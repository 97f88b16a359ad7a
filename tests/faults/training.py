"""A training with us and without: what must be the same is how it ends, what it says, and what files it leaves."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from runstore.layout.paths import iter_experiments, iter_runs
from runstore.reading.catalog import list_rows
from runstore.reading.row import RunRow

_PRELUDE = """
import os, signal, sys, threading, time
class Nothing:
    def __getattr__(self, name): return lambda *args, **kwargs: None
    def __enter__(self): return self
    def __exit__(self, kind, error, traceback): return False
if os.environ.get("RECORDED"):
    import runstore
    run = runstore.Experiment(runstore.Workspace(root=os.environ["STORE"]), "exp").start_logging(
        outputs=None, snapshot_directory=None)
else:
    run = Nothing()
"""
_OURS = "runstore: "


class Ended(NamedTuple):
    """How a program has ended: its exit status as `subprocess` has it, stdout, stderr, and the files in its folder.

    Of stderr without what we say there, which begins with ``runstore:``; ``said`` is that.
    """

    code: int
    out: str
    err: str
    files: dict[str, bytes]
    said: list[str]

    @property
    def seen(self) -> tuple[int, str, str, dict[str, bytes]]:
        """What must be the same with us and without."""
        return self[:4]


class Training:
    """One script in a folder of its own; ``run`` in it is a run in ``root``, or without us does nothing."""

    def __init__(self, script: str, place: Path, root: Path | None, command: list[str] | None = None) -> None:
        """``command``: Python, and what comes before it, where it is not ours and this user."""
        self.folder = place
        place.mkdir(exist_ok=True)
        place.chmod(0o777)
        recorded = {"RECORDED": "1", "STORE": str(root)} if root is not None else {}
        self._process = subprocess.Popen(
            [*(command or [sys.executable]), "-c", _PRELUDE + textwrap.dedent(script)],
            cwd=place, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **recorded},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def ended(self, timeout: float = 60.0) -> Ended:
        """Wait for its end."""
        out, err = self._process.communicate(timeout=timeout)
        lines = err.splitlines(keepends=True)
        files = {str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*")}
        said = [line for line in lines if line.startswith(_OURS)]
        return Ended(self._process.returncode, out, "".join(line for line in lines if line not in said), files, said)


def both(
    script: str, place: Path, root: Path, before: Callable[[], object] = lambda: None, command: list[str] | None = None
) -> tuple[Ended, Ended]:
    """How the script ends without us, then with us; ``before`` is called before each."""
    before()
    without = Training(script, place / "without", None, command).ended()
    before()
    return without, Training(script, place / "with", root, command).ended()


def row(root: Path) -> RunRow:
    """The one run of the store, as lists show it."""
    (found,) = list_rows(str(root), cache=False)
    return found


def folder(root: Path) -> Path:
    """The folder of the one run."""
    (found,) = [Path(run) for experiment in iter_experiments(str(root)) for run in iter_runs(experiment)]
    return found
