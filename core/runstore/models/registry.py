"""The registry on disk: models by name, each with versions 1, 2, 3 ... that never change and are never given twice.

A version is built beside its place and renamed into it, so a folder with a number is whole.
"""

from __future__ import annotations

import os
import re
import time

from runstore.exceptions import (
    ModelNotFoundException,
    ModelPathNotFoundException,
    UserErrorException,
    WebserviceException,
    WorkspaceException,
)
from runstore.layout.names import encode_name
from runstore.layout.paths import RootPaths
from runstore.layout.printable import printable
from runstore.layout.roots import ensure_root
from runstore.records.identity import host_name
from runstore.records.lines import dumps
from runstore.writing.artifacts import files_under, store_file
from runstore.writing.create import write_atomically
from runstore.writing.facts import user_name
from runstore.writing.json_file import read_object
from runstore.writing.numbers import claim_number
from runstore.writing.removal import take_away

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Collection, Iterator

MODEL_FILE = "model.json"
FILES = "files"
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9\-\._]{0,254}\Z")


class NoSuchModel(ModelNotFoundException, WebserviceException):
    """There is no such model; Azure ML raises the one class in some places and the other in others."""


class NoSuchPath(ModelPathNotFoundException, WebserviceException):
    """There is no file or folder to register; the same two classes."""


def check_model_name(name: object) -> str:
    """``name`` if it can be the name of a model; raises `UserErrorException` otherwise."""
    if isinstance(name, str) and _NAME.match(name):
        return name
    raise UserErrorException(
        "model name {!r} is not valid: start with a letter or digit, then only letters, digits, '-', '.' and '_', "
        "255 characters at most".format(printable(name, 60))
    )


def register(root: str, name: str, source: str, only: list[str] | None = None, **fields: Any) -> str:
    """Copy a file or folder into the registry as the next version of ``name``; returns the version's folder.

    ``only`` names the files or folders inside the folder ``source`` that are kept. ``fields`` go into model.json.
    Raises `ModelPathNotFoundException` when there is nothing to copy, `WorkspaceException` when it cannot be written.
    """
    check_model_name(name)
    source = os.path.abspath(source)
    kept = _kept_name(os.path.basename(source))
    if not os.path.exists(source) or not kept:
        raise NoSuchPath("model path {} cannot be found".format(printable(source, 300)))
    models = os.path.join(RootPaths(ensure_root(root)).models, encode_name(name))
    temporary = os.path.join(models, ".new-" + os.urandom(6).hex())
    try:
        os.makedirs(temporary)
        size = 0
        for relative, path in _to_copy(source, only, root):
            stored = store_file(temporary, "{}/{}".format(kept, relative) if relative else kept, path)
            copy = os.path.join(temporary, FILES, *stored.split("/"))
            size += os.path.getsize(copy)
            os.chmod(copy, 0o444)  # scripts get this very file to load
        if not size and not os.path.isdir(os.path.join(temporary, FILES)):
            raise NoSuchPath("model path {} holds no file".format(printable(source, 300)))
        version = claim_number(models)
        content = {
            "v": 1,
            "name": name,
            "version": version,
            "created": time.time(),
            "user": user_name(),
            "host": host_name(),
            "path": kept,
            "size": size,
            **fields,
        }
        write_atomically(os.path.join(temporary, MODEL_FILE), dumps(content) + b"\n")
        place = os.path.join(models, str(version))
        os.rename(temporary, place)
    except OSError as error:
        raise WorkspaceException(
            "cannot write model {} to {}: {}".format(name, models, error.strerror or error)
        ) from error
    finally:
        if os.path.isdir(temporary):
            import shutil  # only here: it costs 4 ms to import

            shutil.rmtree(temporary, ignore_errors=True)
    return place


def _to_copy(source: str, only: list[str] | None, root: str) -> Iterator[tuple[str, str]]:
    """(name inside ``source``, empty for itself; path) of each file to register."""
    if not os.path.isdir(source):
        yield "", source
        return
    wanted = None if only is None else [os.path.normpath(each).replace(os.sep, "/") for each in only]
    used = set()
    # Where the store lies in it, whatever links lead there: the copy would have to hold itself.
    own = os.path.relpath(os.path.realpath(root), os.path.realpath(source)).replace(os.sep, "/")
    for relative, path in files_under(source):
        if own == os.curdir or relative.startswith(own + "/"):
            continue
        inside = [each for each in wanted or () if relative == each or relative.startswith(each + "/") or each == "."]
        used.update(inside)
        if wanted is None or inside:
            yield relative, path
    for each in wanted or ():
        if each not in used:
            raise NoSuchPath("{} is not in {}".format(printable(each, 200), printable(source, 300)))


def _kept_name(name: str) -> str:
    """The name of what is registered, encoded where model.json or an artifact cannot have it as it is."""
    try:
        name.encode()
    except UnicodeEncodeError:  # bytes of another encoding
        return encode_name(name)
    return encode_name(name) if "\\" in name else name


def versions(root: str, name: str) -> list[int]:
    """The versions of a model that there are, ascending."""
    return sorted(_numbers(os.path.join(RootPaths(root).models, encode_name(name))))


def version_folder(root: str, name: str, version: int | None = None) -> str:
    """The folder of a version of a model, the newest by default; raises `ModelNotFoundException` for none."""
    known = versions(root, name)
    if known and version in (None, *known):
        return os.path.join(RootPaths(root).models, encode_name(name), str(version or known[-1]))
    if known:
        why = "model {} has no version {}; there are: {}".format(
            printable(name, 100), printable(version, 20), ", ".join(map(str, known))
        )
    else:
        names = sorted({str(read_object(os.path.join(each, MODEL_FILE)).get("name")) for each in version_folders(root)})
        listed = ", ".join(printable(each, 100) for each in names[:20]) or "none"
        why = "no model {!r} in {}; there are: {}".format(printable(name, 100), root, listed)
    raise NoSuchModel("ModelNotFound: " + why)


def version_folders(root: str, name: str | None = None) -> Iterator[str]:
    """The folders of all versions of all models, or of one, ascending."""
    models = RootPaths(root).models
    for folder_name in sorted(_listed(models)) if name is None else [encode_name(name)]:
        folder = os.path.join(models, folder_name)
        for number in sorted(_numbers(folder)):
            yield os.path.join(folder, str(number))


def made_by(root: str, run_ids: Collection[str]) -> list[str]:
    """``name:version`` of all models that these runs have registered."""
    found = ((folder, read_object(os.path.join(folder, MODEL_FILE))) for folder in version_folders(root))
    return [
        "{}:{}".format(content.get("name"), os.path.basename(folder))
        for folder, content in found
        if content.get("run_id") in run_ids
    ]


def model_path(folder: str) -> str:
    """The file or folder that was registered, in the version's folder."""
    kept = str(read_object(os.path.join(folder, MODEL_FILE)).get("path") or "")
    if not kept or os.path.basename(kept) != kept or kept in (os.curdir, os.pardir):
        return os.path.join(folder, FILES)
    return os.path.join(folder, FILES, kept)


def delete(folder: str) -> None:
    """Delete the version in ``folder`` for good; its number is not given again."""
    try:
        take_away(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise WorkspaceException("cannot delete {}: {}".format(folder, error.strerror or error)) from error


def _numbers(folder: str) -> list[int]:
    return [int(name) for name in _listed(folder) if name.isdigit() and name.isascii()]


def _listed(folder: str) -> list[str]:
    try:
        return [name for name in os.listdir(folder) if not name.startswith(".")]
    except OSError:
        return []
