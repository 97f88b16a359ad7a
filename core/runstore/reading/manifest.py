"""The run as a reader sees it: ``run.json``, and over it what edits and ``records/`` say since it was written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Iterator

from runstore.reading.folder import FolderListing
from runstore.reading.growing import read_small
from runstore.records import status
from runstore.records.edits import decode_edit, is_edit_file
from runstore.records.manifest import (
    FORMAT_VERSION,
    apply_change,
    decode_manifest,
    folded_edits,
    folded_records,
    folded_until,
    new_manifest,
    requested_end,
)
from runstore.records.moments import seconds_of

if TYPE_CHECKING:
    from runstore.reading.events import Events

LARGEST = 64 << 20
"""Bytes of ``run.json`` or an edit at most."""
_TEXTS = (
    *("id", "experiment", "display_name", "description", "type", "target", "status"),
    *("host", "user", "cwd", "parent"),
)
_TIMES = ("created", "started", "ended")

_NOTHING = new_manifest(metrics={})


class ManifestFiles:
    """``run.json`` and the edit files of one run folder."""

    def __init__(self, folder: str, manifest: str, fresh: bool = False) -> None:
        """``fresh`` is for network mounts."""
        self._folder = FolderListing(folder, fresh)
        self._path = manifest
        self._stamp: tuple[int, ...] = ()
        self._base = _NOTHING
        self._edits: dict[str, list[dict[str, Any]]] = {}
        self._problems: dict[str, str] = {}
        self.listed: tuple[int, int] = (0, 0)
        self.readable = False

    def refresh(self) -> bool:
        """Read again what has changed; whether anything has. Raises FileNotFoundError when the folder is gone."""
        stat = os.stat(self._folder.folder)
        self.listed = stat.st_ino, stat.st_ctime_ns
        return self._refresh_base() | self._refresh_edits(stat)

    def _refresh_base(self) -> bool:
        try:
            stat = os.lstat(self._path)
            stamp = (stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size)
            if stamp == self._stamp:
                return False
            self._base = _usable(decode_manifest(read_small(self._path, LARGEST)))
            self._stamp = stamp
            self.readable = True
            self._problems.pop(self._path, None)
        except OSError as error:
            self._problems[self._path] = error.strerror or str(error)
            return False
        except (ValueError, RecursionError) as error:
            self._problems[self._path] = "not a run record: {}".format(error)
            self._stamp = stamp
        return True

    def _refresh_edits(self, stat: os.stat_result) -> bool:
        names = {name for name in self._folder.names(stat) if is_edit_file(name)}
        if names == self._edits.keys():
            return False
        for name in self._edits.keys() - names:
            del self._edits[name]
            self._problems.pop(os.path.join(self._folder.folder, name), None)
        for name in names - self._edits.keys():
            path = os.path.join(self._folder.folder, name)
            try:
                edit = decode_edit(read_small(path, LARGEST))
            except (OSError, ValueError, RecursionError) as error:
                self._problems[path] = str(getattr(error, "strerror", None) or error)
                self._edits[name] = []
                continue
            written = seconds_of(edit.get("time")) or 0.0
            self._edits[name] = [{"time": written, **change} for change in edit["changes"]]
        return True

    @property
    def ended(self) -> bool:
        """Whether the owner has ended the run in ``run.json``, and folded in what edits and ``records/`` said."""
        return self._base["status"] in status.TERMINAL

    def merged(self, events: Events | None) -> dict[str, Any]:
        """The manifest with the edits, and with what was recorded, applied in order of time.

        What the owner has folded in at the end of an attempt is left out.
        """
        folded = folded_edits(self._base)
        edits = [name for name in sorted(self._edits) if name not in folded]
        changes = [(seconds_of(each.get("time")) or 0.0, each) for name in edits for each in self._edits[name]]
        if events is not None:
            changes += events.changes_since(folded_records(self._base), folded_until(self._base))
        if not changes:
            return self._base
        manifest = {key: _copied(value) for key, value in self._base.items()}
        for _, change in sorted(changes, key=lambda each: each[0]):
            if change.get("kind") == "metric":  # all its other fields are taken for the definition
                change = {key: each for key, each in change.items() if key not in ("writer", "rank")}
            apply_change(manifest, change)
        if manifest["status"] not in status.TERMINAL:
            manifest.update(requested_end(manifest) or {})
        return manifest

    def problems(self) -> Iterator[tuple[str, str]]:
        """(file, what is wrong with it)."""
        yield from self._problems.items()
        if self._folder.problem():
            yield self._folder.folder, self._folder.problem()
        version = self._base["v"]
        if type(version) is int and version > FORMAT_VERSION:
            yield self._path, "written by a newer version (format {}): shown as far as it is understood".format(version)


def _copied(value: Any) -> Any:
    """A copy of what `apply_change` changes in place."""
    if isinstance(value, dict):
        return {key: dict(each) if isinstance(each, dict) else each for key, each in value.items()}
    return list(value) if isinstance(value, list) else value


def _usable(manifest: dict[str, Any]) -> dict[str, Any]:
    """``manifest`` with values of other types than they must have made None or left out."""
    for key in _TEXTS:
        if not isinstance(manifest[key], str):
            manifest[key] = None
    for key in _TIMES:
        manifest[key] = seconds_of(manifest[key])
    manifest["number"] = manifest["number"] if type(manifest["number"]) is int else None
    manifest["archived"] = bool(manifest["archived"])
    manifest["attempts"] = [attempt for attempt in manifest["attempts"] if isinstance(attempt, dict)]
    manifest["warnings"] = [text for text in manifest["warnings"] if isinstance(text, str)]
    for key in ("exit", "summary", "git"):
        if not isinstance(manifest[key], dict):
            manifest[key] = None
    metrics = manifest.get("metrics", {})
    manifest["metrics"] = {
        name: each for name, each in (metrics.items() if isinstance(metrics, dict) else ()) if isinstance(each, dict)
    }
    return manifest
