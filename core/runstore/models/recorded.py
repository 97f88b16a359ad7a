"""What is recorded of a version of a model, as its properties."""

from __future__ import annotations

import os

from runstore.models import registry
from runstore.models.content import as_dict, as_text
from runstore.models.registry import MODEL_FILE, NoSuchModel
from runstore.records.moments import date_of
from runstore.writing.json_file import read_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any


class RecordedModel:
    """For `Model`: each property is read from model.json when it is asked for."""

    workspace: Any
    name: str
    version: int
    _folder: str

    def _content(self) -> dict[str, Any]:
        return read_object(os.path.join(self._folder, MODEL_FILE))

    def _path(self) -> str:
        path = registry.model_path(self._folder)
        if not os.path.exists(path):
            raise NoSuchModel("ModelNotFound: model {} was deleted".format(self.id))
        return path

    def _fact(self, key: str) -> Any:
        return self._content().get(key)

    @property
    def id(self) -> str:
        """``name:version``."""
        return "{}:{}".format(self.name, self.version)

    @property
    def url(self) -> str:
        """The address of the file or folder."""
        from urllib.parse import quote

        return "file://" + quote(registry.model_path(self._folder))

    @property
    def tags(self) -> dict[str, Any]:
        """All tags."""
        return as_dict(self._fact("tags"))

    @property
    def properties(self) -> dict[str, Any]:
        """All properties."""
        return as_dict(self._fact("properties"))

    @property
    def description(self) -> str | None:
        """A note on the model."""
        return as_text(self._fact("description"))

    @property
    def run_id(self) -> str | None:
        """The id of the run that made it; None for one that was registered from elsewhere."""
        return as_text(self._fact("run_id"))

    @property
    def run(self) -> Any:
        """The run that made it, or None."""
        return self.workspace.get_run(self.run_id) if self.run_id else None

    @property
    def experiment_name(self) -> str | None:
        """The experiment of the run that made it."""
        return as_text(self._fact("experiment"))

    @property
    def created_by(self) -> dict[str, Any]:
        """Who registered it."""
        return {"userName": as_text(self._fact("user"))}

    @property
    def created_time(self) -> datetime.datetime | None:
        """When it was registered, in UTC."""
        return date_of(self._fact("created"))

    @property
    def model_framework(self) -> str | None:
        """The framework, such as ``ScikitLearn``."""
        return as_text(self._fact("framework"))

    @property
    def model_framework_version(self) -> str | None:
        """The framework's version."""
        return as_text(self._fact("framework_version"))

    @property
    def datasets(self) -> dict[str, Any]:
        """Names of the data sets that it was made from, by purpose."""
        found: dict[str, Any] = {}
        pairs = self._fact("datasets")
        for pair in pairs if isinstance(pairs, list) else ():
            if isinstance(pair, list) and len(pair) == 2:
                found.setdefault(str(pair[0]), []).append(str(pair[1]))
        return found

    @property
    def resource_configuration(self) -> dict[str, Any] | None:
        """What was said of the resources that it needs."""
        given = self._fact("resources")
        return given if isinstance(given, dict) else None

    @property
    def sample_input_dataset(self) -> str | None:
        """The name of the sample of inputs."""
        return as_text(self._fact("sample_input"))

    @property
    def sample_output_dataset(self) -> str | None:
        """The name of the sample of outputs."""
        return as_text(self._fact("sample_output"))

    def serialize(self) -> dict[str, Any]:
        """The model as a dict with Azure ML's keys."""
        created = self.created_time
        return {
            "createdTime": created.isoformat() if created else None,
            "description": self.description,
            "experimentName": self.experiment_name,
            "framework": self.model_framework,
            "frameworkVersion": self.model_framework_version,
            "id": self.id,
            "name": self.name,
            "properties": self.properties,
            "runId": self.run_id,
            "tags": self.tags,
            "url": self.url,
            "version": self.version,
        }

    def __repr__(self) -> str:
        return "Model(workspace={!r}, name={}, id={}, version={}, tags={}, properties={})".format(
            self.workspace, self.name, self.id, self.version, self.tags, self.properties
        )
