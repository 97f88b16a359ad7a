"""Finds the runs of MLflow's folders of files: by their ``meta.yaml``."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from runstore.sources.foreign.kind import Found, Place
from runstore.sources.mlflow import meta
from runstore.sources.mlflow.run_folder import MlflowRunReader, experiment_of

if TYPE_CHECKING:
    from runstore.sources.foreign.folder import Folder
    from runstore.sources.foreign.reader import ForeignReader

TRASH = ".trash"
_NO_RUNS = frozenset(("tags", "datasets", "traces", "models"))
"""Folders of an experiment that hold no runs."""
_ID = re.compile(r"(?:m-)?[0-9a-f]{32}")
_ARTIFACTS = "artifacts"


class MlflowFiles:
    """MLflow's folders of files, ``mlruns``."""

    name: ClassVar[str] = "mlflow"
    title: ClassVar[str] = "MLflow folder"
    flush: ClassVar[float] = 10.0

    def find(self, folder: Folder) -> Found | None:
        """A run folder, an experiment's, or the top with what was deleted."""
        if meta.NAME in folder.files:
            return self._find_meta(folder)
        if folder.folders and _ID.fullmatch(os.path.basename(folder.path)) and _is_artifacts_only(folder):
            return Found([], closed=None)  # of a run or model that a database keeps
        if TRASH in folder.folders:
            return self._find_deleted(folder)
        return None

    def open(self, place: Place, keep: bool = True) -> ForeignReader:
        """A reader of the run in a folder."""
        return MlflowRunReader(place, keep, self.flush)

    def _find_meta(self, folder: Folder) -> Found | None:
        try:
            said = meta.parse_meta(folder.head(meta.NAME, 1 << 16).decode("utf-8", "replace"))
        except ValueError:
            return None
        if "run_id" in said or "run_uuid" in said:
            return Found([_place(folder.path, said)], frozenset(folder.files), closed=None)
        if "model_id" in said or "registered_model_name" in said:
            return Found([], frozenset((meta.NAME,)), closed=None)
        if "experiment_id" in said and "lifecycle_stage" in said:
            return Found([], frozenset((meta.NAME,)), closed=_NO_RUNS)
        return None

    def _find_deleted(self, folder: Folder) -> Found | None:
        """The runs of deleted experiments: the search itself does not enter hidden folders."""
        places = []
        trash = os.path.join(folder.path, TRASH)
        for experiment in _below(trash):
            for path in _below(experiment):
                try:
                    said = meta.read_meta(path)
                except (OSError, ValueError):
                    continue
                if "run_id" in said or "run_uuid" in said:
                    places.append(_place(path, said))
        return Found(places) if places else None


def _place(path: str, said: dict[str, str | None]) -> Place:
    name = said.get("run_name") or said.get("run_id") or said.get("run_uuid") or os.path.basename(path)
    return Place("mlflow", path, _name_of_experiment(os.path.dirname(path)), name)


def _name_of_experiment(folder: str) -> str:
    try:
        stat = os.stat(os.path.join(folder, meta.NAME))
    except OSError:
        return os.path.basename(folder)
    return _named(folder, stat.st_ino, stat.st_mtime_ns)


@lru_cache(maxsize=4096)
def _named(folder: str, inode: int, modified: int) -> str:
    """The name that its file gave it at that time: many runs ask for the same."""
    return experiment_of(folder)


def _is_artifacts_only(folder: Folder) -> bool:
    return not folder.files and all(name == _ARTIFACTS for name in folder.folders)


def _below(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.path for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []
