"""Which event files make up a run: those of its folder, and of folders below that are no runs of their own."""

from __future__ import annotations

import os
import re
from typing import Any, NamedTuple

from runstore.reading.growing import read_range
from runstore.series import natural_key
from runstore.sources.foreign.folder import Folder
from runstore.sources.tensorboard.events import VERSION, Value, event
from runstore.sources.tensorboard.frames import HEAD, frames
from runstore.sources.tensorboard.hparams import EXPERIMENT, START, session

SPLITS = frozenset(("train", "validation", "val", "valid", "dev", "eval", "test"))
"""Folders that Keras and others write beside each other, or below, for one training."""
PLUGINS = "plugins"
"""The folder of profiles."""
_NAME = "tfevents"
_EMPTY_PROFILE = ".profile-empty"
_SECONDS = re.compile(r"tfevents\.(\d+)")
_WALL_TIME = b"\x09"
"""How the first field of an event begins."""
_HEAD = 64
_FIRST = 64 << 10
"""Bytes that tell what a folder below is for."""
_MOST_BELOW, _MOST_UNNAMED = 1_000, 64
"""Folders below, and files with other names, that are looked at."""


class Part(NamedTuple):
    """An event file of a run. ``below``: the folder it lies in, empty for the run's own.

    ``tag``: of a folder that ``add_scalars`` has made the tag that was given. ``hparams``: whether ``add_hparams`` has.
    """

    path: str
    below: str = ""
    tag: str = ""
    hparams: bool = False

    def name(self, tag: str) -> str:
        """What a metric of this file is called in the run."""
        if self.tag:
            return f"{self.tag}/{self.below[len(_prefix(self.tag)) :]}"
        if self.hparams:
            return tag if tag.startswith("hparam/") else f"hparam/{tag}"
        return f"{self.below}/{tag}" if self.below else tag


class Run(NamedTuple):
    """The event files of one run, in the order in which they were begun.

    ``folders``: those below that belong to it. ``waiting``: folders and files below of which it will be seen later.
    """

    parts: list[Part]
    folders: frozenset[str]
    waiting: tuple[str, ...]


class _Below(NamedTuple):
    """A folder below, with event files. ``values``: the first that were written there; none yet."""

    name: str
    paths: list[str]
    values: list[Value]

    def is_of_add_scalars(self) -> bool:
        """Whether it is called after the one tag in it, as ``add_scalars`` does."""
        return bool(self.values) and self.name.startswith(_prefix(self.values[0].tag)) and self.values[0].tag != ""

    def params(self) -> dict[str, Any] | None:
        """The parameters in a folder that ``add_hparams`` has made; None for another."""
        contents = {value.tag.encode(): value.content for value in self.values}
        if EXPERIMENT not in contents or START not in contents:
            return None
        try:
            return dict(session(contents[START])["params"])
        except (ValueError, KeyError):  # damaged
            return None


def own_files(folder: Folder) -> list[str]:
    """The names of the event files in a folder, in the order in which they were begun."""
    named = [name for name in folder.files if _NAME in name and not name.endswith(_EMPTY_PROFILE)]
    unnamed = [name for name in folder.files if _NAME not in name][:_MOST_UNNAMED]
    return sorted((name for name in (*named, *unnamed) if _is_event_file(folder, name)), key=_began)


def _is_event_file(folder: Folder, name: str) -> bool:
    """Whether its first record says so, or is an event and the name says so; while there is none, the name."""
    if folder.files[name][0] <= HEAD:
        return _NAME in name
    record = folder.head(name, _HEAD)[HEAD:]
    return VERSION in record or (_NAME in name and record.startswith(_WALL_TIME))


def run_in(path: str) -> Run | None:
    """The run that the folder at ``path`` is; None when it has no event files, or others have them all."""
    folder = Folder(path, path)
    own = own_files(folder)
    names = [name for name in folder.folders[:_MOST_BELOW] if name != PLUGINS and not name.startswith(".")]
    if not own and "train" not in names:
        return None
    below = [_below(path, name) for name in names]
    splits = [each for each in below if each.name in SPLITS and each.paths]
    others = [each for each in below if each.name not in SPLITS and each.paths]
    if not own:
        if others or all(each.name != "train" for each in splits):
            return None
        return _run(path, [], splits, [], [])
    of_scalars = [each for each in others if each.is_of_add_scalars()]
    of_hparams = [each for each in others if each.params() is not None]
    several = len({repr(each.params()) for each in of_hparams}) > 1
    if several:
        if not any(_first_values(os.path.join(path, name)) for name in own):
            return None
        of_hparams = []
    if len(of_scalars) + len(of_hparams) < len([each for each in others if each.values]):
        splits = []  # a folder of runs of all kinds
    empty = [os.path.join(path, each.name) for each in below if not each.paths]
    pending = [each for each in others if not each.values]
    run = _run(path, own, splits, of_scalars, of_hparams)
    return run._replace(
        folders=run.folders | {each.name for each in pending},
        waiting=(*empty, *(each for one in pending for each in one.paths)),
    )


def _run(path: str, own: list[str], splits: list[_Below], scalars: list[_Below], hparams: list[_Below]) -> Run:
    parts = [Part(os.path.join(path, name)) for name in own]
    parts += [Part(each, one.name) for one in splits for each in one.paths]
    parts += [Part(each, one.name, tag=one.values[0].tag) for one in scalars for each in one.paths]
    parts += [Part(each, one.name, hparams=True) for one in hparams for each in one.paths]
    return Run(parts, frozenset(one.name for one in (*splits, *scalars, *hparams)), ())


def _below(path: str, name: str) -> _Below:
    """What is in a folder below. Raises nothing."""
    folder = os.path.join(path, name)
    try:
        names = sorted((each for each in os.listdir(folder) if _NAME in each), key=_began)
    except OSError:
        names = []
    paths = [os.path.join(folder, each) for each in names if not each.endswith(_EMPTY_PROFILE)]
    values: list[Value] = []
    if name not in SPLITS:
        for each in paths:
            values = values or _first_values(each)
    return _Below(name, paths, values)


def _first_values(path: str) -> list[Value]:
    """The first values that were written to an event file; none when there are none, or it cannot be read."""
    try:
        block = read_range(path, 0, _FIRST)
    except OSError:
        return []
    found = frames(block, _FIRST)
    values: list[Value] = []
    for start, length in zip(found.starts[:8].tolist(), found.lengths[:8].tolist(), strict=True):
        try:
            values += event(block, start, start + length).values
        except ValueError:
            continue
    return values


def _prefix(tag: str) -> str:
    """How ``add_scalars`` begins the names of its folders."""
    return tag.replace("/", "_") + "_"


def _began(name: str) -> tuple[int, object]:
    """Files in the order in which they were begun, which their names tell."""
    match = _SECONDS.search(name)
    return int(match[1]) if match else 0, natural_key(name)
