"""Which foreign run is which run of the store, and whether it has changed since it was copied."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Container

from runstore.importing.own_files import own_files
from runstore.reading.files_stamp import stamp_of_files
from runstore.records.lines import dumps
from runstore.sources.foreign import ForeignReader, Place
from runstore.sources.foreign.files import size_of
from runstore.sources.foreign.kinds import kind_of


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
    reader = kind_of(place.kind).open(place)
    files = () if os.path.isdir(place.path) else map(reader.file_path, reader.all_files())
    return stamp_of_files(place.path, *reader.beside(), *files)


def content_of(reader: ForeignReader, others: Container[str]) -> str:
    """A text that is another one when what was read of the run is, or its files have other names or sizes.

    Many runs may share one file. ``others``: the folders of other runs.
    """
    samples = reader.resources.metrics
    found = [
        reader.manifest,
        [(name, stat) for statistics in (reader.metrics, samples) for name, stat in sorted(statistics.items())],
        len(reader.records()),
        [(log.name, log.out_stat, log.err_stat) for log in reader.consoles()],
    ]
    digest = hashlib.sha256(dumps(repr(found)))
    for name in own_files(reader, others):
        digest.update(f"{name}\0{size_of(reader.file_path(name))}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:32]
