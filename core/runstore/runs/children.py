"""Runs inside a `Run`, one mixin: made by its script, or submitted from it. They live and end by themselves."""

from __future__ import annotations

import os

from runstore.exceptions import AzureMLException, ExperimentExecutionException, UserErrorException
from runstore.runs.facts import Facts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from runstore.runs.experiment import Experiment
    from runstore.runs.finding import Filter
    from runstore.runs.run import Run

CHILD_NUMBER = "azureml.batch_child_number"
"""The tag of a child that `Children.create_children` made by count: "0", "1" ..."""


class Children(Facts):
    """A child lies in its parent's experiment. How it ends says nothing about its parent, whose details tell of it."""

    experiment: Experiment

    @property
    def parent(self) -> Run | None:
        """The run that this one is a child of; None where there is none (any more)."""
        above = self._manifest()["parent"]
        if not above:
            return None
        try:
            return self.experiment.workspace.get_run(str(above))
        except AzureMLException:
            return None

    def child_run(self, name: str | None = None, run_id: str | None = None, outputs: Any = None) -> Run:
        """Begin a child run, Running at once, which this process logs into until it calls `complete`.

        Its display name is ``<parent's name>><name>``, by default a number. ``outputs`` is a folder whose files it
        keeps at its end.
        """
        return self._child(name, run_id, outputs, {})

    def create_children(
        self, count: int | None = None, tag_key: str | None = None, tag_values: list[str] | None = None
    ) -> list[Run]:
        """Begin several child runs: ``count`` of them, or one for each of ``tag_values``, with the tag ``tag_key``.

        Raises `UserErrorException` unless either ``count`` or both of the others are given.
        """
        given = [each is not None for each in (count, tag_key, tag_values)]
        if given not in ([True, False, False], [False, True, True]):
            raise UserErrorException("create_children: give either count, or tag_key and tag_values")
        if count is not None:
            if type(count) is not int or count < 1:
                raise UserErrorException("create_children: count must be a number from 1 on, not {!r}".format(count))
            return [self._child(None, None, None, {CHILD_NUMBER: str(number)}) for number in range(count)]
        if not isinstance(tag_values, (list, tuple)) or not tag_values:
            raise UserErrorException("create_children: tag_values must be a list of at least one value")
        return [self._child(str(value), None, None, {str(tag_key): str(value)}) for value in tag_values]

    def submit_child(self, config: Any, tags: dict[str, Any] | None = None, **kwargs: Any) -> Run:
        """Submit ``config``, such as a `ScriptRunConfig`, as a child of this run; see `Experiment.submit`."""
        self._writer  # noqa: B018 - begins a run that had nothing to record so far
        if not callable(getattr(config, "submit_to", None)) or isinstance(config, type):
            raise ExperimentExecutionException(
                "a {} cannot be submitted; give a ScriptRunConfig".format(
                    config.__name__ if isinstance(config, type) else type(config).__name__
                )
            )
        return self.experiment.submit(config, tags=tags, parent=self.id, **kwargs)

    def get_children(
        self,
        recursive: bool = False,
        tags: Filter = None,
        properties: Filter = None,
        type: str | None = None,
        status: str | None = None,
        _rehydrate_runs: bool = True,
    ) -> Iterator[Run]:
        """The child runs that match all filters, newest first; with ``recursive`` also their children and so on."""
        from runstore.models.content import matches
        from runstore.reading.states import reported_status
        from runstore.runs.family import readers_of_children
        from runstore.runs.run import Run

        for reader in readers_of_children(os.path.dirname(self._folder), self.id, recursive):
            manifest = reader.manifest
            if (
                (type is None or manifest["type"] == type)
                and matches(manifest["tags"], tags)
                and matches(manifest["properties"], properties)
                and (status is None or reported_status(reader) == status)
            ):
                try:
                    yield Run._attach(self.experiment, reader.folder, _rehydrate_runs)
                except AzureMLException:  # deleted since
                    continue

    def _child(self, name: str | None, run_id: str | None, outputs: Any, tags: dict[str, str | None]) -> Run:
        from runstore.runs.run import Run
        from runstore.runs.session import begin_child

        self._writer  # noqa: B018 - begins a run that had nothing to record so far
        number = self.__dict__["_children"] = self.__dict__.get("_children", 0) + 1
        child = Run.__new__(Run)
        shown = "{}>{}".format(self._manifest()["display_name"] or self.id, name or number)
        begin_child(child, self, shown, run_id, outputs, tags)  # type: ignore[arg-type]  # the mixin of a Run
        return child
