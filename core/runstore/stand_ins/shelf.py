"""Named entries in the workspace's control folder, a JSON file each: clusters, datastores, datasets."""

from __future__ import annotations

import json
import os

from runstore.layout.names import decode_name, encode_name
from runstore.layout.paths import CONTROL
from runstore.layout.roots import ensure_root
from runstore.writing.create import write_atomically

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SUFFIX = ".json"


class Shelf:
    """The entries of one kind; ``place`` are the folders below ``ROOT/.runstore``."""

    def __init__(self, root: str | os.PathLike[str], *place: str) -> None:
        self._root = os.fspath(root)
        self.folder = os.path.join(self._root, CONTROL, *[encode_name(part) for part in place])

    def names(self) -> list[str]:
        """The names of all entries, sorted; those that start with a dot are nobody's business."""
        try:
            files = os.listdir(self.folder)
        except OSError:
            return []
        found = [decode_name(file[: -len(_SUFFIX)]) for file in files if file[:1] != "." and file.endswith(_SUFFIX)]
        return sorted(name for name in found if not name.startswith("."))

    def read(self, name: str) -> dict[str, Any] | None:
        """The entry, or None when there is none that can be read."""
        try:
            with open(self.path(name), encoding="utf-8") as file:
                entry = json.load(file)
        except (OSError, ValueError, RecursionError):
            return None
        return entry if isinstance(entry, dict) else None

    def write(self, name: str, entry: dict[str, Any]) -> None:
        """Make or replace the entry."""
        ensure_root(self._root)
        os.makedirs(self.folder, exist_ok=True)
        write_atomically(self.path(name), json.dumps(entry, indent=1, default=str).encode("utf-8"))

    def add(self, name: str, entry: dict[str, Any]) -> bool:
        """Make the entry if there is none of this name; whether it was made."""
        spare = ".new-" + os.urandom(6).hex()
        self.write(spare, entry)
        try:
            try:
                os.link(self.path(spare), self.path(name))
            except FileExistsError:
                return False
            except OSError:  # a file system without hard links: the name is taken first, then filled
                try:
                    os.close(os.open(self.path(name), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
                except FileExistsError:
                    return False
                self.write(name, entry)
            return True
        finally:
            os.unlink(self.path(spare))

    def remove(self, name: str) -> None:
        """Remove the entry if it is there."""
        try:
            os.unlink(self.path(name))
        except FileNotFoundError:
            pass

    def folders(self) -> list[str]:
        """The names of the shelves inside this one, sorted."""
        try:
            with os.scandir(self.folder) as entries:
                return sorted(decode_name(entry.name) for entry in entries if entry.is_dir() and entry.name[0] != ".")
        except OSError:
            return []

    def remove_folder(self) -> None:
        """Remove this shelf when it is empty."""
        try:
            os.rmdir(self.folder)
        except OSError:
            pass

    def path(self, name: str) -> str:
        """The file of the entry."""
        return os.path.join(self.folder, encode_name(name) + _SUFFIX)
