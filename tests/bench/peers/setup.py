"""Venvs of peers, made once and kept in the user's cache folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


class Unavailable(Exception):
    """A peer that cannot be set up here; the text says why."""


def peer(*requirements: str) -> Path:
    """The folder of programs of a venv that has these packages. Raises `Unavailable` when they cannot be had."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    venv = cache / "runs-tui-bench" / "-".join(requirements).replace("=", "")
    done = venv / "complete"
    if not done.exists():
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
    return venv / "bin"
