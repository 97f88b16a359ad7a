"""Files copied into and out of the folders of datastores and datasets."""

from __future__ import annotations

import os
from contextlib import contextmanager

from runstore.layout.names import artifact_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def inner_path(path: str | os.PathLike[str] | None) -> str:
    """A path inside a datastore, normalised; ``""`` for its top. Raises `UserErrorException` for one with ``..``."""
    text = os.fspath(path).replace("\\", "/").lstrip("/") if path is not None else ""
    return "" if text.strip("./") == "" and ".." not in text else artifact_path(text)


def tree(folder: str) -> Iterator[tuple[str, str]]:
    """Every file below ``folder`` as (relative name with ``/``, path), in order of name; hidden ones too.

    Links to folders are followed, each folder once.
    """
    seen = set()
    for place, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders.sort()
        for name in sorted(files):
            path = os.path.join(place, name)
            yield os.path.relpath(path, folder).replace(os.sep, "/"), path


def copy_files(pairs: Iterable[tuple[str, str]], target: str, overwrite: bool) -> list[str]:
    """Copy each (path, relative name) below ``target``; returns the paths made. Files that exist stay, without
    ``overwrite``; each appears whole under its name."""
    import shutil

    done = []
    for source, name in pairs:
        place = os.path.join(target, name)
        if os.path.exists(place) and not overwrite:
            continue
        os.makedirs(os.path.dirname(place) or ".", exist_ok=True)
        with whole_file(place) as temporary:
            shutil.copyfile(source, temporary)
        done.append(place)
    return done


@contextmanager
def whole_file(path: str) -> Iterator[str]:
    """The name of a file to write beside ``path``, which takes its place at the end of the ``with`` block.

    So another process never reads a part of it. What fails leaves nothing behind.
    """
    temporary = os.path.join(os.path.dirname(path), ".tmp-" + os.urandom(6).hex())
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)


def link_files(files: Iterable[tuple[str, str]], target: str) -> None:
    """A link for each (relative name, path) below ``target``; what is there already is kept, broken links are not."""
    for name, path in files:
        place = os.path.join(target, name)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        if os.path.islink(place) and os.readlink(place) != path:
            os.unlink(place)
        if not os.path.lexists(place):
            try:
                os.symlink(path, place)
            except FileExistsError:  # by another process that wants the same
                pass
