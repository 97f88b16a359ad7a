"""Which runs are children of which: they lie beside their parent, and each says in its ``run.json`` whose it is."""

from __future__ import annotations

from runstore.layout.mounts import is_network
from runstore.layout.paths import RunPaths, iter_runs
from runstore.records.manifest import decode_manifest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Collection

    from runstore.reading.run import RunReader

_NONE = b'\n "parent": null'
"""What ``run.json`` of a run without a parent holds at its top level, and nowhere else: it need not be decoded."""


def folders_of_children(experiment_folder: str, run_ids: Collection[str], recursive: bool = False) -> list[str]:
    """The folders of the child runs of ``run_ids``; with ``recursive`` also of their children and so on."""
    sought = [run_id.encode("utf-8", "replace") for run_id in run_ids]
    families: dict[str, list[tuple[str, str]]] = {}
    for folder in iter_runs(experiment_folder):
        try:
            with open(RunPaths(folder).manifest, "rb") as file:
                content = file.read()
            if _NONE in content or not (recursive or any(each in content for each in sought)):
                continue
            manifest = decode_manifest(content)
        except (OSError, ValueError):
            continue
        families.setdefault(str(manifest["parent"]), []).append((str(manifest["id"]), folder))
    found: list[str] = []
    parents, seen = list(run_ids), set(run_ids)
    while parents:
        for child, folder in families.get(parents.pop(), ()):
            found.append(folder)
            if recursive and child not in seen:
                seen.add(child)
                parents.append(child)
    return found


def readers_of_children(experiment_folder: str, run_id: str, recursive: bool = False) -> list[RunReader]:
    """Readers of the child runs, their facts read, the newest first."""
    from runstore.reading.run import RunReader

    readers = []
    network = is_network(experiment_folder)
    for folder in folders_of_children(experiment_folder, [run_id], recursive):
        reader = RunReader(folder, network)
        reader.refresh_facts()
        if reader.readable and not reader.gone:
            readers.append(reader)

    def age(reader: RunReader) -> tuple[float, int]:
        return reader.manifest["created"] or 0.0, reader.manifest["number"] or 0

    return sorted(readers, key=age, reverse=True)
