"""`Folder`: one folder as the search for runs sees it."""

from __future__ import annotations

import os

from runstore.reading.growing import read_range

_MOST = 20_000
"""Names looked at: a folder with more is a data set."""
_ROOT_NAMES = ("", ".")


class Folder:
    """A folder at ``path`` below ``top``, the one that was opened. Nothing raises.

    ``files``: (bytes, time of the last write) of each regular file; links only where they lead to a place inside
    ``top``. ``folders``: the names of those below, links left out.
    """

    def __init__(self, path: str, top: str) -> None:
        self.path = path
        self.top = top
        self.files: dict[str, tuple[int, float]] = {}
        self.folders: list[str] = []
        self.problem = ""
        self._heads: dict[str, bytes] = {}
        inside = os.path.realpath(top)
        try:
            with os.scandir(path) as entries:
                for number, entry in enumerate(entries):
                    if number >= _MOST:
                        self.problem = f"more than {_MOST} names: the others were not looked at"
                        break
                    self._take(entry, inside)
        except (FileNotFoundError, NotADirectoryError):
            pass  # it has just gone
        except OSError as error:
            self.problem = error.strerror or str(error)
        self.folders.sort()

    def _take(self, entry: os.DirEntry[str], inside: str) -> None:
        try:
            if entry.is_dir(follow_symlinks=False):
                self.folders.append(entry.name)
            elif entry.is_symlink():
                target = os.path.realpath(entry.path)
                if target.startswith(inside + os.sep) and os.path.isfile(target):
                    stat = os.stat(target)
                    self.files[entry.name] = stat.st_size, stat.st_mtime
            elif entry.is_file(follow_symlinks=False):
                stat = entry.stat(follow_symlinks=False)
                self.files[entry.name] = stat.st_size, stat.st_mtime
        except OSError:
            return

    def without(self, names: frozenset[str]) -> Folder:
        """The same folder as one in which these files are not."""
        if not names:
            return self
        other = object.__new__(Folder)
        other.__dict__.update(self.__dict__)
        other.files = {name: stat for name, stat in self.files.items() if name not in names}
        return other

    def head(self, name: str, size: int = 512) -> bytes:
        """The first bytes of a file; empty when it cannot be read."""
        known = self._heads.get(name)
        if known is None or len(known) < min(size, self.files.get(name, (0, 0.0))[0]):
            path = os.path.join(self.path, name)
            try:
                known = read_range(os.path.realpath(path) if os.path.islink(path) else path, 0, size)
            except OSError:
                known = b""
            self._heads[name] = known
        return known[:size]

    def named(self, path: str | None = None) -> tuple[str, str]:
        """(experiment, name) of a run that is this folder, or the file or folder at ``path``.

        The name is the last part of the way from ``top``, the experiment what is before it; of a run that is ``top``
        itself, or directly in it, the experiment is called as the folder above.
        """
        path = self.path if path is None else path
        way = os.path.relpath(path, self.top)
        if way in _ROOT_NAMES:
            above, name = os.path.split(os.path.abspath(path))
            return os.path.basename(above) or name or "/", name or "/"
        above, name = os.path.split(way)
        return above.replace(os.sep, "/") or os.path.basename(os.path.abspath(self.top)) or "/", name
