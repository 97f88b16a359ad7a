"""`RunOwner`: the one process that writes a run's ``run.json``, from creation (or a new attempt) to the end."""

from __future__ import annotations

import os
import threading
import time

from runstore.layout.paths import RunPaths
from runstore.records import status
from runstore.records.edits import decode_edit, is_edit_file
from runstore.records.heartbeat import unwritten_in
from runstore.records.identity import identity_of
from runstore.records.lines import decode_line, original
from runstore.records.manifest import (
    apply_change,
    decode_manifest,
    encode_manifest,
    folded_edits,
    folded_records,
    folded_until,
    requested_end,
)
from runstore.records.moments import seconds_of
from runstore.writing.create import write_atomically
from runstore.writing.streams import warn_once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LONGEST_LINE = 64 << 20


def new_attempt(engine: str | None = None, child: dict[str, Any] | None = None) -> dict[str, Any]:
    """What run.json says of an attempt that begins now in this process."""
    identity = identity_of()
    return {
        "start": time.time(),
        "end": None,
        "exit": None,
        "host": identity["host"],
        "engine": engine,
        "owner": identity,
        "child": child,
    }


class RunOwner:
    """Keeps ``manifest`` and writes it whole on each change. Only the constructor raises for an I/O reason."""

    def __init__(self, folder: str) -> None:
        """Take over the run in ``folder``; raises OSError or ValueError when its run.json cannot be read."""
        self.folder = folder
        self._path = RunPaths(folder).manifest
        self._lock = threading.RLock()
        self._warn = warn_once()
        with open(self._path, "rb") as file:
            self.manifest: dict[str, Any] = decode_manifest(file.read())

    def begin_attempt(self, engine: str | None = None, child: dict[str, Any] | None = None) -> int:
        """Note that this process runs the run now; returns the attempt's number, from 1. Does not write."""
        for asked in ("cancel_requested", "end_requested"):  # of an earlier attempt, by whatever clock
            self.manifest.pop(asked, None)
        self.manifest["attempts"].append(new_attempt(engine, child))
        return len(self.manifest["attempts"])

    def update(self, **changes: Any) -> None:
        """Change fields of run.json and write it; warns once when it cannot be written, and goes on."""
        with self._lock:
            self.manifest.update(changes)
            try:
                write_atomically(self._path, encode_manifest(self.manifest))
            except OSError as error:
                self._warn("cannot write {}: {}".format(self._path, error.strerror or error))

    @property
    def ended(self) -> bool:
        """Whether it has ended the run."""
        return self.manifest["status"] in status.TERMINAL

    def finish(self, final: str, exit: dict[str, Any] | None = None, summary: dict[str, Any] | None = None) -> None:
        """End the run: fold what others recorded into run.json and write it with the final status.

        ``summary`` is the hint of `runstore.reading.summary`, for fast lists.
        """
        now = time.time()
        with self._lock:
            changes, edits, sizes = self._changes()
            for _, change in changes:
                apply_change(self.manifest, change)
            wanted = requested_end(self.manifest)
            if wanted is not None:  # somebody outside has said how it ended, before it did
                final, exit = wanted["status"], wanted["exit"] or exit
            attempts = self.manifest["attempts"]
            if attempts:
                # Not before what is folded in, which readers would apply once more where the clock was set back.
                attempts[-1]["end"] = max(now, changes[-1][0]) if changes else now
                attempts[-1]["exit"] = exit
            if sizes:
                self.manifest["folded_records"] = sizes
            if edits:  # readers leave them out from now on, whether or not they can be removed
                self.manifest["folded"] = edits
            lost = unwritten_in(RunPaths(self.folder).alive)
            untold = {"dropped": lost} if lost else None
            hint = {**summary, **(untold or {})} if summary else untold
            self.update(status=final, ended=now, exit=exit, summary=hint)
            if summary and not self._is_written(final):  # on a full disk there may be room for what is no hint
                self.update(summary=untold)
            if edits and self._is_written(final):
                self._remove(edits)

    def _remove(self, edits: list[str]) -> None:
        """Remove edit files that are folded in; those of others in a folder that a group shares stay."""
        for name in edits:
            try:
                os.unlink(os.path.join(self.folder, name))
            except OSError:
                pass
        left = set(edits).intersection(_listed(self.folder))
        self.manifest.pop("folded")
        self.update(**({"folded": sorted(left)} if left else {}))

    def _is_written(self, final: str) -> bool:
        try:
            with open(self._path, "rb") as file:
                return bool(decode_manifest(file.read())["status"] == final)
        except (OSError, ValueError):
            return False

    def _changes(self) -> tuple[list[tuple[float, dict[str, Any]]], list[str], dict[str, int]]:
        """The changes in records/ and in edit files with their times, in that order, the names of all edit files, and
        how much was read of each file in records/.

        Changes that were folded in before, at the end of an earlier attempt, are left out.
        """
        found: list[tuple[float, dict[str, Any]]] = []
        edits: list[str] = []
        sizes: dict[str, int] = {}
        folded, until, done = folded_edits(self.manifest), folded_until(self.manifest), folded_records(self.manifest)
        for name in filter(is_edit_file, _listed(self.folder)):
            try:
                with open(os.path.join(self.folder, name), "rb") as file:
                    edit = decode_edit(file.read())
            except (OSError, ValueError):
                continue
            edits.append(name)
            if name not in folded:
                found.extend((_seconds(edit), change) for change in edit["changes"])
        records = RunPaths(self.folder).records
        for name in _listed(records):
            try:
                with open(os.path.join(records, name), "rb") as file:
                    moment = 0.0  # a clock that steps back does not change the order in a file
                    begin = end = 0
                    lines = iter(lambda: file.readline(LONGEST_LINE), b"")
                    for line in lines:
                        begin, end = end, end + len(line)
                        if line.endswith(b"\n"):
                            sizes[name] = end
                        try:
                            record = original(decode_line(line))
                        except ValueError:
                            continue
                        moment = max(moment, _seconds(record))
                        if begin >= done.get(name, 0) if done is not None else moment > until:
                            found.append((moment, record))
            except OSError:
                continue
        found.sort(key=lambda each: each[0])
        return found, edits, sizes


def _seconds(record: dict[str, Any]) -> float:
    return seconds_of(record.get("time")) or 0.0


def _listed(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
