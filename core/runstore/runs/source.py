"""What a `Run` was made with, one mixin: the snapshot of its source, its environment, secrets."""

from __future__ import annotations

import os

from runstore.exceptions import SnapshotException, UserErrorException
from runstore.runs.facts import Facts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.runs.experiment import Experiment


class Source(Facts):
    """A run has one snapshot, which never changes."""

    experiment: Experiment

    def take_snapshot(self, file_or_folder_path: str | os.PathLike[str], **_ignored: Any) -> str:
        """Keep the files of a folder as the run's snapshot; returns its id.

        What ``.amlignore``, else ``.gitignore``, lists is left out. Raises `SnapshotException` when the run has a
        snapshot, or the folder is too large.
        """
        self._writer  # noqa: B018 - begins a run that had nothing to record so far
        if self._manifest()["snapshot"]:
            raise SnapshotException("run {} has a snapshot, which cannot be replaced".format(self.id))
        return self._keep_snapshot(os.fspath(file_or_folder_path))

    def _keep_snapshot(self, folder: str) -> str:
        """`take_snapshot` for a run that is known to have none: a new one need not be read."""
        from runstore.snapshots.take import take_snapshot

        snapshot_id = take_snapshot(self._root(), folder)
        self._change(kind="snapshot", value=snapshot_id)
        self._change(kind="properties", value={"ContentSnapshotId": snapshot_id})
        return snapshot_id

    def get_snapshot_id(self) -> str:
        """The id of the run's snapshot; raises `SnapshotException` when it has none."""
        snapshot_id = self._manifest()["snapshot"]
        if not snapshot_id:
            raise SnapshotException("run {} has no snapshot".format(self.id))
        return str(snapshot_id)

    def restore_snapshot(self, snapshot_id: str | None = None, path: str | None = None) -> str:
        """Write the run's snapshot, or the one given, as ``<id>.zip`` into a folder, by default the current one.

        Returns the absolute path of that file.
        """
        from runstore.snapshots.restore import zip_snapshot

        return zip_snapshot(self._root(), snapshot_id or self.get_snapshot_id(), os.fspath(path or "."))

    def get_environment(self) -> Any:
        """The `Environment` that the run was submitted with; raises `UserErrorException` for a run that was not."""
        definition = self._manifest()["definition"]
        if not isinstance(definition, dict) or not isinstance(definition.get("environment"), dict):
            raise UserErrorException("run {} was not submitted with an environment".format(self.id))
        from importlib import import_module

        # By name: environments lie in a room above this one, where runs know nothing of them.
        return import_module("runstore.jobs.config.definition").environment_of(definition)

    def get_secret(self, name: str) -> str | None:
        """A secret of the workspace's key vault, or None; see `Workspace.get_default_keyvault`."""
        secret: str | None = self.experiment.workspace.get_default_keyvault().get_secret(name)
        return secret

    def get_secrets(self, secrets: list[str]) -> dict[str, str | None]:
        """Several secrets by name; None for those that are not there."""
        return {name: self.get_secret(name) for name in secrets}

    @property
    def input_datasets(self) -> dict[str, Any]:
        """The inputs that a submitted script was given, by name: a local path, or the dataset itself."""
        from runstore.stand_ins.data_input import input_datasets

        return input_datasets(self.experiment.workspace)

    @property
    def output_datasets(self) -> dict[str, str]:
        """The folders that a submitted script was given to write into, by name."""
        from runstore.stand_ins.data_input import output_datasets

        return output_datasets()

    def _root(self) -> str:
        """The root that the run lies in, which may be another than its workspace's where that cannot be written."""
        return os.path.dirname(os.path.dirname(self._folder))
