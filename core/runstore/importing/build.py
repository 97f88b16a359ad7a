"""All of one foreign run written into a new run folder."""

from __future__ import annotations

import errno
import io
import os
import shutil
import time
from collections.abc import Container
from typing import Any

from runstore.exceptions import UserErrorException
from runstore.importing.own_files import images_of, own_files
from runstore.importing.points import write_points
from runstore.layout.ids import new_writer_name
from runstore.layout.paths import RunPaths
from runstore.reading.consoles import ConsoleLog
from runstore.reading.states import IMPORT
from runstore.reading.summary import summary_by
from runstore.records import status
from runstore.records.console import INDEX_SUFFIX, console_file_name
from runstore.records.lines import encode_line
from runstore.records.manifest import encode_manifest, new_manifest
from runstore.sources.foreign import ForeignReader
from runstore.writing.arguments import mask_arguments
from runstore.writing.artifacts import store_file
from runstore.writing.create import make_run_folder

FILES_UP_TO = "imported_files_up_to"
"""The property of a run of which larger files were left out: bytes."""
_OF_THE_READER = ("writer", "rank", "seq")
"""What a reader adds to a record."""
_OWN = ("v", "id", "number", "experiment", "status", "attempts", "parent", "properties", "warnings", "summary")
"""What a run has in this store, whatever it had elsewhere."""


def build_run(folder: str, reader: ForeignReader, largest: int, others: Container[str] = (), **own: Any) -> None:
    """Make the run ``folder`` of a reader that has read all, and keeps points.

    ``own`` are fields of run.json that this store gives it (id, experiment, properties ...). Files of more than
    ``largest`` bytes are left out, and a warning tells so; those in the folders ``others`` belong to other runs. Raises
    OSError.
    """
    make_run_folder(folder)
    paths = RunPaths(folder)
    series = [reader.series(name) for name in reader.names()]
    samples = reader.resources
    sampled = [samples.series(name) for name in samples.names()]
    manifest = _manifest(reader, [each.times for each in (*series, *sampled)], own)
    started = manifest["started"]
    manifest["summary"] = summary_by(reader)
    rows = write_points(paths.points, 0, started, series)
    write_points(paths.resources, 0, started, sampled)
    del series, sampled
    reader.unload()
    _write_records(paths.records, reader.records(), rows)
    failed = [why for log in reader.consoles() for why in _copy_output(paths.console, log)]
    left_out, wrong = _copy_files(folder, reader, largest, others)
    manifest["warnings"] += reader.warnings
    if left_out:
        manifest["properties"][FILES_UP_TO] = largest
        manifest["warnings"].append(f"large files were not copied: {_some(left_out)}")
    if failed or wrong:
        manifest["warnings"].append(f"could not be copied: {_some([*failed, *wrong])}")
    with open(paths.manifest, "wb") as file:
        file.write(encode_manifest(manifest))


def _manifest(reader: ForeignReader, times: list[Any], own: dict[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in reader.manifest.items() if name not in _OWN and value is not None}
    manifest = new_manifest(**{**found, **own})
    manifest["warnings"] = list(reader.manifest["warnings"])
    if isinstance(manifest["command"], list):  # the other tool may have kept it as it was typed
        manifest["command"] = mask_arguments([str(each) for each in manifest["command"]])
    first = min((float(each[0]) for each in times if len(each)), default=0.0)
    last = reader.last_activity or time.time()
    known = manifest["created"] or manifest["started"] or first or last
    manifest["created"] = manifest["created"] or known
    manifest["started"] = manifest["started"] or known
    recorded = reader.manifest["status"]
    attempt = {"start": manifest["started"], "end": None, "exit": None, "host": manifest["host"], "engine": IMPORT}
    if recorded in status.TERMINAL:
        manifest["ended"] = manifest["ended"] or last
        attempt.update(end=manifest["ended"], exit=manifest["exit"])
    else:
        recorded, manifest["ended"] = status.COMPLETED, last
        if reader.state().word == "growing":
            manifest["warnings"].append(
                "its files were still growing when it was imported: import it again for the rest"
            )
    manifest.update(status=recorded, attempts=[attempt])
    return manifest


def _write_records(folder: str, records: list[dict[str, Any]], before: int) -> None:
    """Write records as those of one writer; ``before``: how many rows of points it has."""
    if not records:
        return
    with open(os.path.join(folder, new_writer_name(0) + ".jsonl"), "xb") as file:
        for seq, record in enumerate(records, before + 1):
            kept = {name: value for name, value in record.items() if name not in _OF_THE_READER}
            file.write(encode_line({"seq": seq, **kept}))


def _copy_output(folder: str, log: ConsoleLog) -> list[str]:
    """Copy what was printed, and the index of its times where there is one; what went wrong."""
    writer = new_writer_name(log.rank)
    failed: list[str] = []
    for stream, source in (("out", log.out), ("err", log.err)):
        if source is None:
            continue
        for suffix in ("", INDEX_SUFFIX):
            try:
                shutil.copy2(source + suffix, os.path.join(folder, console_file_name(writer, stream) + suffix))
            except OSError as error:
                _raise_of_the_store(error)
                if not suffix:
                    failed.append(f"{log.name}: {error.strerror or error}")
    return failed


def _copy_files(
    folder: str, reader: ForeignReader, largest: int, others: Container[str]
) -> tuple[list[str], list[str]]:
    """Copy the run's own files, but not those that were read as numbers and output.

    The names of those that are too large, and of others what went wrong.
    """
    images = images_of(reader)
    left_out: list[str] = []
    failed: list[str] = []
    for name in own_files(reader, others):
        given = reader.file_path(name)
        is_file = os.path.isfile(given) and not os.path.islink(given)
        try:
            path = reader.path_inside(name) if is_file else ""
            if not is_file:
                store_file(folder, name, io.BytesIO(reader.artifact(name)))
            elif os.path.getsize(path) > largest and name not in images:
                left_out.append(name)
            else:
                store_file(folder, name, path)
        except (OSError, ValueError, UserErrorException) as error:
            _raise_of_the_store(error)
            if is_file or name in images:  # links that lead elsewhere, pipes and the like are no files of the run
                failed.append(f"{name}: {error}")
    return left_out, failed


def _raise_of_the_store(error: Exception) -> None:
    """What is wrong with the store, and not with what is copied, ends the import."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        raise error


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
