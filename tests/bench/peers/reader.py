"""The tools that read runs, each doing the same work in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.peers.setup import Unavailable
from tests.bench.peers.writer import WRITERS, Writer

_REPOSITORY = Path(__file__).parents[3]
_PACKAGE = "tests.bench.peers.readers"
_LONGEST = 300.0
"""Seconds that any work may take."""
_ENOUGH = 8.0
"""Seconds of one kind of work after which a tool is not measured again."""


@dataclass(frozen=True)
class Reader:
    """A tool whose module ``of_<module>`` reads what it has written itself."""

    tool: Writer

    @property
    def name(self) -> str:
        """As of the tool."""
        return self.tool.name

    def run(self, folder: Path, action: str, *numbers: int) -> dict[str, float]:
        """The figures of an action of `tests.bench.peers.readers.store`; raises `Unavailable` with its last words."""
        home = folder.with_name(folder.name + "-home")
        for each in (folder, home):
            each.mkdir(parents=True, exist_ok=True)
        variables = {"NO_PROXY": "*", "PYTHONPATH": str(_REPOSITORY), **self.tool.variables(home)}
        module = f"{_PACKAGE}.of_{self.tool.module}"
        command = [self.tool.python(), "-m", module, action, str(folder), *map(str, numbers)]
        try:
            told = subprocess.run(
                command,
                cwd=folder,
                env=variables,
                capture_output=True,
                text=True,
                check=False,
                timeout=_LONGEST,
            )
        except subprocess.TimeoutExpired:
            raise Unavailable(f"{action} took longer than {_LONGEST:.0f} s") from None
        if told.returncode:
            words = told.stderr.strip().splitlines() or ["it said nothing"]
            raise Unavailable(f"{action} failed: {words[-1]}")
        found: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
        return found


def evict(folder: Path) -> None:
    """Have the files below the folder written to the disk and no longer kept in memory."""
    os.sync()
    for place, _, names in os.walk(folder):
        for name in names:
            descriptor = os.open(os.path.join(place, name), os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


_MODULES = ("ours", "csv", "tensorboard", "wandb", "mlflow", "aim", "trackio")

READERS = tuple(Reader(tool) for tool in WRITERS if tool.module in _MODULES)


def in_turn(
    tools: Sequence[Reader],
    place: Path,
    shape: tuple[int, int, int],
    rounds: int,
    action: str,
    numbers: tuple[int, ...],
    adds: int,
    missing: dict[str, str],
) -> dict[str, list[dict[str, float]]]:
    """The figures of each tool over the rounds, the tools taken in turn, each on runs that it wrote itself, cold.

    ``shape``: runs, metrics, steps. ``numbers`` are those of the action; each round adds ``adds`` to the last of them.
    A tool that takes long has fewer rounds; one that cannot is put into ``missing`` with the reason.
    """
    found: dict[str, list[dict[str, float]]] = {}
    for tool in tools:
        try:
            tool.run(place / tool.name, "write", *shape)
            found[tool.name] = []
        except Unavailable as error:
            missing[tool.name] = str(error)
    spent = dict.fromkeys(found, 0.0)
    *fixed, last = numbers
    for past in range(rounds):
        for tool in tools:
            if tool.name not in found or spent[tool.name] > _ENOUGH:
                continue
            evict(place / tool.name)
            begun = time.monotonic()
            try:
                found[tool.name].append(tool.run(place / tool.name, action, *fixed, last + past * adds))
            except Unavailable as error:
                missing[tool.name] = str(error)
                del found[tool.name]
            spent[tool.name] = time.monotonic() - begun + spent[tool.name]
    return found


def column(found: Mapping[str, list[dict[str, float]]], key: str, scale: float = 1.0) -> dict[str, list[float]]:
    """One figure of each tool."""
    return {tool: [each[key] * scale for each in taken] for tool, taken in found.items()}
