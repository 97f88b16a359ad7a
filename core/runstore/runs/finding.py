"""The runs of an experiment that match filters. `Experiment.get_runs` and its kin are thin over this."""

from __future__ import annotations

from runstore.exceptions import AzureMLException
from runstore.layout.mounts import is_network
from runstore.layout.paths import iter_runs
from runstore.models.content import matches
from runstore.records import status as statuses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from runstore.reading.run import RunReader
    from runstore.runs.experiment import Experiment
    from runstore.runs.run import Run

    # A tag or property filter: a key that must exist (or several), or a dict of keys and values that must be equal.
    Filter = Any


def find_runs(
    experiment: Experiment,
    type: str | None = None,
    tags: Filter = None,
    properties: Filter = None,
    status: str | None = None,
    include_children: bool = False,
) -> Iterator[Run]:
    """The runs of ``experiment`` that match all filters, newest first.

    Only what the filters need is read: of a run that has ended only its run.json.
    """
    from runstore.runs.run import Run

    found: list[tuple[float, int, str]] = []
    for reader in _readers(experiment._folder):
        manifest = reader.manifest
        if (
            (type is None or manifest["type"] == type)
            and (include_children or not manifest["parent"])
            and matches(manifest["tags"], tags)
            and matches(manifest["properties"], properties)
            and (status is None or _status(reader) == status)
        ):
            found.append((manifest["created"] or 0.0, manifest["number"] or 0, reader.folder))
    found.sort(reverse=True)
    for _, _, folder in found:
        try:
            run = Run._attach(experiment, folder)
        except AzureMLException:  # deleted since
            continue
        yield run


def _readers(experiment_folder: str) -> Iterator[RunReader]:
    """Each run that can be read, with its facts."""
    from runstore.reading.run import RunReader

    network = is_network(experiment_folder)
    for folder in iter_runs(experiment_folder):
        reader = RunReader(folder, network)
        reader.refresh_facts()
        if reader.readable and not reader.gone:
            yield reader


def _status(reader: RunReader) -> str:
    from runstore.reading.states import reported_status

    if reader.manifest["status"] not in statuses.TERMINAL:
        reader.refresh()  # any process that logs keeps it alive
    return reported_status(reader)
