"""Files of a `Run`, one mixin: uploads, downloads, names."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.layout.names import artifact_path
from runstore.layout.paths import CONTROL
from runstore.layout.printable import printable
from runstore.runs.logs import log_files, present_name
from runstore.writing.artifacts import artifact_file, artifact_names, store_file
from runstore.writing.outputs import files_outside_stores

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.writing.writer import RunWriter


class Files:
    """Artifacts are the user's files in a run, named by relative paths such as ``outputs/model.pkl``."""

    _folder: str
    _writer: RunWriter

    def _store(self, name: str, source: Any, replace: bool = False) -> str | None:
        """Store an artifact; None, with a warning in the run, when the store cannot be written."""
        writer = self._writer  # a run that begins with this call gets its folder now
        try:
            return store_file(self._folder, name, source, replace)
        except OSError as error:
            writer.record("warning", value="file {} was not kept: {}".format(name, error.strerror or error))
            return None

    def upload_file(self, name: str, path_or_stream: Any, datastore_name: str | None = None) -> None:
        """Keep a copy of a file (a path or an open stream) as artifact ``name``; a name can be used only once.

        Raises `UserErrorException` for a name that is taken, or is below that of a file.
        """
        name = artifact_path(name)
        if self._store(name, path_or_stream) is None:
            above = _file_above(self._folder, name)
            if above is not None:
                raise UserErrorException(
                    "Resource Conflict: artifact {!r} cannot be below {!r}, which is a file of this run; give another "
                    "name".format(printable(name, 200), printable(above, 200))
                )

    def upload_files(
        self,
        names: list[str],
        paths: list[str],
        return_artifacts: bool = False,
        timeout_seconds: int | None = None,
        datastore_name: str | None = None,
    ) -> None:
        """Keep several files; of a name that comes twice the first file, with a warning in the run.

        Raises TypeError when there are not as many names as paths.
        """
        if len(names) != len(paths):
            raise TypeError("upload_files: {} names for {} paths".format(len(names), len(paths)))
        sources: dict[str, str] = {}
        for name, path in zip(names, paths):
            normal = artifact_path(name)
            if normal in sources:
                self._writer.record(
                    "warning", value="upload_files: {!r} was given twice, the first file is kept".format(normal)
                )
            sources.setdefault(normal, path)
        for name, path in sources.items():
            self.upload_file(name, path)

    def upload_folder(self, name: str, path: str, datastore_name: str | None = None) -> None:
        """Keep all files under the folder ``path``, recursively, as ``<name>/<relative path>``.

        A store of runs that lies there is left out: this run would hold all others, and itself.
        """
        if not os.path.isdir(path):
            raise UserErrorException("upload_folder: {} is not a folder".format(printable(path, 300)))
        if os.path.isdir(os.path.join(path, CONTROL)):
            problem = "upload_folder: {} is a store of runs: no file in it is kept".format(printable(path, 300))
            self._writer.record("warning", value=problem)
            return
        for relative, source in list(files_outside_stores(path)):
            self.upload_file("{}/{}".format(name, relative), source)

    def get_file_names(self) -> list[str]:
        """The names of all files, sorted: artifacts, and the logs as ``user_logs/...`` and ``system_logs/...``."""
        return sorted({*artifact_names(self._folder), *log_files(self._folder)})

    def download_file(
        self, name: str, output_file_path: str | os.PathLike[str] | None = None, _validate_checksum: bool = False
    ) -> None:
        """Copy an artifact to ``output_file_path``: a file, a folder to put it in, or by default the current folder.

        Raises `UserErrorException`, which lists the files there are, for a name that is not there.
        """
        source = self._file(name)
        if source is None:
            raise UserErrorException(
                "no file {!r} in this run; there are: {}".format(
                    printable(name, 200),
                    ", ".join(printable(each, 200) for each in self.get_file_names()) or "none",
                )
            )
        base = artifact_path(name).rpartition("/")[2]
        target = os.fspath(output_file_path) if output_file_path else base
        if os.path.isdir(target) or target.endswith(("/", os.sep)):
            target = os.path.join(target, base)
        os.makedirs(os.path.dirname(os.path.abspath(target)), exist_ok=True)
        from shutil import copyfile  # only here: it costs 4 ms to import

        copyfile(source, target)

    def _file(self, name: str) -> str | None:
        """The path of an artifact or a log; None when there is none of this name."""
        path = artifact_file(self._folder, name)
        if os.path.isfile(path):
            return path
        return log_files(self._folder).get(present_name(artifact_path(name)))

    def download_files(
        self,
        prefix: str | None = None,
        output_directory: str | None = None,
        output_paths: list[str] | None = None,
        batch_size: int = 100,
        append_prefix: bool = True,
        timeout_seconds: int | None = None,
    ) -> None:
        """Copy all artifacts whose name starts with ``prefix`` under ``output_directory``.

        The folders of the prefix are kept unless ``append_prefix`` is False: then names are relative to the prefix,
        or, where it is the beginning of a name alone, to the folder it is in.
        """
        names = [name for name in self.get_file_names() if name.startswith(prefix or "")]
        if output_paths is not None and len(output_paths) != len(names):
            raise UserErrorException("download_files: {} paths for {} files".format(len(output_paths), len(names)))
        for index, name in enumerate(names):
            if output_paths is not None:
                target = output_paths[index]
            else:
                relative = name if append_prefix or not prefix else _below(prefix, name)
                target = os.path.join(output_directory or ".", *relative.split("/"))
            self.download_file(name, target)


def _file_above(folder: str, name: str) -> str | None:
    """The artifact that has the name of a folder of the artifact ``name``; None where there is none."""
    parts = name.split("/")
    above = ("/".join(parts[:count]) for count in range(1, len(parts)))
    return next((each for each in above if os.path.isfile(artifact_file(folder, each))), None)


def _below(prefix: str, name: str) -> str:
    """``name``, which starts with ``prefix``, relative to it."""
    folder = prefix.rstrip("/") + "/"
    if not name.startswith(folder):
        folder = prefix[: prefix.rfind("/") + 1]
    return name[len(folder) :]
