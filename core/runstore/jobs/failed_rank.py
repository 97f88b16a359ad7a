"""Which rank of a distributed run failed first: a note of the launcher for the supervisor, ``console/.failed``."""

from __future__ import annotations

import os
from typing import NamedTuple

from runstore.layout.paths import RunPaths
from runstore.records.console import console_file_name

_NAME = ".failed"


class FailedRank(NamedTuple):
    """``paths`` are the rank's logs, stderr first; empty for rank 0, whose output the supervisor keeps itself."""

    rank: int
    paths: list[str]


def tell_failed(folder: str, rank: int, writer: str) -> None:
    """Note that this rank, which prints as ``writer`` (rank 0: ""), failed, if it is the first."""
    try:
        with open(os.path.join(RunPaths(folder).console, _NAME), "x", encoding="ascii") as file:
            file.write(f"{rank} {writer}")
    except OSError:
        pass


def take_failed(folder: str) -> FailedRank | None:
    """The rank that failed first, and forget the note; None where there is none."""
    console = RunPaths(folder).console
    path = os.path.join(console, _NAME)
    try:
        with open(path, encoding="ascii") as file:
            rank, _, writer = file.read(100).partition(" ")
        os.unlink(path)
        paths = [os.path.join(console, console_file_name(os.path.basename(writer), name)) for name in ("err", "out")]
        return FailedRank(int(rank), paths if writer else [])
    except (OSError, ValueError):
        return None
