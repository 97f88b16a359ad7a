"""A run of any source, read to its end."""

from __future__ import annotations

from runstore.exceptions import WorkspaceException
from runstore.reading.reader import Reader
from runstore.reading.row import RunRow
from runstore.sources.opening import reader_of


def read_whole(row: RunRow) -> Reader:
    """A reader of the run that has read what there is now; raises `WorkspaceException` when the run is gone."""
    try:
        reader = reader_of(row, final=True)
    except LookupError as error:
        raise WorkspaceException(str(error)) from error
    reader.refresh()
    while reader.waiting:
        reader.refresh()
    if reader.gone:
        raise WorkspaceException(f"{row.experiment}/{row.name}: the run is not there any more")
    return reader
