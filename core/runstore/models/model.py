"""`Model`: one version of a registered model."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException, WebserviceException
from runstore.layout.names import decode_name
from runstore.layout.printable import printable
from runstore.layout.roots import resolve_root
from runstore.models import registry
from runstore.models.changes import ChangeableModel
from runstore.models.content import as_dict, content_of, matches, version_number
from runstore.models.recorded import RecordedModel
from runstore.models.registry import NoSuchModel
from runstore.models.undeployed import Undeployed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Models = list["Model"]  # inside the class, list is its method
    Names = list[str]


class Model(RecordedModel, ChangeableModel, Undeployed):
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
            version = int(number) if number.isascii() and number.isdigit() else -1
        if not name:
            raise UserErrorException("Model needs a name, or an id such as 'my-model:1'")
        self._set(workspace, registry.version_folder(workspace.root, name, version_number(version)))
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
        framework = model_framework, model_framework_version
        samples = sample_input_dataset, sample_output_dataset
        folder = registry.register(
            workspace.root,
            model_name,
            os.path.expanduser(os.fspath(model_path)),
            child_paths,
            **content_of(tags, properties, description, datasets, framework, samples, resource_configuration),
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
                matches(as_dict(content.get("tags")), tags)
                and matches(as_dict(content.get("properties")), properties)
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
            return registry.model_path(registry.version_folder(root, model_name, version_number(version)))
        except NoSuchModel:
            for folder in (os.environ.get("AZUREML_MODEL_DIR"), os.getcwd()):
                path = os.path.join(folder, model_name) if folder else ""
                if path and os.path.exists(path) and _workspace is None and version is None:
                    return path
            raise

    def download(self, target_dir: str = ".", exist_ok: bool = False, exists_ok: bool | None = None) -> str:
        """Copy the model's file or folder into ``target_dir``; returns the path of the copy.

        Raises `WebserviceException` when there is something of that name, unless ``exist_ok``, and when the copy
        cannot be written.
        """
        import shutil  # only here: it costs 4 ms to import

        source = self._path()
        target = os.path.join(target_dir, os.path.basename(source))
        if os.path.lexists(target) and not (exist_ok if exists_ok is None else exists_ok):
            raise WebserviceException(
                "cannot download model {}: {} exists; pass exist_ok=True to replace it".format(self.id, target)
            )
        try:
            os.makedirs(target_dir, exist_ok=True)
            if os.path.isdir(source):
                shutil.copytree(source, target, copy_function=shutil.copyfile, dirs_exist_ok=True)
            else:
                shutil.copyfile(source, target)
        except OSError as error:  # shutil.Error too, which says it of several files
            raise WebserviceException("cannot download model {}: {}".format(self.id, error)) from error
        return target

    def delete(self) -> None:
        """Delete this version from the registry, for good; its number is not given again."""
        registry.delete(self._folder)
