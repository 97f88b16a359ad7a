"""Runs of W&B: a folder of the SDK's for each, or a ``.wandb`` file wherever it was copied to."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, ClassVar

from runstore.sources.foreign.folder import Folder
from runstore.sources.foreign.kind import Found, Place
from runstore.sources.wandb.facts import Facts
from runstore.sources.wandb.framing import FILES, HEADER, SUFFIX, records_in
from runstore.sources.wandb.records import RUN, content_of

if TYPE_CHECKING:
    from runstore.sources.wandb.reader import WandbReader

_FOLDER = re.compile(r"(?:offline-)?run-\d{8}_\d{6}-.+")
_SAID = frozenset(("debug.log", "debug-internal.log", "debug-core.log", "debug-cli.log"))
"""What the SDK says of itself, linked beside the folders of runs."""
_HEAD = 4096


class Wandb:
    """One run for each ``.wandb`` file. The folder that the SDK made for one is the run's, with all that is in it."""

    name: ClassVar[str] = "wandb"
    title: ClassVar[str] = "W&B run files"
    flush: ClassVar[float] = 15.0  # or every 32 kB

    def find(self, folder: Folder) -> Found | None:
        """The runs in this folder."""
        logs = [name for name in folder.files if name.endswith(SUFFIX) and folder.head(name, _HEAD).startswith(HEADER)]
        if not logs:
            has_runs = any(map(_FOLDER.fullmatch, folder.folders))
            return Found([], _SAID & folder.files.keys()) if has_runs else None
        if len(logs) == 1 and FILES in folder.folders:
            return Found([self._place(folder, logs[0], folder.path)], frozenset(folder.files), None)
        places = [self._place(folder, name, os.path.join(folder.path, name)) for name in logs]
        return Found(places, frozenset(logs))

    def open(self, place: Place, keep: bool = True) -> WandbReader:
        """A reader of the run."""
        from runstore.sources.wandb.reader import WandbReader

        return WandbReader(place, keep, self.flush)

    def _place(self, folder: Folder, log: str, key: str) -> Place:
        facts = _facts_in(folder.head(log, _HEAD)).manifest(0.0)
        experiment, _ = folder.named(key)
        name = log.removesuffix(SUFFIX).removeprefix("run-")
        return Place(self.name, key, facts.get("experiment") or experiment, facts.get("id") or name)


def _facts_in(head: bytes) -> Facts:
    """What the first records of a run tell, as far as they are whole."""
    facts = Facts()
    data, spans = records_in(head)
    for begin, end in spans:
        try:
            kind, start, stop = content_of(data, begin, end)
            if kind == RUN:
                facts.take_run(data, start, stop)
        except ValueError:
            continue
    return facts
