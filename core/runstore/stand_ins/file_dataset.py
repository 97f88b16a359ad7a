"""`FileDataset`: files, listed, copied or linked."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.layout.roots import cache_folder
from runstore.stand_ins.data_input import DOWNLOAD, MOUNT, DatasetConsumptionConfig
from runstore.stand_ins.dataset_base import AbstractDataset
from runstore.stand_ins.picking import picked
from runstore.stand_ins.sources import files_of, files_of_all, place_of, single_place, sources_of
from runstore.stand_ins.transfer import copy_files, link_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from runstore.stand_ins.datastore import Datastore


class FileDataset(AbstractDataset):
    """Files on this machine, each under a relative name."""

    kind = "file"

    def files(self) -> list[tuple[str, str]]:
        """The files as (relative name, local path); see `files_of_all` for the names."""
        found = files_of_all(self._sources)
        for step in self._steps:
            found = [found[position] for position in picked(len(found), step)]
        return found

    def to_path(self) -> list[str]:
        """The names of the files, each with a leading ``/``."""
        return ["/" + name for name, _ in self.files()]

    def download(
        self, target_path: str | None = None, overwrite: bool = False, ignore_not_found: bool = False
    ) -> list[str]:
        """Copy the files below ``target_path`` (a new temporary folder by default); returns the local paths."""
        if target_path is None:
            from tempfile import mkdtemp

            target_path = mkdtemp(prefix="runstore-")
        target = os.path.abspath(os.fspath(target_path))
        files = self.files()
        taken = [] if overwrite else [name for name, _ in files if os.path.exists(os.path.join(target, name))]
        if taken:
            raise UserErrorException(
                "{} is in {} already; call download() with overwrite=True".format(taken[0], target)
            )
        copy_files([(path, name) for name, path in files], target, overwrite)
        return [os.path.join(target, name) for name, _ in files]

    def mount(self, mount_point: str | None = None, **_ignored: Any) -> Mounted:
        """The files as a folder inside a ``with`` block, or between ``start()`` and ``stop()``; links, no copies."""
        return Mounted(self, mount_point)

    def as_mount(self, path_on_compute: str | None = None) -> DatasetConsumptionConfig:
        """The path of the files as an argument of a script."""
        return DatasetConsumptionConfig("input_" + self.id[:8], self, MOUNT, path_on_compute)

    def as_download(self, path_on_compute: str | None = None) -> DatasetConsumptionConfig:
        """The path of the files as an argument of a script."""
        return DatasetConsumptionConfig("input_" + self.id[:8], self, DOWNLOAD, path_on_compute)

    def as_hdfs(self) -> NoReturn:
        """Raises `UserErrorException`: there is no Spark cluster here."""
        raise UserErrorException("as_hdfs() needs a Spark cluster; use as_mount()")

    def local_path(self) -> str:
        """The folder, or the one file, itself where that is possible, else a folder of links in the cache."""
        place = None if self._steps else single_place(self._sources)
        if place is not None:
            return place
        from hashlib import sha256

        files = self.files()
        # What it holds may change: then the links are others, and those of a script that runs stay as they are.
        now = sha256(repr(files).encode("utf-8", "replace")).hexdigest()[:16]
        folder = os.path.join(cache_folder(), "datasets", now, self.id)
        link_files(files, folder)
        return folder


class Mounted:
    """The files of a dataset as a folder, ``mount_point``; they are read where they are, so leave them unchanged."""

    def __init__(self, dataset: FileDataset, mount_point: str | None) -> None:
        self._dataset = dataset
        self._made = mount_point is not None
        self.mount_point = os.path.abspath(mount_point) if mount_point is not None else dataset.local_path()

    def start(self) -> None:
        """Make the folder."""
        if self._made:
            link_files(self._dataset.files(), self.mount_point)

    def stop(self) -> None:
        """Remove the links of the folder; the files stay where they are."""
        if self._made:
            for name, _ in self._dataset.files():
                path = os.path.join(self.mount_point, name)
                if os.path.islink(path):
                    os.unlink(path)

    def __enter__(self) -> Mounted:
        self.start()
        return self

    def __exit__(self, *args: Any) -> None:
        self.stop()


class FileDatasetFactory:
    """Makes datasets of files; `Dataset.File`."""

    @staticmethod
    def from_files(
        path: Any, validate: bool = True, partition_format: str | None = None, is_file: bool = False
    ) -> FileDataset:
        """The files at ``path``: a local path or pattern, an http(s) address, (datastore, path), or a list of those.

        A folder means all files below it. With ``validate`` raises `UserErrorException` when there are none.
        """
        if partition_format is not None:
            raise UserErrorException("partition_format is not supported here; leave it out and use the file names")
        sources = sources_of(path)
        if validate:
            for source in sources:
                if "url" not in source:
                    files_of(source)
        return FileDataset._made(sources)

    @staticmethod
    def upload_directory(
        src_dir: str,
        target: Any,
        pattern: str | None = None,
        overwrite: bool = False,
        show_progress: bool = True,
    ) -> FileDataset:
        """Copy a folder to ``target``, a place in a datastore, and make a dataset of it."""
        from fnmatch import fnmatch

        from runstore.stand_ins.transfer import tree

        source = sources_of(target)[0]
        place = place_of(source)
        pairs = [(path, name) for name, path in tree(src_dir) if pattern is None or fnmatch(name, pattern)]
        done = copy_files(pairs, place, overwrite)
        if show_progress:
            print("Uploaded {} of {} files to {}".format(len(done), len(pairs), source.get("datastore", place)))
        return FileDatasetFactory.from_files(target)


def upload_target(target: Any) -> tuple[Datastore, str]:
    """The datastore and path that ``target`` names."""
    from runstore.stand_ins.datastore import Datastore
    from runstore.stand_ins.here import Here

    source = sources_of(target)[0]
    if "datastore" not in source:
        raise UserErrorException("target: give a datastore, or a pair (datastore, path)")
    return Datastore(Here(source["root"]), source["datastore"]), source["path"]
