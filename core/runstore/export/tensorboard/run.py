"""One run as a folder with an event file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

from runstore.export.tensorboard import events
from runstore.export.tensorboard.scalars import scalar_records
from runstore.layout.names import encode_name
from runstore.reading.reader import Reader
from runstore.reading.row import RunRow

_SYSTEM = "system/"
"""What the tags of machine samples begin with."""


def write_run(folder: str, row: RunRow, reader: Reader, wanted: Callable[[str], bool]) -> None:
    """Make ``folder`` with the event file of a run: the ``wanted`` metrics, parameters, text and images; with all
    metrics the samples of its machine, too. Raises OSError."""
    os.mkdir(folder)
    started = float(row.started or row.created or 0.0)
    host = encode_name(row.host or "localhost")
    # TensorBoard reads whatever file has "tfevents" in its name: until it is whole it has another one.
    making = os.path.join(folder, "unfinished")
    with open(making, "xb") as file:
        file.write(events.file_version(started))
        if row.params:
            file.write(events.hyperparameters(row.params, started))
        series = ((name, reader.series(name)) for name in reader.names() if wanted(name))
        file.writelines(scalar_records(series))
        samples = reader.resources
        sampled = ((_SYSTEM + name, samples.series(name)) for name in samples.names() if wanted(_SYSTEM + name))
        file.writelines(scalar_records(sampled))
        file.writelines(_records(reader))
        if row.params and row.ended:
            file.write(events.session_end(row.status, row.ended))
    os.rename(making, os.path.join(folder, f"events.out.tfevents.{int(started):010d}.{host}"))


def _records(reader: Reader) -> Iterator[bytes]:
    """Text and images; what is no longer there is left out. Records without a step are numbered."""
    numbered: dict[str, int] = {}
    for record in reader.records():
        kind, name, value = record["kind"], record.get("name"), record.get("value")
        if not isinstance(name, str):
            continue
        step = record.get("step")
        if type(step) is not int:
            step = numbered[name] = numbered.get(name, -1) + 1
        if kind == "image" and isinstance(value, str):
            try:
                yield events.image(name, reader.artifact(value), step, record["time"])
            except (OSError, ValueError):
                continue
        elif (said := _text(kind, value)) is not None:
            yield events.text(name, said, step, record["time"])


def _text(kind: str, value: Any) -> str | None:
    if kind == "scalar" and isinstance(value, str):
        return value
    if kind == "row" and isinstance(value, dict) and value.keys() == {"text"} and isinstance(value["text"], str):
        return value["text"]
    return None
