"""What may be wrong with one run."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from functools import partial

from runstore.jobs.submit.queue_files import queue_of
from runstore.layout.paths import RootPaths, RunPaths, find_run
from runstore.layout.rights import is_own, why_not_end
from runstore.reading.build import lost_records
from runstore.reading.run import RunReader
from runstore.reading.states import age, reader_state
from runstore.records import status
from runstore.records.manifest import moment_in
from runstore.records.points import WIDTHS, row_size
from runstore.upkeep.checks.finding import Finding
from runstore.upkeep.checks.half_written import check_half_written
from runstore.writing.edit import write_edit
from runstore.writing.reserve import NAME as RESERVE
from runstore.writing.working_folder import finish_work

_SETTLING = 60.0
"""Seconds in which a run that was just made finds its place in the queue."""
_ENDED = ("completed", "failed", "canceled", "dead", "ended")


def check_run(root: str, folder: str) -> Iterator[Finding]:
    """What is found in the run in ``folder``."""
    reader = RunReader(folder)
    reader.refresh()
    if reader.gone:
        return
    if not reader.readable:
        why = "; ".join(reader.warnings) or "run.json is missing"
        remedy = "what it logged is whole: a run.json from a copy of the run makes it readable again"
        yield Finding("error", "unreadable run", folder, why, remedy)
        return
    for warning in reader.warnings:
        yield Finding("warning", "damaged file", folder, warning, "readers leave it out and show the rest")
    word = reader_state(reader).word
    yield from _check_end(root, folder, reader, word)
    lost = lost_records(reader)
    if lost:
        yield Finding("note", "records lost", folder, f"{lost} records could not be written; nothing brings them back")
    if word in _ENDED:
        yield from _check_tails(folder)
        yield from _check_rests(folder)
    snapshot = reader.manifest["snapshot"]
    if isinstance(snapshot, str) and not _has_snapshot(root, snapshot):
        yield Finding(
            "warning",
            "missing snapshot",
            folder,
            f"the snapshot of its source, {snapshot[:12]}, is gone",
            "it cannot be submitted again",
        )
    parent = reader.manifest["parent"]
    if isinstance(parent, str) and find_run(root, parent) is None:
        yield Finding("note", "orphan", folder, f"the run that it is a child of, {parent}, is not in this store")


def _has_snapshot(root: str, snapshot: str) -> bool:
    return os.path.isdir(os.path.join(RootPaths(root).snapshots, os.path.basename(snapshot)))


def _check_end(root: str, folder: str, reader: RunReader, word: str) -> Iterator[Finding]:
    """A run that has ended, and whose record does not say so."""
    recorded = reader.manifest["status"]
    if recorded in status.TERMINAL:
        return
    heard = moment_in(reader.manifest, reader.last_activity or reader.manifest["created"] or 0.0)
    why = why_not_end(folder)
    repair = None if why else partial(_record_end, folder, word, heard)
    if word in ("dead", "ended", "canceled"):
        ago = f"{age(time.time() - heard)} ago" if heard else "at an unknown time"
        yield Finding(
            "warning",
            "end not recorded",
            folder,
            f"recorded as {recorded}, but its process is gone; last heard of {ago}",
            f"not here: {why}" if why else "",
            repair,
        )
    elif word == "lost":
        host = reader.manifest["host"] or "another host"
        yield Finding(
            "note",
            "lost",
            folder,
            f"nothing is heard of it from {host}",
            "if it is gone for good, 'runs-tui cancel' or 'runs-tui rm' ends the matter",
        )
    elif recorded == status.QUEUED and not reader.manifest["attempts"]:
        young = time.time() - (reader.manifest["created"] or 0.0) < _SETTLING
        if not young and is_own(folder) and queue_of(root, folder) is None:
            yield Finding(
                "warning",
                "not in the queue",
                folder,
                "it waits, but no queue holds it: it will never begin",
                "'runs-tui resubmit' submits it again",
                partial(_record_end, folder, "queued", time.time()),
            )


def _record_end(folder: str, word: str, moment: float) -> str:
    if word == "queued":
        final, error = status.CANCELED, {"code": "UserError", "message": "it had lost its place in the queue"}
    elif word == "ended":
        final, error = status.COMPLETED, None
    elif word == "canceled":
        final, error = status.CANCELED, None
    else:
        final, error = status.FAILED, {"code": "ProcessLost", "message": "process gone"}
    write_edit(folder, {"kind": "end", "value": final, "error": error, "time": moment})
    return f"recorded as {final}"


def _check_tails(folder: str) -> Iterator[Finding]:
    """Records that were being written when their process was killed."""
    paths = RunPaths(folder)
    for place in (paths.points, paths.resources, paths.records):
        for path in _files(place):
            torn = _torn_bytes(path)
            if torn:
                yield Finding(
                    "note",
                    "torn tail",
                    path,
                    f"the last {torn} bytes were not written whole; readers leave "
                    "them out, and nothing before them is lost",
                )


def _torn_bytes(path: str) -> int:
    name = os.path.basename(path)
    try:
        size = os.stat(path).st_size
        if name.endswith(".rows"):
            width = name.split(".")[-2]
            return size % row_size(int(width)) if width.isascii() and width.isdigit() and int(width) in WIDTHS else 0
        if not size or not name.endswith(".jsonl"):
            return 0
        with open(path, "rb") as file:
            file.seek(max(size - (1 << 20), 0))
            tail = file.read()
        return len(tail) - tail.rfind(b"\n") - 1
    except (OSError, IndexError):
        return 0


def _check_rests(folder: str) -> Iterator[Finding]:
    """What a supervisor that was killed could not clear away, and whoever else wrote a file."""
    work, reserve = RunPaths(folder).work, os.path.join(folder, RESERVE)
    mine = is_own(folder)
    if os.path.isdir(work) and not os.path.islink(work):
        yield Finding(
            "warning",
            "working folder left",
            work,
            "its supervisor was killed before it could clear up",
            repair=partial(_finish_work, folder) if mine else None,
        )
    if os.path.isfile(reserve):
        yield Finding(
            "note",
            "reserve left",
            reserve,
            "space that was kept for its end",
            repair=partial(_give_up, reserve) if mine else None,
        )
    yield from check_half_written(folder)


def _finish_work(folder: str) -> str:
    finish_work(folder)
    return "outputs and logs are kept, the rest of the working folder is gone"


def _give_up(reserve: str) -> str:
    os.unlink(reserve)
    return "given back"


def _files(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.path for entry in entries if entry.is_file(follow_symlinks=False))
    except OSError:
        return []
