"""Changes to what is recorded of a version of a model."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.models.content import as_dict, content_of, strings
from runstore.models.registry import MODEL_FILE
from runstore.writing.json_file import change_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, List, Union

    Content = dict[str, Any]
    Keys = Union[List[str], str]


class ChangeableModel:
    """For `Model`: each call alters model.json in one step, also beside other processes."""

    _folder: str

    def _change(self, change: Callable[[Content], object]) -> None:
        change_object(os.path.join(self._folder, MODEL_FILE), change)

    def add_tags(self, tags: dict[str, Any]) -> None:
        """Set tags; values become strings."""
        self._change(lambda content: content.update(tags={**as_dict(content.get("tags")), **strings(tags)}))

    def remove_tags(self, tags: Keys) -> None:
        """Remove tags by key; those that are not there are ignored."""
        gone = [tags] if isinstance(tags, str) else [str(key) for key in tags]

        def remove(content: dict[str, Any]) -> None:
            content["tags"] = {key: tag for key, tag in as_dict(content.get("tags")).items() if key not in gone}

        self._change(remove)

    def add_properties(self, properties: dict[str, Any]) -> None:
        """Add properties; they never change, so an existing key with another value raises `UserErrorException`."""
        new = strings(properties)

        def add(content: dict[str, Any]) -> None:
            known = as_dict(content.get("properties"))
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
        new = content_of(datasets=datasets)["datasets"]

        def add(content: dict[str, Any]) -> None:
            known = content.get("datasets")
            content["datasets"] = [*(known if isinstance(known, list) else ()), *new]

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
        framework = model_framework, model_framework_version
        samples = sample_input_dataset, sample_output_dataset
        given = content_of(tags, None, description, None, framework, samples, resource_configuration)
        given.update(tags=None if tags is None else given["tags"], properties=None, datasets=None)
        new = {key: each for key, each in given.items() if each is not None}
        self._change(lambda content: content.update(new))
