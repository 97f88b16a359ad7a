"""Venvs of peers, made once and kept in the user's cache folder."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

_used: dict[str, str] = {}


class Unavailable(Exception):
    """A peer that cannot be set up here; the text says why."""


def peer(*requirements: str) -> Path:
    """The folder of programs of a venv that has these packages. Raises `Unavailable` when they cannot be had."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    venv = cache / "runs-tui-bench" / "-".join(requirements).replace("=", "")
    venv.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{venv}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another benchmark may be making the same one
        _make(venv, requirements)
    names = {re.split("[^A-Za-z0-9_.-]", requirement)[0].lower() for requirement in requirements}
    for each in distributions(path=[str(path) for path in venv.glob("lib/python*/site-packages")]):
        if each.name.lower() in names:
            _used[each.name] = each.version
    return venv / "bin"


def _make(venv: Path, requirements: tuple[str, ...]) -> None:
    """Unless it is there already."""
    done = venv / "complete"
    if done.exists():
        return
    print("setting up", *requirements, file=sys.stderr)
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(venv)],
        [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", *requirements],
    ):
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            why = made.stderr.strip().splitlines() or ["no reason given"]
            raise Unavailable(f"{' '.join(requirements)}: {why[-1]}")
    done.touch()


def versions() -> dict[str, str]:
    """The packages that were asked for as peers in this process, with the versions that they have."""
    return dict(_used)
