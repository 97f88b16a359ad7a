"""Data that a script is given: a path as its argument, and variables with its name in the environment."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.stand_ins.transfer import inner_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping

    from typing_extensions import Self

    from runstore.stand_ins.dataset_base import AbstractDataset
    from runstore.stand_ins.datastore import Datastore

DATASET = "AZUREML_DATASET_"
"""Variable with an input's path, or ``dataset:<id>`` for a dataset that the script reads as such."""
REFERENCE = "AZUREML_DATAREFERENCE_"
"""Variable with the path of an input, under Azure ML's name."""
OUTPUT = "AZUREML_OUTPUTDATASET_"
"""Variable with the path of a folder to write into."""
AS_OBJECT = "dataset:"

DIRECT, MOUNT, DOWNLOAD, UPLOAD = "direct", "mount", "download", "upload"


class DatasetConsumptionConfig:
    """A dataset as the input ``name`` of a run.

    As text, which is what the script gets as its argument, it is the local path of the files; in mode ``direct`` the
    id of the dataset. ``path_on_compute`` is not used: nothing is mounted.
    """

    def __init__(
        self, name: str, dataset: AbstractDataset, mode: str = DIRECT, path_on_compute: str | None = None
    ) -> None:
        if mode not in (DIRECT, MOUNT, DOWNLOAD, "hdfs"):
            raise UserErrorException("mode {!r}: give 'direct', 'mount' or 'download'".format(mode))
        if not name.isidentifier():
            raise UserErrorException("input name {!r}: only letters, digits and '_'".format(name))
        self.name = name
        self.dataset = dataset
        self.mode = mode
        self.path_on_compute = path_on_compute
        self._text: str | None = None

    def as_mount(self, path_on_compute: str | None = None) -> DatasetConsumptionConfig:
        """The same input as the path of its files."""
        return DatasetConsumptionConfig(self.name, self.dataset, MOUNT, path_on_compute)

    def as_download(self, path_on_compute: str | None = None) -> DatasetConsumptionConfig:
        """The same input as the path of its files."""
        return DatasetConsumptionConfig(self.name, self.dataset, DOWNLOAD, path_on_compute)

    def as_hdfs(self) -> DatasetConsumptionConfig:
        """Raises `UserErrorException`: there is no Spark cluster here."""
        raise UserErrorException("as_hdfs() needs a Spark cluster; use as_mount()")

    def script_environment(self) -> dict[str, str]:
        """The variables that the script finds."""
        if self.mode == DIRECT:
            return {DATASET + self.name: AS_OBJECT + self.dataset.id}
        return {DATASET + self.name: str(self), REFERENCE + self.name: str(self)}

    def __str__(self) -> str:
        if self._text is None:
            self._text = self.dataset.id if self.mode == DIRECT else self.dataset.local_path()
        return self._text

    def __fspath__(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        return "DatasetConsumptionConfig(name={!r}, mode={!r})".format(self.name, self.mode)


class DataPath:
    """A place in a datastore."""

    def __init__(self, datastore: Datastore, path_on_datastore: str | None = None, name: str | None = None) -> None:
        self.datastore = datastore
        self.path_on_datastore = inner_path(path_on_datastore)
        self.name = name

    def create_data_reference(self, data_reference_name: str | None = None, **_ignored: Any) -> DataReference:
        """The same place as an input of a run."""
        return DataReference(self.datastore, data_reference_name, self.path_on_datastore)


class DataReference:
    """A file or folder of a datastore as the input, or output, of a run; as text it is the local path."""

    def __init__(
        self,
        datastore: Datastore,
        data_reference_name: str | None = None,
        path_on_datastore: str | None = None,
        mode: str = MOUNT,
        path_on_compute: str | None = None,
        overwrite: bool = False,
    ) -> None:
        self.datastore = datastore
        self.datastore_name = datastore.name
        self._given_name = data_reference_name
        self.path_on_datastore = inner_path(path_on_datastore)
        self.data_reference_name = data_reference_name or self._own_name()
        self.mode = mode
        self.path_on_compute = path_on_compute
        self.overwrite = overwrite

    def path(self, path: str | None = None, data_reference_name: str | None = None) -> DataReference:
        """A place below this one."""
        inner = inner_path(os.path.join(self.path_on_datastore, inner_path(path)))
        return DataReference(self.datastore, data_reference_name or self._given_name, inner, self.mode)

    def as_mount(self) -> Self:
        """The same place."""
        self.mode = MOUNT
        return self

    def as_download(self, path_on_compute: str | None = None, overwrite: bool = False) -> Self:
        """The same place; the script reads the datastore's own files."""
        self.mode, self.path_on_compute, self.overwrite = DOWNLOAD, path_on_compute, overwrite
        return self

    def as_upload(self, path_on_compute: str | None = None, overwrite: bool = False) -> Self:
        """The same place, for the script to write into."""
        self.mode, self.path_on_compute, self.overwrite = UPLOAD, path_on_compute, overwrite
        return self

    def to_config(self) -> DataReference:
        """This object: it can be a value of ``run_config.data_references`` as it is."""
        return self

    def script_environment(self) -> dict[str, str]:
        """The variable that the script finds."""
        return {REFERENCE + self.data_reference_name: str(self)}

    def __str__(self) -> str:
        path = os.path.join(self.datastore.folder, self.path_on_datastore)
        if not os.path.exists(path):  # what is only read may be a file that is missing
            os.makedirs(self.datastore.folder if self.mode == DOWNLOAD else path, exist_ok=True)
        return path

    def __fspath__(self) -> str:
        return str(self)

    def _own_name(self) -> str:
        """The name of one that was given none: another one for each place, since variables are called by it."""
        from hashlib import sha256

        if not self.path_on_datastore:
            return self.datastore_name
        return self.datastore_name + "_" + sha256(self.path_on_datastore.encode("utf-8", "replace")).hexdigest()[:12]

    def __repr__(self) -> str:
        return "DataReference(datastore={!r}, path={!r})".format(self.datastore_name, self.path_on_datastore)


def script_environment(inputs: Any) -> dict[str, str]:
    """The variables for all of ``inputs`` (arguments, values of ``data`` ...) that are data; others give none."""
    found: dict[str, str] = {}
    for value in inputs:
        variables = getattr(value, "script_environment", None)
        if callable(variables):
            found.update(variables())
    return found


def begin_run(outputs: Any) -> None:
    """Tell those of ``outputs`` that are outputs of runs, each once, that they are now submitted with another run."""
    for value in {id(value): value for value in outputs}.values():
        begin = getattr(value, "begin_run", None)
        if callable(begin):
            begin()


def without_inputs(environment: Mapping[str, str]) -> dict[str, str]:
    """``environment`` without the inputs of a run around this one."""
    return {name: value for name, value in environment.items() if not name.startswith((DATASET, REFERENCE, OUTPUT))}


def input_datasets(workspace: Any) -> dict[str, Any]:
    """The inputs that this process was given, by name: a path, or the dataset itself for one in mode ``direct``."""
    from runstore.stand_ins.dataset import Dataset

    found = _by_name(os.environ)
    for name, value in found.items():
        if value.startswith(AS_OBJECT):
            found[name] = Dataset.get_by_id(workspace, value[len(AS_OBJECT) :])
    return found


def output_datasets() -> dict[str, str]:
    """The folders that this process was given to write into, by name."""
    return {name[len(OUTPUT) :]: path for name, path in os.environ.items() if name.startswith(OUTPUT)}


def input_details(definition: Any) -> list[dict[str, Any]]:
    """The inputs in a recorded run definition, as ``get_details()["inputDatasets"]`` gives them."""
    given = definition.get("inputs") if isinstance(definition, dict) else None
    details = []
    for name, value in _by_name(given if isinstance(given, dict) else {}).items():
        is_object = str(value).startswith(AS_OBJECT)
        details.append(
            {
                "dataset": {"id": value[len(AS_OBJECT) :]} if is_object else {"path": value},
                "consumptionDetails": {
                    "type": "RunInput",
                    "inputName": name,
                    "mechanism": "Direct" if is_object else "Mount",
                },
            }
        )
    return details


def _by_name(variables: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for variable, value in variables.items():
        if variable.startswith(DATASET):
            found[variable[len(DATASET) :]] = value
        elif variable.startswith(REFERENCE):
            found.setdefault(variable[len(REFERENCE) :], value)
    return found
