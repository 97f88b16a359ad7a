"""Files that a script wants kept with its run."""

from __future__ import annotations

import os

from runstore.writing.artifacts import files_under

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

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

    def add_file(self, local_path: str, name: str | None = None, *_args: Any, **_kwargs: Any) -> None:
        """Add a file."""
        self.files.append((name or os.path.basename(local_path), local_path))

    def add_dir(self, local_path: str, name: str | None = None, *_args: Any, **_kwargs: Any) -> None:
        """Add all files below a folder."""
        for relative, path in files_under(local_path):
            self.files.append(("/".join(filter(None, (name, relative))), path))

    def add_reference(self, uri: str, *_args: Any, **_kwargs: Any) -> None:
        """Add the file that a ``file:`` address names; of others nothing is kept."""
        if uri.startswith("file://"):
            self.add_file(uri[7:])

    def wait(self, *_args: Any, **_kwargs: Any) -> Artifact:
        """Nothing to wait for."""
        return self


class Saved:
    """What was saved, and how it looked then."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._stamps: dict[tuple[str, str], tuple[int, int]] = {}

    def add(self, pattern: str, base: str | None = None) -> list[str]:
        """Keep the files that match ``pattern`` under their names below ``base``; the paths of what was kept."""
        from glob import glob

        base = os.path.abspath(base or os.path.dirname(pattern) or os.curdir)
        found = []
        for path in sorted(glob(pattern, recursive=True)):
            if os.path.isdir(path):
                pairs = [(os.path.join(path, relative), each) for relative, each in files_under(path)]
            else:
                pairs = [(path, path)]
            for name, each in pairs:
                name = os.path.relpath(os.path.abspath(name), base)
                name = os.path.basename(each) if name.startswith(os.pardir) else name
                self._store(name.replace(os.sep, "/"), each)
                found.append(each)
        return found

    def add_artifact(self, given: Any, name: str | None) -> None:
        """Keep the files of an `Artifact`, or of a path."""
        if isinstance(given, Artifact):
            name, files = given.name, given.files
        else:
            path = os.fspath(given)
            name = name or os.path.basename(path.rstrip("/"))
            files = list(files_under(path)) if os.path.isdir(path) else [(os.path.basename(path), path)]
        for relative, path in files:
            self._store("artifacts/{}/{}".format(name, relative), path)

    def renew(self) -> None:
        """Keep anew what has changed since."""
        for (name, path), stamp in list(self._stamps.items()):
            if _stamp(path) not in (stamp, (0, 0)):
                self._store(name, path)

    def _store(self, name: str, path: str) -> None:
        self._stamps[name, path] = _stamp(path)
        target = self._run._store(name, path, replace=True)
        if target is None:
            self._stamps.pop((name, path))


def _stamp(path: str) -> tuple[int, int]:
    try:
        stat = os.stat(path)
    except OSError:
        return 0, 0
    return stat.st_size, stat.st_mtime_ns
