"""The registered datasets of a workspace: names with versions from 1, and every dataset that a run was given, by id."""

from __future__ import annotations

import os
import time

from runstore.exceptions import UserErrorException
from runstore.layout.ids import new_interactive_id
from runstore.layout.printable import printable
from runstore.stand_ins.dataset_record import is_whole
from runstore.stand_ins.shelf import Shelf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NAMES, _VERSIONS, _IDS = "datasets", "versions", "ids"


def register(
    root: str, name: str, definition: dict[str, Any], description: str | None, tags: dict[str, str], new_version: bool
) -> dict[str, Any]:
    """Keep ``definition`` under ``name``; the entry of its version.

    Without ``new_version`` that is possible once: the newest version is given back if it has the same definition, else
    `UserErrorException` says that the name is taken.
    """
    number = _newest(root, name)
    newest = _versions(root, name).read(str(number))
    if newest is not None and is_whole(newest) and not new_version:
        if newest["definition"] == definition:
            return newest
        raise UserErrorException(
            "dataset {!r} is there already, with other content; register it with create_new_version=True".format(
                printable(name, 100)
            )
        )
    version = number
    while True:
        version += 1
        entry = {
            "id": new_interactive_id(),
            "name": name,
            "version": version,
            "description": description,
            "tags": tags,
            "created": time.time(),
            "definition": definition,
        }
        if _versions(root, name).add(str(version), entry):
            Shelf(root, _NAMES, _IDS).write(str(entry["id"]), entry)
            return entry


def find(root: str, name: str, version: Any = "latest") -> dict[str, Any] | None:
    """The entry of a version of ``name``, by default the newest; None when there is none.

    Raises `UserErrorException` where its file is damaged.
    """
    return _read(_versions(root, name), str(_newest(root, name) if version in (None, "latest") else version))


def find_id(root: str, dataset_id: str) -> dict[str, Any] | None:
    """The entry with this id, registered or not; raises as `find`."""
    return _read(Shelf(root, _NAMES, _IDS), dataset_id)


def keep(root: str, definition: dict[str, Any]) -> str:
    """Keep a dataset that has no name, so that another process finds it; its id, the same for the same definition."""
    import json
    from hashlib import sha256

    digest = sha256(json.dumps(definition, sort_keys=True, default=str).encode("utf-8")).hexdigest()
    parts = (digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32])
    identity = "-".join(parts)
    Shelf(root, _NAMES, _IDS).add(identity, {"id": identity, "definition": definition, "created": time.time()})
    return identity


def change(root: str, entry: dict[str, Any]) -> None:
    """Replace the entry of a registered dataset, tags and description changed."""
    _versions(root, entry["name"]).write(str(entry["version"]), entry)
    Shelf(root, _NAMES, _IDS).write(str(entry["id"]), entry)


def names(root: str) -> list[str]:
    """The names of all registered datasets, sorted."""
    return Shelf(root, _NAMES, _VERSIONS).folders()


def forget(root: str, name: str) -> None:
    """Remove all versions of a name; runs that were given one still find it by its id."""
    shelf = _versions(root, name)
    for version in shelf.names():
        shelf.remove(version)
    shelf.remove_folder()


def _versions(root: str, name: str) -> Shelf:
    return Shelf(root, _NAMES, _VERSIONS, name)


def _newest(root: str, name: str) -> int:
    """The number of the newest version, 0 for none."""
    return max((int(each) for each in _versions(root, name).names() if each.isascii() and each.isdigit()), default=0)


def _read(shelf: Shelf, name: str) -> dict[str, Any] | None:
    entry = shelf.read(name)
    if entry is not None and is_whole(entry):
        return entry
    if not os.path.lexists(shelf.path(name)):
        return None
    raise UserErrorException(
        "the record of the dataset in {} is damaged: register the dataset anew, or remove the file".format(
            printable(shelf.path(name), 300)
        )
    )
