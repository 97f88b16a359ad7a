"""Runs written out one by one, each as the folder or file that another program reads."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterable, Iterator

import msgspec

from runstore.exceptions import WorkspaceException
from runstore.export.columns import columns_of
from runstore.export.folder import ExportFolder
from runstore.export.tidy import long_pieces, wide_pieces
from runstore.export.unfinished import exporting
from runstore.export.whole import read_whole
from runstore.layout.names import encode_name
from runstore.reading.build import full_row
from runstore.reading.reader import Reader
from runstore.reading.row import RunRow
from runstore.reading.run import RunReader
from runstore.series import natural_key

_NOT_IN_PATHS = re.compile(r"[\0-\x1f\x7f/\\\ud800-\udfff]")
_LONGEST = 150
"""Bytes of a name: an id, an ending and a temporary name may come to it."""
_FOR_ALL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
"""What is wrong with the place, and not with what is written there."""
FORMATS = ("tensorboard", "mlflow", "csv", "parquet")

Wanted = Callable[[str], bool]
"""Whether a metric of this name is to be written."""
_Write = Callable[[str, str, RunRow, Reader], None]
"""Makes a run at a path: (path, place, run, its reader, which has read all)."""


def export_runs(
    rows: Iterable[RunRow], to: str, folder: str, *, wanted: Wanted, wide: bool = False, options: str = ""
) -> Iterator[tuple[RunRow, bool]]:
    """Write each run below ``folder`` in the form ``to``, one of `FORMATS`; (run, whether it was written) of each.

    A run that was written before and has not changed is left as it is; one that has is replaced in one step.
    ``options``: what ``wanted`` depends on, in words. One run that cannot be written holds up no other: its OSError or
    `WorkspaceException` is raised after the last one, unless there is no place for any. Raises `NoParquet`, too.
    """
    target = ExportFolder(folder, to, f"{wide} {options}")
    wrong: Exception | None = None
    with exporting(folder):
        place, write = _writer(to, folder, wanted, wide)
        ending = f".{to}" if to in ("csv", "parquet") else ""
        for row in rows:
            try:
                stamp = target.stamp(row)
                is_new = not target.is_current(row, stamp)
                if is_new:
                    row, reader = _as_it_is_now(row)
                    wanted_place = place(row)
                    with target.replacing(row, stamp, wanted_place, ending) as built:
                        write(built, wanted_place, row, reader)
            except (OSError, WorkspaceException) as error:
                if isinstance(error, OSError) and error.errno in _FOR_ALL:
                    raise
                wrong = wrong or error
                continue
            yield row, is_new
    if wrong is not None:
        raise wrong


def _as_it_is_now(row: RunRow) -> tuple[RunRow, Reader]:
    """The run read whole, and its row: that of a list may be as old as all that was exported before it.

    Raises `WorkspaceException` for a run that is gone, or whose run.json is damaged: it would be exported as an empty
    one, in the place of what was exported before.
    """
    reader = read_whole(row)
    if isinstance(reader, RunReader) and not reader.readable:
        why = "; ".join(reader.warnings) or "no run.json"
        raise WorkspaceException(f"{row.experiment}/{row.name} was not exported, it cannot be read: {why}")
    found = full_row(reader, row.root)
    return (msgspec.structs.replace(found, archived=True) if row.archived else found), reader  # its experiment may be


def _writer(to: str, folder: str, wanted: Wanted, wide: bool) -> tuple[Callable[[RunRow], str], _Write]:
    """Where a run goes below the folder, and what makes it."""
    if to == "mlflow":
        from runstore.export.mlflow import MlflowStore

        store = MlflowStore(folder)
        return store.place, lambda built, place, row, reader: store.write_run(built, place, row, reader, wanted)
    if to == "tensorboard":
        from runstore.export.tensorboard.run import write_run

        return _named, lambda built, place, row, reader: write_run(built, row, reader, wanted)
    return _named, lambda built, place, row, reader: _write_table(to, wanted, wide, built, row, reader)


def _named(row: RunRow) -> str:
    return f"{_part(row.experiment)}/{_part(row.name)}"


def _part(name: str) -> str:
    """A name as that of a folder, as readable as can be: other programs show it."""
    kept = _NOT_IN_PATHS.sub("-", name).lstrip(".")
    return kept if kept and len(kept.encode("utf-8", "surrogateescape")) <= _LONGEST else encode_name(name)


def _write_table(to: str, wanted: Wanted, wide: bool, built: str, row: RunRow, reader: Reader) -> None:
    names = sorted(filter(wanted, row.metrics), key=natural_key)
    columns = columns_of([row], names if wide else None)
    pieces = (wide_pieces if wide else long_pieces)([row], frozenset(names).__contains__, lambda _: reader)
    with open(built, "xb") as file:
        if to == "parquet":
            from runstore.export.parquet import write_parquet

            write_parquet(file, columns, [row], pieces)
        else:
            from runstore.export.text import csv_text

            file.writelines(text.encode("utf-8", "replace") for text in csv_text(columns, pieces))
