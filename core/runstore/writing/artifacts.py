"""Files of users put under ``files/``: whole or not at all, never outside the run, never over one that exists."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.layout.names import artifact_path
from runstore.layout.paths import RunPaths
from runstore.layout.printable import printable
from runstore.layout.run_files import run_file, run_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any, Iterator

_FICLONE = 0x40049409


def artifact_file(folder: str, name: str) -> str:
    """The path of the artifact ``name`` of the run in ``folder``; raises `UserErrorException` for a bad name."""
    return run_file(folder, artifact_path(name))


def store_file(folder: str, name: str, source: str | os.PathLike[str] | IO[Any], replace: bool = False) -> str:
    """Store a copy of ``source`` (a path or a readable stream) as artifact ``name``; returns its normalised name.

    Raises `UserErrorException` for a bad name, a source that cannot be read, or a name that is taken (unless
    ``replace``), OSError when the store cannot be written.
    """
    target = os.path.join(RunPaths(folder).files, *artifact_path(name).split("/"))
    if not os.path.isdir(folder):  # a deleted run is not brought back
        raise FileNotFoundError(2, "the run was deleted", folder)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    temporary = os.path.join(os.path.dirname(target), ".tmp-{}".format(os.urandom(6).hex()))
    try:
        _copy(source, temporary)
        if replace:
            os.replace(temporary, target)
        else:
            try:
                os.link(temporary, target)
            except FileExistsError:
                raise UserErrorException(
                    "Resource Conflict: artifact {!r} already exists in this run; give another name".format(
                        printable(name, 200)
                    )
                ) from None
            except OSError:  # a file system without hard links
                os.rename(temporary, target)
    finally:
        try:
            os.unlink(temporary)
        except OSError:
            pass
    return artifact_path(name)


def _copy(source: str | os.PathLike[str] | IO[Any], target: str) -> None:
    if hasattr(source, "read"):
        with open(target, "wb") as file:
            while True:
                data = source.read(1 << 20)
                if not data:
                    return
                file.write(data.encode("utf-8") if isinstance(data, str) else data)
    try:
        stream = open(source, "rb")  # noqa: SIM115 - closed below; only the opening is the caller's mistake
    except OSError as error:
        raise UserErrorException(
            "cannot read {}: {}".format(printable(os.fspath(source), 300), error.strerror or error)
        ) from error
    with stream, open(target, "wb") as file:
        if _clone(stream.fileno(), file.fileno()):
            return
        from shutil import copyfileobj  # only here: it costs 4 ms to import

        copyfileobj(stream, file, 1 << 20)


def _clone(source: int, target: int) -> bool:
    """Let both files share their blocks until one of them changes (FICLONE); false where that cannot be."""
    try:
        import fcntl

        fcntl.ioctl(target, _FICLONE, source)
    except (ImportError, OSError):
        return False
    return True


def files_under(source: str) -> Iterator[tuple[str, str]]:
    """(relative name with ``/``, path) of each regular file under the folder, sorted; links to folders not entered."""
    for parent, folders, names in os.walk(source):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(parent, name)
            if os.path.isfile(path):
                yield os.path.relpath(path, source).replace(os.sep, "/"), path


def artifact_names(folder: str) -> list[str]:
    """The names of all artifacts of the run, sorted; temporary files of uploads under way are left out."""
    return [
        name
        for name, path in run_files(folder)
        if not name.rpartition("/")[2].startswith(".tmp-") and os.path.isfile(path)
    ]
