"""`Run.register_model`, one mixin."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.layout.names import artifact_path
from runstore.layout.printable import printable
from runstore.layout.run_files import run_file
from runstore.writing.artifacts import artifact_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.models.model import Model

_COLLECTED = ("outputs/", "logs/")


class RegisterModel:
    """For `Run`: its files become a version of a model."""

    id: str
    experiment: Any
    _folder: str
    _writer: Any

    def register_model(
        self,
        model_name: str,
        model_path: str | None = None,
        tags: Any = None,
        properties: Any = None,
        model_framework: str | None = None,
        model_framework_version: str | None = None,
        description: str | None = None,
        datasets: Any = None,
        sample_input_dataset: Any = None,
        sample_output_dataset: Any = None,
        resource_configuration: Any = None,
        **_ignored: Any,
    ) -> Model:
        """Register a file or folder of this run as the next version of ``model_name``.

        ``model_path`` is its name among the run's files, such as ``outputs/model.pkl``; by default ``model_name``. In
        a run of this process it may also lie in ``./outputs`` still. Raises `ModelPathNotFoundException`, which lists
        the files there are.
        """
        from runstore.models import registry  # only here: few scripts register a model
        from runstore.models.content import content_of
        from runstore.models.model import Model

        registry.check_model_name(model_name)
        name = model_name if model_path is None else os.fspath(model_path)
        framework = model_framework, model_framework_version
        samples = sample_input_dataset, sample_output_dataset
        folder = registry.register(
            self.experiment.workspace.root,
            model_name,
            self._model_source(name),
            run_id=self.id,
            experiment=self.experiment.name,
            **content_of(tags, properties, description, datasets, framework, samples, resource_configuration),
        )
        return Model._attach(self.experiment.workspace, folder)

    def _model_source(self, name: str) -> str:
        from runstore.models.registry import NoSuchPath

        self._writer  # noqa: B018 - a run that begins with this call gets its folder now
        try:
            wanted = artifact_path(name)
        except UserErrorException as error:
            raise NoSuchPath(error.message) from None
        source = run_file(self._folder, wanted)
        if os.path.exists(source):
            return source
        own = getattr(self, "_owner", None) is not None or getattr(self, "_joined", False)
        if own and (wanted + "/").startswith(_COLLECTED) and os.path.exists(wanted):
            return os.path.abspath(wanted)  # it is collected when the run ends
        names = artifact_names(self._folder)
        listed = ", ".join(printable(each, 200) for each in names[:50]) or "none"
        if len(names) > 50:
            listed += ", and {} more".format(len(names) - 50)
        raise NoSuchPath(
            "Could not locate the provided model_path {} in the set of files uploaded to the run: {}".format(
                printable(name, 200), listed
            )
        )
