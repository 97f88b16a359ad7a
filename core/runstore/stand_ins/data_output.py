"""`OutputFileDatasetConfig`: a folder of a datastore that a script writes into."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.stand_ins.data_input import OUTPUT, DatasetConsumptionConfig
from runstore.stand_ins.datastore import Datastore
from runstore.stand_ins.file_dataset import FileDatasetFactory
from runstore.stand_ins.here import Here
from runstore.stand_ins.transfer import inner_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self

    from runstore.stand_ins.file_dataset import FileDataset


class OutputFileDatasetConfig:
    """The output ``name`` of a run: a folder at ``destination``, a pair (datastore, path).

    As text, which is what the script gets as its argument, it is the local path of the folder, which is made then;
    with `register_on_complete` the dataset is registered then too. ``{run-id}`` in the path becomes a random name,
    another one for each run that it is submitted with.
    """

    def __init__(self, name: str | None = None, destination: Any = None, source: Any = None, **_ignored: Any) -> None:
        self.name = name or "output_" + os.urandom(4).hex()
        self.source = source
        self._destination = destination
        self._registration: dict[str, Any] | None = None
        self._place: tuple[Datastore, str] | None = None
        self._text: str | None = None
        self._submitted = False

    def as_mount(self, disable_metadata_cache: bool = False) -> Self:
        """The same folder."""
        return self

    def as_upload(self, overwrite: bool = False, source_globs: Any = None) -> Self:
        """The same folder; the script writes into it directly."""
        return self

    def as_input(self, name: str | None = None) -> DatasetConsumptionConfig:
        """What was written, as the input of another run."""
        return DatasetConsumptionConfig(name or self.name, self._dataset()).as_mount()

    def register_on_complete(
        self, name: str, description: str | None = None, tags: dict[str, str] | None = None
    ) -> Self:
        """Register what the folder holds as the dataset ``name``."""
        self._registration = {"name": name, "description": description, "tags": tags}
        return self

    def begin_run(self) -> None:
        """From now on it is the output of the run that is being submitted, no more that of the one before."""
        if self._submitted:
            self._place = self._text = None
        self._submitted = True

    def script_environment(self) -> dict[str, str]:
        """The variable that the script finds."""
        return {OUTPUT + self.name: str(self)}

    def __str__(self) -> str:
        if self._text is None:
            store, inner = self._chosen()
            self._text = os.path.join(store.folder, inner)
            os.makedirs(self._text, exist_ok=True)
            if self._registration is not None:
                self._dataset().register(store.workspace, create_new_version=True, **self._registration)
        return self._text

    def __fspath__(self) -> str:
        return str(self)

    def _chosen(self) -> tuple[Datastore, str]:
        if self._place is not None:
            return self._place
        if isinstance(self._destination, (tuple, list)) and len(self._destination) == 2:
            store, inner = self._destination
        elif isinstance(self._destination, Datastore):
            store, inner = self._destination, "dataset/{run-id}/{output-name}"
        elif self._destination is None:
            store, inner = Datastore(Here()), "dataset/{run-id}/{output-name}"
        else:
            raise UserErrorException("destination of {!r}: give a pair (datastore, path)".format(self.name))
        inner = inner.replace("{run-id}", os.urandom(6).hex()).replace("{output-name}", self.name)
        self._place = store, inner_path(inner)
        return self._place

    def _dataset(self) -> FileDataset:
        return FileDatasetFactory.from_files(self._chosen(), validate=False)
