"""Runs under RUNSTORE_MODE=off: every call works, nothing is stored."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.layout.ids import new_interactive_id
from runstore.layout.names import encode_name
from runstore.records import status
from runstore.records.manifest import new_manifest
from runstore.runs.experiment import Experiment
from runstore.runs.run import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.models.model import Model
    from runstore.reading.states import State
    from runstore.runs.workspace import Workspace


class _OffWriter:
    """Takes everything and keeps nothing."""

    name = ""
    dropped = 0

    def log(self, name: str, value: Any, step: int | None = None) -> None:
        """Nothing."""

    def log_metrics(self, metrics: dict[str, Any], step: int | None = None) -> None:
        """Nothing."""

    def record(self, kind: str, **fields: Any) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class OffRun(Run):
    """A run that is Running for ever and of which nothing is known but its id."""

    def __init__(self, workspace: Workspace, experiment: str) -> None:
        # Nothing can lie under a device: whoever looks for a file of the run finds none.
        folder = os.path.join(os.devnull, "run")
        self._set(Experiment._attach(workspace, experiment, ""), folder, "OfflineRun_" + new_interactive_id())
        self._writer: Any = _OffWriter()
        self._joined = True

    def __reduce__(self) -> Any:
        return OffRun, (self.experiment.workspace, self.experiment.name)

    def _store(self, name: str, source: Any, replace: bool = False) -> str | None:
        return None

    def _record(self, *_ignored: Any, **_too: Any) -> None:
        """Nothing."""

    def _manifest(self) -> dict[str, Any]:
        name = self.experiment.name
        return new_manifest(id=self.id, experiment=name, display_name=self.id, status=status.RUNNING, metrics={})

    def _state(self) -> State:
        from runstore.reading.liveness import ALIVE
        from runstore.reading.states import state_of

        return state_of(self._manifest(), ALIVE)

    def _child(self, *_ignored: Any) -> Run:
        return OffRun(self.experiment.workspace, self.experiment.name)

    def delete(self, force: bool = False) -> None:
        """Nothing."""

    def get_metrics(self, *_ignored: Any, **_too: Any) -> dict[str, Any]:
        """No metrics."""
        return {}

    def get_series(self, name: str, rank: int | None = None) -> Any:
        """Raises `UserErrorException`: nothing is stored."""
        raise UserErrorException("RUNSTORE_MODE=off: nothing is stored")

    def register_model(self, model_name: str, *_ignored: Any, **_too: Any) -> Model:
        """Version 1 of a model that is not stored."""
        from runstore.models.model import Model

        return Model._attach(self.experiment.workspace, os.path.join(os.devnull, encode_name(str(model_name)), "1"))

    def take_snapshot(self, *_ignored: Any, **_too: Any) -> str:
        """No snapshot, so an empty id."""
        return ""
