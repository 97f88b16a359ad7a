"""`Dataset`: files and tables on this machine, under names of the workspace."""

from __future__ import annotations

from runstore.exceptions import UserErrorException
from runstore.layout.printable import printable
from runstore.stand_ins import registry
from runstore.stand_ins.dataset_base import AbstractDataset
from runstore.stand_ins.file_dataset import FileDataset, FileDatasetFactory
from runstore.stand_ins.here import Here
from runstore.stand_ins.tabular_dataset import TabularDataset, TabularDatasetFactory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Dataset(AbstractDataset):
    """The entry to all datasets: `Dataset.File` and `Dataset.Tabular` make them, `get_by_name` finds them."""

    File = FileDatasetFactory
    Tabular = TabularDatasetFactory

    @staticmethod
    def get_by_name(workspace: Any, name: str, version: Any = "latest") -> AbstractDataset:
        """The registered dataset of this name; raises `UserErrorException` when there is none, or a damaged one."""
        entry = registry.find(workspace.root, name, version)
        if entry is None:
            known = ", ".join(registry.names(workspace.root)) or "none"
            raise UserErrorException(
                "no dataset {!r}{} in workspace {!r}; registered are: {}. To make it: "
                "Dataset.File.from_files('<folder>').register(workspace, {!r})".format(
                    printable(name, 100),
                    "" if version in (None, "latest") else " of version {}".format(version),
                    workspace.name,
                    printable(known, 300),
                    printable(name, 100),
                )
            )
        return _of(entry, workspace.root)

    @staticmethod
    def get_by_id(workspace: Any, id: str, **_ignored: Any) -> AbstractDataset:
        """The dataset with this id; raises `UserErrorException` when there is none."""
        for root in (workspace.root, Here().root):
            entry = registry.find_id(root, str(id))
            if entry is not None:
                return _of(entry, root)
        raise UserErrorException(
            "no dataset with the id {!r} in workspace {!r}".format(printable(id, 60), workspace.name)
        )

    @staticmethod
    def get_all(workspace: Any) -> dict[str, AbstractDataset]:
        """The newest version of every registered dataset that can be read, by name."""
        found: dict[str, AbstractDataset] = {}
        for name in registry.names(workspace.root):
            try:
                found[name] = Dataset.get_by_name(workspace, name)
            except UserErrorException:  # damaged, or removed meanwhile
                continue
        return found


def _of(entry: dict[str, Any], root: str) -> AbstractDataset:
    kind = TabularDataset if entry["definition"].get("kind") == TabularDataset.kind else FileDataset
    return kind(entry["definition"], entry, root)
