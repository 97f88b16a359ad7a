"""Whether anything in a run folder has changed since the last look, by the stamps of its files."""

from __future__ import annotations

import os
import time

from runstore.layout.paths import RunPaths

_YOUNG = 2.0
_WHOLE = 0.25
_LEFT_OUT = (".idx", ".schema.jsonl")
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK

Stamp = tuple[int, int]


class Probe:
    """Looks at one run: at the folder, and at the sizes of the files that grow. About 4 us a file.

    ``network``: files are opened to be looked at, because there the stamps of files that are not open may be old.
    """

    def __init__(self, folder: str, network: bool) -> None:
        paths = RunPaths(folder)
        self._folder = folder
        self._network = network
        self._places = (paths.points, paths.records, paths.console, paths.resources)
        self._listed: dict[str, tuple[int, list[str]]] = {}
        self._files: list[str] = []
        self._folders: list[Stamp] = []
        self._sizes: list[Stamp] = []
        self._whole_due = 0.0

    def changed(self) -> bool:
        """Whether anything differs from the last call; true at the first one. New files are seen 4 times a second."""
        folders = self._folders
        now = time.monotonic()
        if now >= self._whole_due:
            self._whole_due = now + _WHOLE
            folders = [self._folder_stamp(self._folder)]
            for place in self._places:
                folders.append(self._folder_stamp(place))
                self._list(place, folders[-1][0])
            self._files = [file for _, files in self._listed.values() for file in files]
        sizes = list(map(self._file_stamp, self._files))
        before = self._folders, self._sizes
        self._folders, self._sizes = folders, sizes
        return (folders, sizes) != before

    def _list(self, place: str, changed: int) -> None:
        if self._listed.get(place, (None,))[0] == changed:
            return
        try:
            names = os.listdir(place)
        except OSError:
            names = []
        # Schema files are left out: one only matters with a row that uses it.
        files = [os.path.join(place, name) for name in names if not name.endswith(_LEFT_OUT)]
        # A young stamp may hide another change: list again next time.
        self._listed[place] = changed if time.time() - changed / 1e9 > _YOUNG else -1, files

    @staticmethod
    def _folder_stamp(path: str) -> Stamp:
        try:
            stat = os.stat(path)
        except OSError:
            return 0, 0
        return stat.st_ctime_ns, stat.st_mtime_ns

    def _file_stamp(self, path: str) -> Stamp:
        try:
            if not self._network:
                stat = os.stat(path)
            else:
                descriptor = os.open(path, _FLAGS)
                try:
                    stat = os.fstat(descriptor)
                finally:
                    os.close(descriptor)
        except OSError:
            return 0, 0
        return stat.st_size, stat.st_mtime_ns
