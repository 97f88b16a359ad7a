"""Where the files of a dataset are: places in datastores, local paths, web addresses; patterns allowed.

A source is a dict, so that it can be kept in a file: ``{"root", "datastore", "path"}``, ``{"path"}`` or ``{"url"}``.
"""

from __future__ import annotations

import glob
import os
import re

from runstore.exceptions import UserErrorException
from runstore.layout.printable import printable
from runstore.layout.roots import cache_folder
from runstore.stand_ins.data_input import DataPath, DataReference
from runstore.stand_ins.datastore import Datastore
from runstore.stand_ins.here import Here
from runstore.stand_ins.transfer import inner_path, tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Source = dict[str, str]

_URL = re.compile(r"https?://", re.IGNORECASE)
_MAGIC = re.compile(r"[*?\[]")


def sources_of(path: Any) -> list[Source]:
    """The sources that ``path`` names: text, a `DataPath`, a pair (datastore, path), or a list of those.

    Raises `UserErrorException` for anything else.
    """
    if isinstance(path, (DataPath, DataReference)):
        return [_in_datastore(path.datastore, path.path_on_datastore)]
    if isinstance(path, (str, os.PathLike)):
        text = os.fspath(path)
        if _URL.match(text):
            return [{"url": text}]
        if re.match(r"\w{2,}://", text):
            raise UserErrorException(
                "{}: only http(s) addresses, local paths and places in datastores can be read here".format(
                    printable(text, 200)
                )
            )
        return [{"path": os.path.abspath(os.path.expanduser(text))}]
    if isinstance(path, tuple) and len(path) == 2 and isinstance(path[0], Datastore):
        inner = path[1] if isinstance(path[1], (list, tuple)) else [path[1]]
        return [_in_datastore(path[0], each) for each in inner]
    if isinstance(path, Datastore):
        return [_in_datastore(path, "")]
    if isinstance(path, (list, tuple)) and path:
        return [source for each in path for source in sources_of(each)]
    kinds = "a local path, an http(s) address, (datastore, path), or a list of those"
    raise UserErrorException("path of a dataset: give {}; not {}".format(kinds, type(path).__name__))


def place_of(source: Source) -> str:
    """The local path, or pattern, of a source; a web address is fetched first, once."""
    if "url" in source:
        return _fetched(source["url"])
    if "datastore" in source:
        return os.path.join(Datastore(Here(source["root"]), source["datastore"]).folder, inner_path(source["path"]))
    return source["path"]


def files_of(source: Source) -> list[tuple[str, str]]:
    """The files of a source as (relative name, local path), in order of name.

    Names are relative to the folder, or to the part of a pattern without wildcards. Raises `UserErrorException` when
    there is nothing.
    """
    place = place_of(source)
    if os.path.isfile(place):
        return [(os.path.basename(place), place)]
    if os.path.isdir(place):
        found = list(tree(place))
    else:
        base = _fixed_part(place)
        matches = sorted(glob.glob(place, recursive=True)) if _MAGIC.search(place) else []
        found = [(os.path.relpath(path, base).replace(os.sep, "/"), path) for path in matches if os.path.isfile(path)]
        found += [
            (os.path.relpath(path, base).replace(os.sep, "/"), path)
            for match in matches
            if os.path.isdir(match) and not place.rstrip("/").endswith("**")
            for _, path in tree(match)
        ]
    if not found:
        raise UserErrorException("there are no files at {}".format(printable(place, 300)))
    return sorted(set(found))


def files_of_all(sources: list[Source]) -> list[tuple[str, str]]:
    """The files of all sources, one after the other, as `files_of` has them.

    Where files of several sources would have the same name there, all names are relative to the folder that has them
    all.
    """
    found = [each for source in sources for each in files_of(source)]
    if len(sources) < 2 or not _clash(found):
        return found
    common = os.path.commonpath([os.path.dirname(path) for _, path in found])
    return [(os.path.relpath(path, common).replace(os.sep, "/"), path) for _, path in found]


def _clash(files: list[tuple[str, str]]) -> bool:
    """Whether two files have one name, or one is called as a folder of another is."""
    places: dict[str, str] = {}
    if any(places.setdefault(name, path) != path for name, path in files):
        return True
    folders = {name.rpartition("/")[0] for name in places}
    while folders:
        if not folders.isdisjoint(places):
            return True
        folders = {folder.rpartition("/")[0] for folder in folders if "/" in folder}
    return False


def single_place(sources: list[Source]) -> str | None:
    """The one local folder or file that the sources are, else None."""
    if len(sources) != 1:
        return None
    place = place_of(sources[0])
    return place if os.path.exists(place) and (os.path.isfile(place) or not _MAGIC.search(place)) else None


def _in_datastore(store: Datastore, path: Any) -> Source:
    return {"root": str(store.workspace.root), "datastore": store.name, "path": inner_path(path)}


def _fixed_part(pattern: str) -> str:
    parts = pattern.split(os.sep)
    fixed = []
    for part in parts:
        if _MAGIC.search(part):
            break
        fixed.append(part)
    return os.sep.join(fixed) or os.sep


def _fetched(url: str) -> str:
    """The file at a web address, kept in this user's cache."""
    from hashlib import sha256
    from http.client import HTTPException
    from urllib.error import URLError
    from urllib.parse import unquote, urlsplit
    from urllib.request import urlopen

    name = os.path.basename(unquote(urlsplit(url).path)).lstrip(".") or "data"
    folder = os.path.join(cache_folder(), "downloads", sha256(url.encode("utf-8")).hexdigest()[:24])
    path = os.path.join(folder, name[-100:])
    if os.path.isfile(path):
        return path
    os.makedirs(folder, exist_ok=True)
    temporary = os.path.join(folder, ".tmp-" + os.urandom(6).hex())
    try:
        with urlopen(url, timeout=60) as answer, open(temporary, "wb") as file:
            while True:
                block = answer.read(1 << 20)
                if not block:
                    break
                file.write(block)
            if getattr(answer, "length", None):  # what the server has promised, and did not send
                raise OSError("the download was cut off: {} bytes are missing".format(answer.length))
        os.replace(temporary, path)
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise UserErrorException(
            "cannot fetch {}: {}; download it and give the local path".format(printable(url, 300), error)
        ) from error
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)
    return path
