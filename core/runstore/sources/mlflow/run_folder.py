"""`MlflowRunReader`: one run in MLflow's folders of files."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from runstore.reading.growing import read_small
from runstore.sources.foreign.files import size_of
from runstore.sources.foreign.reader import ForeignReader
from runstore.sources.mlflow import meta
from runstore.sources.mlflow.facts import SYSTEM, Info, fields_of, sample_of
from runstore.sources.mlflow.metric_file import MetricFile
from runstore.sources.mlflow.steps import StepsOf

if TYPE_CHECKING:
    from runstore.sources.foreign.kind import Place

METRICS, PARAMS, TAGS, INPUTS = "metrics", "params", "tags", "inputs"
_ARTIFACTS = "artifacts"
_LARGEST = 1 << 20
_MOST = 20_000
"""Metrics, parameters or tags of one run."""
_DEEPEST = 16


class MlflowRunReader(ForeignReader):
    """Follows a file for each metric; parameters, tags and ``meta.yaml`` are read again when they change."""

    def __init__(self, place: Place, keep: bool, flush: float) -> None:
        super().__init__(place, keep, flush)
        self._begin()

    def _begin(self) -> None:
        self._metrics: dict[str, MetricFile] = {}
        self._steps = StepsOf()
        self._texts: dict[str, tuple[tuple[int, int, int], str]] = {}
        self._folders: list[str] = []
        self._said: dict[str, str | None] = {}

    def _paths(self) -> Iterator[str]:
        top = self.place.key
        yield os.path.join(top, meta.NAME)
        yield from self._folders
        yield from (file.path for file in self._metrics.values())
        yield from (path for path in self._texts if path.startswith(os.path.join(top, TAGS) + os.sep))

    def _length(self) -> int:
        return sum(size_of(path) for _, path in self._files_in(METRICS))

    def _read(self, stop: float | None) -> bool:
        self._folders = []
        self._read_facts()
        return self._read_metrics(stop)

    # ---- facts

    def _read_facts(self) -> None:
        top = self.place.key
        try:
            self._said = meta.read_meta(top)
            self._warn(meta.NAME, "")
        except FileNotFoundError:
            pass  # it is being replaced
        except (OSError, ValueError) as error:
            self._warn(meta.NAME, str(error))
        said = self._said
        info = Info(
            run_id=said.get("run_id") or said.get("run_uuid") or os.path.basename(top),
            name=said.get("run_name") or said.get("name"),
            state=said.get("status") or 1,
            start=_number(said.get("start_time")),
            end=_number(said.get("end_time")),
            stage="deleted" if _is_in_trash(top) else said.get("lifecycle_stage"),
            user=said.get("user_id"),
            artifacts=said.get("artifact_uri") or "",
            experiment=self.place.experiment,
        )
        tags = dict(self._texts_in(TAGS))
        self._set(**fields_of(info, tags, dict(self._texts_in(PARAMS)), self._datasets()))

    def _texts_in(self, folder: str) -> Iterator[tuple[str, str]]:
        """(name, content) of each file of one value."""
        for name, path in self._files_in(folder):
            try:
                stat = os.stat(path)
                stamp = stat.st_ino, stat.st_size, stat.st_mtime_ns
                known = self._texts.get(path)
                if known is None or known[0] != stamp:
                    known = self._texts[path] = stamp, read_small(path, _LARGEST).decode("utf-8", "replace")
                self._warn(f"{folder}/{name}", "")
            except FileNotFoundError:
                continue
            except OSError as error:
                self._warn(f"{folder}/{name}", error.strerror or str(error))
                continue
            yield name, known[1]

    def _files_in(self, folder: str) -> list[tuple[str, str]]:
        """(name, path) of the files below one of the run's folders; a name may have slashes."""
        found: list[tuple[str, str]] = []
        top = os.path.join(self.place.key, folder)
        waiting = [] if os.path.islink(top) else [("", top)]  # it may lead out of the run's folder
        while waiting and len(found) < _MOST:
            prefix, path = waiting.pop()
            try:
                with os.scandir(path) as entries:
                    for entry in entries:
                        if entry.is_dir(follow_symlinks=False):
                            if prefix.count("/") < _DEEPEST:
                                waiting.append((f"{prefix}{entry.name}/", entry.path))
                        elif entry.is_file(follow_symlinks=False):
                            found.append((prefix + entry.name, entry.path))
            except OSError:
                continue
            self._folders.append(path)
        return sorted(found)[:_MOST]

    def _datasets(self) -> list[str]:
        """The data sets that the run says it used."""
        found = []
        for name, path in self._files_in(INPUTS):
            if not name.endswith("/" + meta.NAME):
                continue
            try:
                used = meta.read_meta(os.path.dirname(path)).get("source_id")
                folder = os.path.join(os.path.dirname(self.place.key), "datasets", os.path.basename(used or ""))
                said = meta.read_meta(folder)
            except (OSError, ValueError):
                continue
            found.append("{} ({})".format(said.get("name") or used, said.get("digest") or "?"))
        return sorted(found)

    # ---- numbers

    def _read_metrics(self, stop: float | None) -> bool:
        changed = False
        files = self._files_in(METRICS)
        for name, path in files:
            file = self._metrics.get(name)
            if file is None:
                file = self._metrics[name] = MetricFile(path)
            if file.is_replaced():
                self._forget(name)
        if len(files) < len(self._metrics):
            for name in self._metrics.keys() - {name for name, _ in files}:
                self._forget(name)
                del self._metrics[name]
                changed = True
        self.waiting = False
        for name, file in self._metrics.items():
            changed |= self._read_metric(name, file, stop)
            if self.waiting:
                break
        return changed

    def _read_metric(self, name: str, file: MetricFile, stop: float | None) -> bool:
        changed = False
        while (block := file.next_block(self._is_over)) is not None:
            if name.startswith(SYSTEM):
                sample, factor = sample_of(name[len(SYSTEM) :])
                self.samples.add(sample, block.steps, block.times, block.values * factor)
            else:
                self._steps.add(self.numbers, name, block.steps, block.times, block.values)
            changed = True
            if stop is not None and time.monotonic() >= stop:
                self.waiting = file.offset < file.size
                break
        bad = f"{file.bad} lines are no points" if file.bad else ""
        self._warn(f"{METRICS}/{name}", bad or file.problem)
        return changed

    def _forget(self, name: str) -> None:
        """A metric is written anew."""
        self._steps.forget(name)
        if name.startswith(SYSTEM):
            self.samples.clear([sample_of(name[len(SYSTEM) :])[0]])
        else:
            self.numbers.clear([name])

    # ---- artifacts

    def _files_folder(self) -> str:
        """Where its artifacts lie, if that is in the run's folder, as by default."""
        return os.path.join(self.place.key, _ARTIFACTS)


def experiment_of(folder: str) -> str:
    """The name of the experiment in a folder; that of the folder when nothing says it."""
    try:
        return meta.read_meta(folder).get("name") or os.path.basename(folder)
    except (OSError, ValueError):
        return os.path.basename(folder)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() and text.isascii() and len(text) < 17 else None


def _is_in_trash(folder: str) -> bool:
    return os.path.basename(os.path.dirname(os.path.dirname(folder))) == ".trash"
