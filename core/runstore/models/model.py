"""`Model`: one version of a registered model."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException, WebserviceException
from runstore.layout.names import decode_name
from runstore.layout.printable import printable
from runstore.layout.roots import resolve_root
from runstore.models import registry
from runstore.models.registry import MODEL_FILE, NoSuchModel
from runstore.models.undeployed import Undeployed
from runstore.writing.json_file import change_object, read_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    Models = list["Model"]  # inside the class, list is its method
    Names = list[str]


class Model(Undeployed):
    """The newest version of the model ``name``, or the version that matches the other arguments.

    ``id`` is ``name:version``; ``tags`` and ``properties`` are filters as in `Model.list`. Raises
    `ModelNotFoundException` when there is none.
    """

    class Framework:
        """Names of frameworks for ``model_framework``."""

        CUSTOM = "Custom"
        TENSORFLOW = "TensorFlow"
        SCIKITLEARN = "ScikitLearn"
        ONNX = "Onnx"
        PYTORCH = "PyTorch"
        MULTI = "Multi"

    def __init__(
        self,
        workspace: Any,
        name: str | None = None,
        id: str | None = None,
        tags: Any = None,
        properties: Any = None,
        version: int | None = None,
        run_id: str | None = None,
        model_framework: str | None = None,
        **_ignored: Any,
    ) -> None:
        if id is not None:
            name, _, number = str(id).rpartition(":")
            version = int(number) if number.isdigit() else -1
        if not name:
            raise UserErrorException("Model needs a name, or an id such as 'my-model:1'")
        self._set(workspace, registry.version_folder(workspace.root, name, _number(version)))
        if version is None and (tags or properties or run_id or model_framework):
            found = Model.list(workspace, name, tags, properties, run_id, model_framework=model_framework)
            if not found:
                raise NoSuchModel("ModelNotFound: no version of model {} matches".format(printable(name, 100)))
            self._set(workspace, found[0]._folder)

    def _set(self, workspace: Any, folder: str) -> None:
        self.workspace = workspace
        self._folder = folder
        named = self._content().get("name")
        self.name = str(named or decode_name(os.path.basename(os.path.dirname(folder))))
        self.version = int(os.path.basename(folder))

    @classmethod
    def _attach(cls, workspace: Any, folder: str) -> Model:
        """The version in ``folder``."""
        model = cls.__new__(cls)
        model._set(workspace, folder)
        return model

    # ---- into the registry and out of it

    @staticmethod
    def register(
        workspace: Any,
        model_path: str,
        model_name: str,
        tags: Any = None,
        properties: Any = None,
        description: str | None = None,
        datasets: Any = None,
        model_framework: str | None = None,
        model_framework_version: str | None = None,
        child_paths: Names | None = None,
        sample_input_dataset: Any = None,
        sample_output_dataset: Any = None,
        resource_configuration: Any = None,
        **_ignored: Any,
    ) -> Model:
        """Copy the local file or folder ``model_path`` into the registry as the next version of ``model_name``.

        ``child_paths`` names the files inside a folder that are kept, all by default. Raises
        `ModelPathNotFoundException` when there is nothing there, `UserErrorException` for a bad name.
        """
        folder = registry.register(
            workspace.root,
            model_name,
            os.path.expanduser(os.fspath(model_path)),
            child_paths,
            **facts(
                tags=tags,
                properties=properties,
                description=description,
                datasets=datasets,
                model_framework=model_framework,
                model_framework_version=model_framework_version,
                sample_input_dataset=sample_input_dataset,
                sample_output_dataset=sample_output_dataset,
                resource_configuration=resource_configuration,
            ),
        )
        return Model._attach(workspace, folder)

    @staticmethod
    def list(
        workspace: Any,
        name: str | None = None,
        tags: Any = None,
        properties: Any = None,
        run_id: str | None = None,
        latest: bool = False,
        dataset_id: str | None = None,
        expand: bool = True,
        page_count: int = 255,
        model_framework: str | None = None,
    ) -> Models:
        """The registered models that match all filters, the newest first; with ``latest`` one version of each.

        ``tags`` and ``properties`` are keys that must exist, or pairs of key and value: ``["a", ["b", "1"]]``, or a
        dict.
        """
        found: dict[object, tuple[float, Model]] = {}
        for folder in registry.version_folders(workspace.root, name):
            model = Model._attach(workspace, folder)
            content = model._content()
            if (
                _matches(model.tags, tags)
                and _matches(model.properties, properties)
                and run_id in (None, content.get("run_id"))
                and model_framework in (None, content.get("framework"))
                and (dataset_id is None or any(dataset_id in names for names in model.datasets.values()))
            ):
                created = content.get("created")
                found[model.name if latest else folder] = (created if isinstance(created, (int, float)) else 0.0, model)
        newest = sorted(found.values(), key=lambda each: (each[0], each[1].version), reverse=True)
        return [model for _, model in newest]

    @staticmethod
    def get_model_path(model_name: str, version: int | None = None, _workspace: Any = None) -> str:
        """The path of a registered model's file or folder, to load it from: to be read, not to be changed.

        Without ``_workspace`` it is looked for in the workspace of the current folder or run; what is not registered
        there may lie in the folder AZUREML_MODEL_DIR or in the current one. Raises `ModelNotFoundException`.
        """
        root = _workspace.root if _workspace is not None else resolve_root()
        try:
            return registry.model_path(registry.version_folder(root, model_name, _number(version)))
        except NoSuchModel:
            for folder in (os.environ.get("AZUREML_MODEL_DIR"), os.getcwd()):
                path = os.path.join(folder, model_name) if folder else ""
                if path and os.path.exists(path) and _workspace is None and version is None:
                    return path
            raise

    def download(self, target_dir: str = ".", exist_ok: bool = False, exists_ok: bool | None = None) -> str:
        """Copy the model's file or folder into ``target_dir``; returns the path of the copy.

        Raises `WebserviceException` when there is something of that name, unless ``exist_ok``.
        """
        import shutil  # only here: it costs 4 ms to import

        source = self._path()
        target = os.path.join(target_dir, os.path.basename(source))
        if os.path.lexists(target) and not (exist_ok if exists_ok is None else exists_ok):
            raise WebserviceException(
                "cannot download model {}: {} exists; pass exist_ok=True to replace it".format(self.id, target)
            )
        os.makedirs(target_dir, exist_ok=True)
        if os.path.isdir(source):
            shutil.copytree(source, target, copy_function=shutil.copyfile, dirs_exist_ok=True)
        else:
            shutil.copyfile(source, target)
        return target

    def delete(self) -> None:
        """Delete this version from the registry, for good; its number is not given again."""
        registry.delete(self._folder)

    # ---- facts

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
        return _dict(self._fact("tags"))

    @property
    def properties(self) -> dict[str, Any]:
        """All properties."""
        return _dict(self._fact("properties"))

    @property
    def description(self) -> str | None:
        """A note on the model."""
        return _text(self._fact("description"))

    @property
    def run_id(self) -> str | None:
        """The id of the run that made it; None for one that was registered from elsewhere."""
        return _text(self._fact("run_id"))

    @property
    def run(self) -> Any:
        """The run that made it, or None."""
        return self.workspace.get_run(self.run_id) if self.run_id else None

    @property
    def experiment_name(self) -> str | None:
        """The experiment of the run that made it."""
        return _text(self._fact("experiment"))

    @property
    def created_by(self) -> dict[str, Any]:
        """Who registered it."""
        return {"userName": _text(self._fact("user"))}

    @property
    def created_time(self) -> datetime.datetime | None:
        """When it was registered, in UTC."""
        import datetime

        created = self._fact("created")
        if not isinstance(created, (int, float)):
            return None
        return datetime.datetime.fromtimestamp(created, datetime.timezone.utc)

    @property
    def model_framework(self) -> str | None:
        """The framework, such as ``ScikitLearn``."""
        return _text(self._fact("framework"))

    @property
    def model_framework_version(self) -> str | None:
        """The framework's version."""
        return _text(self._fact("framework_version"))

    @property
    def datasets(self) -> dict[str, Any]:
        """Names of the data sets that it was made from, by purpose."""
        found: dict[str, Any] = {}
        pairs = self._fact("datasets")
        for pair in pairs if isinstance(pairs, (list, tuple)) else ():
            if isinstance(pair, (list, tuple)) and len(pair) == 2:
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
        return _text(self._fact("sample_input"))

    @property
    def sample_output_dataset(self) -> str | None:
        """The name of the sample of outputs."""
        return _text(self._fact("sample_output"))

    # ---- changes

    def _change(self, change: Any) -> None:
        change_object(os.path.join(self._folder, MODEL_FILE), change)

    def add_tags(self, tags: dict[str, Any]) -> None:
        """Set tags; values become strings."""
        self._change(lambda content: content.update(tags={**_dict(content.get("tags")), **strings(tags)}))

    def remove_tags(self, tags: Names | str) -> None:
        """Remove tags by key; those that are not there are ignored."""
        gone = [tags] if isinstance(tags, str) else [str(key) for key in tags]

        def remove(content: dict[str, Any]) -> None:
            content["tags"] = {key: tag for key, tag in _dict(content.get("tags")).items() if key not in gone}

        self._change(remove)

    def add_properties(self, properties: dict[str, Any]) -> None:
        """Add properties; they never change, so an existing key with another value raises `UserErrorException`."""
        new = strings(properties)

        def add(content: dict[str, Any]) -> None:
            known = _dict(content.get("properties"))
            for key, value in new.items():
                if known.get(key, value) != value:
                    raise UserErrorException("property {!r} is set to {!r} and cannot change".format(key, known[key]))
            content["properties"] = {**known, **new}

        self._change(add)

    def update_tags_properties(self, add_tags: Any = None, remove_tags: Any = None, add_properties: Any = None) -> None:
        """`add_tags`, `remove_tags` and `add_properties` in one call."""
        if add_tags:
            self.add_tags(add_tags)
        if remove_tags:
            self.remove_tags(remove_tags)
        if add_properties:
            self.add_properties(add_properties)

    def add_dataset_references(self, datasets: Any) -> None:
        """Note data sets that the model was made from: pairs of purpose and data set."""
        new = facts(datasets=datasets)["datasets"]

        def add(content: dict[str, Any]) -> None:
            known = content.get("datasets")
            content["datasets"] = [*(known if isinstance(known, (list, tuple)) else ()), *(new or ())]

        self._change(add)

    def update(
        self,
        tags: dict[str, Any] | None = None,
        description: str | None = None,
        sample_input_dataset: Any = None,
        sample_output_dataset: Any = None,
        model_framework: str | None = None,
        model_framework_version: str | None = None,
        resource_configuration: Any = None,
        **_ignored: Any,
    ) -> None:
        """Replace what is given; None leaves it as it is."""
        given = facts(
            tags=tags,
            description=description,
            model_framework=model_framework,
            model_framework_version=model_framework_version,
            sample_input_dataset=sample_input_dataset,
            sample_output_dataset=sample_output_dataset,
            resource_configuration=resource_configuration,
        )
        self._change(lambda content: content.update({key: each for key, each in given.items() if each}))

    # ---- how it shows

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


