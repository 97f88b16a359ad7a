"""Files that a script wants kept with its run."""

from __future__ import annotations

import os
import re

from runstore.exceptions import AzureMLException
from runstore.integrations.script_run import never_raises, say_once
from runstore.integrations.wandb.values import keep
from runstore.layout.names import artifact_path
from runstore.layout.paths import CONTROL, RunPaths
from runstore.writing.artifacts import files_under

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any

    from runstore.runs.run import Run


class Artifact:
    """A named collection of files, kept with the run by ``log_artifact``."""

    def __init__(
        self, name: str, type: str = "", description: str | None = None, metadata: Any = None, **_kwargs: Any
    ) -> None:
        self.name = name
        self.type = type
        self.description = description
        self.metadata = metadata or {}
        self.files: list[tuple[str, str]] = []
        """(name, path) of each."""
        self.objects: list[tuple[str, Any]] = []
        """(name, table, picture or the like) of each."""
        self._folder: str | None = None

    def add(self, obj: Any, name: str, *_args: Any, **_kwargs: Any) -> None:
        """Add a table, a picture or the like: the run keeps it as if it were logged as ``<artifact>/<name>``."""
        self.objects.append((name, obj))

    def new_file(self, name: str, mode: str = "x", encoding: str | None = None, *_args: Any, **_kwargs: Any) -> IO[Any]:
        """``with`` it a file to write, which is then one of the artifact's. Raises FileExistsError for one that is."""
        if self._folder is None:
            import tempfile
            import weakref
            from shutil import rmtree

            self._folder = tempfile.mkdtemp(prefix="artifact-")
            weakref.finalize(self, rmtree, self._folder, ignore_errors=True)
        path = os.path.join(self._folder, artifact_path(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        stream = open(path, mode, encoding=encoding)  # noqa: SIM115 - the caller closes it
        if (name, path) not in self.files:
            self.files.append((name, path))
        return stream

    def add_file(self, local_path: str, name: str | None = None, *_args: Any, **_kwargs: Any) -> None:
        """Add a file."""
        self.files.append((name or os.path.basename(local_path), local_path))

    def add_dir(self, local_path: str, name: str | None = None, *_args: Any, **_kwargs: Any) -> None:
        """Add all files below a folder, without those of a run store in it."""
        stores = _Stores(local_path)
        for relative, path in files_under(local_path):
            if not stores.hold(path):
                self.files.append(("/".join(filter(None, (name, relative))), path))

    def add_reference(self, uri: str, *_args: Any, **_kwargs: Any) -> None:
        """Add the file that a ``file:`` address names; of others nothing is kept."""
        if uri.startswith("file://"):
            self.add_file(uri[7:])

    def wait(self, *_args: Any, **_kwargs: Any) -> Artifact:
        """Nothing to wait for."""
        return self


def artifact_of(given: Any, name: str | None, type: Any) -> Artifact:
    """``given``, an artifact, or one of the file or the files of the folder that it names."""
    if isinstance(given, Artifact):
        return given
    path = os.fspath(given) if isinstance(given, os.PathLike) else str(given)
    made = Artifact(name or os.path.basename(path.rstrip("/")), str(type or "unspecified"))
    if os.path.isdir(path):
        made.add_dir(path)
    elif "://" in path:
        made.add_reference(path)
    else:
        made.add_file(path)
    return made


class Saved:
    """What was saved, and how it looked then."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._stamps: dict[tuple[str, str], tuple[int, int]] = {}

    def add(self, pattern: str, base: str | None = None) -> list[str]:
        """Keep the files that match ``pattern`` under their names below ``base``; the paths of what was kept.

        As there ``base`` is by default the current folder, and of an absolute pattern one folder is part of the names.
        What lies in the folder of the run's files is kept as it is, and a run store that matches is not copied.
        """
        from glob import glob

        if not base:
            base = os.path.dirname(os.path.dirname(pattern)) if os.path.isabs(pattern) else os.curdir
        base = os.path.abspath(base)
        stores = _Stores(os.path.dirname(re.split(r"[*?[]", pattern)[0]))
        kept = os.path.join(os.path.realpath(RunPaths(self._run._folder).files), "")
        found = []
        for path in sorted(glob(pattern, recursive=True)):
            if os.path.isdir(path):
                pairs = [(os.path.join(path, relative), each) for relative, each in files_under(path)]
            else:
                pairs = [(path, path)]
            for name, each in pairs:
                if not os.path.join(os.path.realpath(os.path.dirname(each)), "").startswith(kept):
                    if stores.hold(each):
                        continue
                    way = os.path.relpath(os.path.abspath(name), base).split(os.sep)
                    self._store("/".join(part for part in way if part != os.pardir), each)
                found.append(each)
        return found

    def add_artifact(self, artifact: Artifact, step: int) -> None:
        """Keep what an artifact holds."""
        for relative, path in artifact.files:
            self._store("artifacts/{}/{}".format(artifact.name, relative), path)
        for name, value in artifact.objects:
            never_raises(keep)(self._run, "{}/{}".format(artifact.name, name), value, step)

    def renew(self) -> None:
        """Keep anew what has changed since."""
        for (name, path), stamp in list(self._stamps.items()):
            if _stamp(path) not in (stamp, (0, 0)):
                self._store(name, path)

    def _store(self, name: str, path: str) -> None:
        stamp = _stamp(path)
        try:
            target = self._run._store(name, path, replace=True)
        except AzureMLException as error:  # one of several must not take the others with it
            say_once("wandb: {} not kept: {}".format(name, error.message))
            return
        if target is not None:
            self._stamps[name, path] = stamp


class _Stores:
    """Run stores in a folder: a run that got a copy of its store would hold all runs, and itself."""

    def __init__(self, top: str) -> None:
        self._top = os.path.abspath(top)
        self._known: dict[str, bool] = {}

    def hold(self, path: str) -> bool:
        """Whether the file, somewhere below the folder, is one of a store that begins there.

        What lies beside the experiments of a store that is the folder itself is no part of it.
        """
        folder = os.path.dirname(os.path.abspath(path))
        return folder != self._top and self._within(folder)

    def _within(self, folder: str) -> bool:
        if folder not in self._known:
            above = os.path.dirname(folder)
            begins = os.path.isdir(os.path.join(folder, CONTROL))
            self._known[folder] = begins or (len(folder) > len(self._top) and self._within(above))
        return self._known[folder]


def _stamp(path: str) -> tuple[int, int]:
    try:
        stat = os.stat(path)
    except OSError:
        return 0, 0
    return stat.st_size, stat.st_mtime_ns
