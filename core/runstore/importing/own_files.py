"""The files of a foreign run that are copied as files: all that are its own, and were not read as numbers or output."""

from __future__ import annotations

import os
from collections.abc import Container, Iterator

from runstore.sources.foreign import ForeignReader


def own_files(reader: ForeignReader, others: Container[str]) -> Iterator[str]:
    """The names of the run's images, and of what lies in its folder, but not of what lies in those of ``others``."""
    read = {path for path, *_ in reader.signature()}
    read.update(path for log in reader.consoles() for path in (log.out, log.err) if path is not None)
    top = reader.files_folder
    seen = set()
    for name in (*sorted(images_of(reader)), *reader.all_files()):
        path = reader.file_path(name)
        if name not in seen and path not in read and not _is_below(path, top, others):
            seen.add(name)
            yield name


def images_of(reader: ForeignReader) -> set[str]:
    """The names of the images that it logged."""
    return {str(record.get("value")) for record in reader.records("image")}


def _is_below(path: str, top: str, others: Container[str]) -> bool:
    """Whether the file is in the folder of another run, further down than ``top``."""
    above = os.path.dirname(path)
    while len(above) > len(top):
        if above in others:
            return True
        above = os.path.dirname(above)
    return False
