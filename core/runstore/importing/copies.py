"""What a copy in the store says about the run that it was made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from runstore.importing.build import FILES_UP_TO
from runstore.importing.fingerprint import true_key
from runstore.layout.paths import RunPaths
from runstore.records.manifest import decode_manifest, encode_manifest
from runstore.sources.foreign import ForeignReader, Place
from runstore.writing.create import write_atomically

_FROM, _KIND, _ID, _PARENT = "imported_from", "imported_kind", "imported_id", "imported_parent"
_FINGERPRINT = "imported_fingerprint"
"""Of the files, and after a point of what was read of them."""


def properties_of(place: Place, reader: ForeignReader, stamp: str, content: str) -> dict[str, Any]:
    """The properties of a copy; ``stamp`` is that of the files from before they were read, ``content`` of what was."""
    found = {
        **reader.manifest["properties"],
        _FROM: true_key(place),
        _KIND: place.kind,
        _ID: reader.id,
        _FINGERPRINT: f"{stamp}.{content}",
    }
    parent = reader.manifest["parent"]
    return {**found, _PARENT: str(parent)} if parent else found


class Copy:
    """A copy as its ``run.json`` has it; of one that cannot be read nothing is known."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.manifest: dict[str, Any] = {}
        try:
            with open(RunPaths(folder).manifest, "rb") as file:
                self.manifest = decode_manifest(file.read())
        except (OSError, ValueError):
            pass
        self._properties: dict[str, Any] = self.manifest.get("properties", {})

    def is_of(self, stamp: str, largest: int) -> bool:
        """Whether it was made of files of this stamp, and has all of them of up to ``largest`` bytes."""
        return self._has_files(largest) and self._fingerprints()[0] == stamp

    def holds(self, content: str, largest: int) -> bool:
        """Whether it was made of what was read now."""
        return self._has_files(largest) and self._fingerprints()[-1] == content

    def _fingerprints(self) -> list[str]:
        return str(self._properties.get(_FINGERPRINT)).split(".")

    def _has_files(self, largest: int) -> bool:
        limit = self._properties.get(FILES_UP_TO)
        return not isinstance(limit, int) or limit >= largest

    @property
    def went_on(self) -> bool:
        """Whether it was taken up again here, and so is no copy any more."""
        return len(self.manifest.get("attempts", ())) > 1

    @property
    def original(self) -> tuple[Any, Any]:
        """The kind of the original, and its id there."""
        return self._properties.get(_KIND), self._properties.get(_ID)

    @property
    def parent(self) -> tuple[Any, Any] | None:
        """The same of the original's parent; None where there is none."""
        parent = self._properties.get(_PARENT)
        return None if parent is None else (self._properties.get(_KIND), parent)


def join_families(folders: Iterable[str]) -> None:
    """Let copies have the copies of their originals' parents as parents, if these are among them; raises OSError."""
    copies = [Copy(folder) for folder in folders]
    ids = {copy.original: copy.manifest.get("id") for copy in copies}
    for copy in copies:
        parent = ids.get(copy.parent) if copy.parent is not None else None
        if parent and copy.manifest["parent"] != parent:
            write_atomically(RunPaths(copy.folder).manifest, encode_manifest({**copy.manifest, "parent": parent}))