def facts(
    tags: Any = None,
    properties: Any = None,
    description: str | None = None,
    datasets: Any = None,
    model_framework: str | None = None,
    model_framework_version: str | None = None,
    sample_input_dataset: Any = None,
    sample_output_dataset: Any = None,
    resource_configuration: Any = None,
) -> dict[str, Any]:
    """The arguments of `Model.register` as they stand in model.json; data sets by name."""
    try:
        named = [[str(purpose), _name_of(each)] for purpose, each in datasets or ()]
    except (TypeError, ValueError):
        raise UserErrorException("datasets are pairs: [('training', dataset)]") from None
    resources = resource_configuration if isinstance(resource_configuration, dict) else vars_of(resource_configuration)
    return {
        "description": None if description is None else str(description),
        "tags": strings(tags or {}),
        "properties": strings(properties or {}),
        "framework": model_framework,
        "framework_version": None if model_framework_version is None else str(model_framework_version),
        "datasets": named,
        "sample_input": None if sample_input_dataset is None else _name_of(sample_input_dataset),
        "sample_output": None if sample_output_dataset is None else _name_of(sample_output_dataset),
        "resources": resources,
    }


def strings(entries: Any) -> dict[str, Any]:
    """Tags or properties as they are kept: values are strings or None. Raises `UserErrorException` for no dict."""
    if not isinstance(entries, dict):
        raise UserErrorException("tags and properties are dicts, not {}".format(type(entries).__name__))
    return {str(key): None if value is None else str(value) for key, value in entries.items()}


def vars_of(configuration: Any) -> dict[str, Any] | None:
    """The numbers and texts that an object such as Azure ML's ResourceConfiguration holds."""
    if configuration is None:
        return None
    held = getattr(configuration, "__dict__", {})
    return {key: each for key, each in held.items() if key[0] != "_" and isinstance(each, (int, float, str))}


def _name_of(dataset: Any) -> str:
    name = getattr(dataset, "name", None) or getattr(dataset, "id", None)
    return str(name or dataset)


def _number(version: Any) -> int | None:
    if version is None:
        return None
    try:
        return int(version)
    except (TypeError, ValueError):
        return -1  # there is no such version, which is what will be said


def _matches(entries: dict[str, Any], wanted: Any) -> bool:
    if not wanted:
        return True
    conditions = [wanted] if isinstance(wanted, str) else wanted.items() if isinstance(wanted, dict) else wanted
    for condition in conditions:
        key, value = (condition, None) if isinstance(condition, str) else (*condition, None)[:2]
        if key not in entries or (not isinstance(condition, str) and entries[key] != str(value)):
            return False
    return True


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
