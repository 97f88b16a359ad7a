"""Which foreign run is which run of the store, and whether it has changed since it was copied."""

from __future__ import annotations

import hashlib
import os
import uuid

from runstore.reading.files_stamp import stamp_of_files
from runstore.records.lines import dumps
from runstore.sources.foreign import ForeignReader, Place


def true_key(place: Place) -> str:
    """The key without links on the way, so that a run is the same however one came to it."""
    path = place.path
    return os.path.realpath(path) + place.key[len(path) :]


def import_id(place: Place) -> str:
    """The id that a foreign run has in any store: always the same, in the form of a UUID."""
    digest = hashlib.sha256(f"{place.kind}\0{true_key(place)}".encode("utf-8", "surrogateescape")).digest()
    return str(uuid.UUID(bytes=digest[:16], version=5))


def stamp_of(place: Place) -> str:
    """A text that is another one when a file of the run has changed, told without reading any."""
    return stamp_of_files(place.path, *place.logs)


def content_of(reader: ForeignReader) -> str:
    """A text that is another one when what was read of the run is: many runs may share one file."""
    samples = reader.resources.metrics
    found = [
        reader.manifest,
        [(name, stat) for statistics in (reader.metrics, samples) for name, stat in sorted(statistics.items())],
        len(reader.records()),
        [(log.name, log.out_stat, log.err_stat) for log in reader.consoles()],
    ]
    return hashlib.sha256(dumps(repr(found))).hexdigest()[:32]
