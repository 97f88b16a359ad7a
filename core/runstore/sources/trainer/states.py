"""The files in which a Trainer saved its state, and what one of them says."""

from __future__ import annotations

import json
import math
import os
import re
from typing import Any, NamedTuple

from runstore.reading.growing import read_small

STATE = "trainer_state.json"
CHECKPOINT = re.compile(r"checkpoint-(\d{1,12})\Z")
_LARGEST = 512 << 20
_TOGETHER = 60.0
"""Seconds between writes that tell no order: of a folder that was copied all files are of one moment."""


class StateFile(NamedTuple):
    """One of them. ``step``: of the checkpoint; that of the output folder itself, written at the end, has none."""

    path: str
    step: int | None
    modified: float
    stamp: tuple[int, int, int]


def state_files(folder: str) -> list[StateFile]:
    """The state files of an output folder and its checkpoints, the one that was written last at the end."""
    found = []
    for name in _listed(folder):
        match = CHECKPOINT.match(name)
        if not match and name != STATE:
            continue
        path = os.path.join(folder, name, STATE) if match else os.path.join(folder, name)
        try:
            stat = os.lstat(path)
        except OSError:
            continue
        stamp = stat.st_ino, stat.st_size, stat.st_mtime_ns
        found.append(StateFile(path, int(match.group(1)) if match else None, stat.st_mtime, stamp))
    newest = max((file.modified for file in found), default=0.0)

    def age(file: StateFile) -> tuple[bool, float, float]:
        together = file.modified > newest - _TOGETHER
        return together, 0.0 if together else file.modified, math.inf if file.step is None else file.step

    return sorted(found, key=age)


def checkpoint_folders(folder: str) -> tuple[str, ...]:
    """The folders of checkpoints, also of those whose state is still to come."""
    return tuple(os.path.join(folder, name) for name in _listed(folder) if CHECKPOINT.match(name))


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def read_state(path: str) -> dict[str, Any]:
    """What a state file says; raises `ValueError` for one that is being written or is none, OSError."""
    state = json.loads(read_small(path, _LARGEST))
    if not isinstance(state, dict) or not isinstance(state.get("log_history"), list):
        raise ValueError("not the state of a Trainer")
    return state
