"""Data that a script is given by name."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.stand_ins.data_input import DataReference


class DataReferenceConfiguration:
    """A file or folder of a datastore, made known to the script under a name (``run_config.data_references[name]``)."""

    def __init__(
        self,
        datastore_name: str | None = None,
        mode: str = "mount",
        path_on_datastore: str | None = None,
        path_on_compute: str | None = None,
        overwrite: bool = False,
    ) -> None:
        self.datastore_name = datastore_name
        self.mode = mode
        self.path_on_datastore = path_on_datastore
        self.path_on_compute = path_on_compute
        self.overwrite = overwrite
        self._found: DataReference | None = None

    def find(self, workspace: Any, name: str) -> None:
        """Find the place in the datastore of ``workspace``, for the script to know it under ``name``."""
        from runstore.stand_ins.data_input import DataReference
        from runstore.stand_ins.datastore import Datastore

        if self.datastore_name:
            datastore = Datastore.get(workspace, self.datastore_name)
            self._found = DataReference(datastore, name, self.path_on_datastore, self.mode)

    def script_environment(self) -> dict[str, str]:
        """The variable that the script finds, ``AZUREML_DATAREFERENCE_<name>``; none before `find`."""
        return {} if self._found is None else self._found.script_environment()


def described(value: Any) -> dict[str, Any]:
    """What is recorded of an input: the facts in it that are plain values."""
    facts = getattr(value, "__dict__", {})
    plain = (str, int, float, bool, type(None))
    return {key: item for key, item in facts.items() if not key.startswith("_") and isinstance(item, plain)}
