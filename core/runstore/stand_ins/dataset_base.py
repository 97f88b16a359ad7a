"""What file and table datasets have in common: a definition, a name with versions, use as an input."""

from __future__ import annotations

from runstore.stand_ins import picking, registry
from runstore.stand_ins.data_input import DIRECT, DatasetConsumptionConfig
from runstore.stand_ins.here import Here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self

    from runstore.stand_ins.sources import Source


class AbstractDataset:
    """Files, or tables in files, and the steps that pick from them. Nothing is read until it is asked for.

    The definition is plain values: ``{"kind", "sources", "options", "steps"}``.
    """

    kind = ""

    def __init__(
        self, definition: dict[str, Any], entry: dict[str, Any] | None = None, root: str | None = None
    ) -> None:
        self._definition = definition
        self._entry = entry or {}
        self._root = root

    @classmethod
    def _made(cls, sources: list[Source], **options: Any) -> Self:
        root = next((source["root"] for source in sources if "root" in source), None)
        return cls({"kind": cls.kind, "sources": sources, "options": options, "steps": []}, root=root)

    @property
    def _sources(self) -> list[Source]:
        sources: list[Source] = self._definition["sources"]
        return sources

    @property
    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = self._definition["options"]
        return options

    @property
    def _steps(self) -> list[Any]:
        steps: list[Any] = self._definition["steps"]
        return steps

    def _with(self, *steps: Any) -> Self:
        return type(self)({**self._definition, "steps": [*self._steps, *steps]}, root=self._root)

    # ---- identity

    @property
    def name(self) -> str | None:
        """The name under which it is registered, or None."""
        return self._entry.get("name")

    @property
    def version(self) -> int | None:
        """The version, from 1, or None for a dataset that is not registered."""
        return self._entry.get("version")

    @property
    def id(self) -> str:
        """The id by which `Dataset.get_by_id` finds it; asking for it keeps the definition in the workspace."""
        if not self._entry.get("id"):
            self._entry["id"] = registry.keep(self._root or Here().root, self._definition)
        return str(self._entry["id"])

    @property
    def description(self) -> str | None:
        """The description given at its registration."""
        return self._entry.get("description")

    @property
    def tags(self) -> dict[str, str]:
        """The tags of a registered dataset."""
        return dict(self._entry.get("tags") or {})

    def register(
        self,
        workspace: Any,
        name: str,
        description: str | None = None,
        tags: dict[str, str] | None = None,
        create_new_version: bool = False,
    ) -> Self:
        """Give it a name in the workspace; returns the registered dataset. `UserErrorException` for a taken name."""
        entry = registry.register(
            workspace.root, name, self._definition, description, dict(tags or {}), create_new_version
        )
        return type(self)(entry["definition"], entry, workspace.root)

    def unregister_all_versions(self) -> None:
        """Remove its name, with all versions; the files stay."""
        if self.name and self._root:
            registry.forget(self._root, self.name)

    def add_tags(self, tags: dict[str, str]) -> Self:
        """Set tags of a registered dataset."""
        return self.update(tags={**self.tags, **tags})

    def remove_tags(self, tags: list[str]) -> Self:
        """Remove tags of a registered dataset."""
        return self.update(tags={key: value for key, value in self.tags.items() if key not in tags})

    def update(self, description: str | None = None, tags: dict[str, str] | None = None) -> Self:
        """Change description and tags of a registered dataset."""
        if description is not None:
            self._entry["description"] = description
        if tags is not None:
            self._entry["tags"] = tags
        if self.name and self._root:
            registry.change(self._root, self._entry)
        return self

    # ---- picking

    def take(self, count: int) -> Self:
        """The first ``count`` rows, or files."""
        return self._with(picking.take(count))

    def skip(self, count: int) -> Self:
        """All but the first ``count`` rows, or files."""
        return self._with(picking.skip(count))

    def take_sample(self, probability: float, seed: int | None = None) -> Self:
        """Each row, or file, with this probability."""
        return self._with(picking.sample(probability, seed))

    def random_split(self, percentage: float, seed: int | None = None) -> tuple[Self, Self]:
        """Two datasets: about ``percentage`` (0 to 1) of the rows, or files, and the others."""
        inside, outside = picking.split(percentage, seed)
        return self._with(inside), self._with(outside)

    # ---- as an input of a run

    def as_named_input(self, name: str) -> DatasetConsumptionConfig:
        """This dataset as the input ``name`` of a run, which finds it in ``run.input_datasets[name]``."""
        return DatasetConsumptionConfig(name, self, DIRECT)

    def local_path(self) -> str:
        """A local folder, or file, with what the dataset holds."""
        raise NotImplementedError

    def __repr__(self) -> str:
        named = "name={!r}, version={!r}, ".format(self.name, self.version) if self.name else ""
        return "{}({}sources={!r})".format(type(self).__name__, named, self._sources)
