"""`Experiment`: a named collection of runs."""

from __future__ import annotations

import json
import os

from runstore.exceptions import AzureMLException, WorkspaceException
from runstore.layout.names import check_experiment_name
from runstore.layout.paths import EXPERIMENT_FILE, RootPaths, iter_runs
from runstore.writing.create import ensure_experiment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from runstore.runs.run import Run
    from runstore.runs.workspace import Workspace

    # A tag or property filter: a key that must exist, or a dict of keys and values that must be equal.
    Filter = Any


class Experiment:
    """Get or create the experiment ``name``; raises `UserErrorException` for a name that breaks the rules."""

    def __init__(self, workspace: Workspace, name: str, **_ignored: Any) -> None:
        self._set(workspace, check_experiment_name(name), RootPaths(workspace.root).experiment_folder(name))
        try:
            ensure_experiment(workspace.root, name)
        except WorkspaceException:
            pass  # said when a run is started, which finds another place

    def _set(self, workspace: Workspace, name: str, folder: str) -> None:
        self.workspace = workspace
        self.name = name
        self._folder = folder

    @classmethod
    def _attach(cls, workspace: Workspace, name: str, folder: str) -> Experiment:
        """The experiment that exists in ``folder``; unlike the constructor it makes nothing."""
        experiment = cls.__new__(cls)
        experiment._set(workspace, name, folder)
        return experiment

    @property
    def id(self) -> str:
        """The experiment's id, a UUID."""
        return str(self._content().get("id") or self.name)

    @property
    def tags(self) -> dict[str, Any]:
        """Tags of the experiment."""
        tags = self._content().get("tags")
        return tags if isinstance(tags, dict) else {}

    def _content(self) -> dict[str, Any]:
        try:
            with open(os.path.join(self._folder, EXPERIMENT_FILE), encoding="utf-8") as file:
                content = json.load(file)
        except (OSError, ValueError, RecursionError):
            return {}
        return content if isinstance(content, dict) else {}

    def start_logging(self, *args: Any, **kwargs: Any) -> Run:
        """Begin an interactive run, Running at once, which this process logs into until it calls `complete`.

        Keywords: ``name``, ``run_id``, ``display_name``, ``description``, ``params`` (a dict of parameters), ``tags``,
        ``outputs`` (True or None: ``./outputs`` is collected at the end; a path: that folder; False: nothing),
        ``snapshot_directory`` (a folder whose files are kept with the run, by default the current one; None: none).
        """
        from runstore.runs.session import start_interactive

        return start_interactive(self, *args, **kwargs)

    def get_runs(
        self,
        type: str | None = None,
        tags: Filter = None,
        properties: Filter = None,
        include_children: bool = False,
    ) -> Iterator[Run]:
        """The runs that match all filters, newest first."""
        from runstore.runs.run import Run

        found: list[tuple[float, int, Run]] = []
        for folder in iter_runs(self._folder):
            try:
                run = Run._attach(self, folder)
            except AzureMLException:
                continue
            manifest = run._manifest()
            if (
                (type is None or manifest["type"] == type)
                and (include_children or not manifest["parent"])
                and matches(manifest["tags"], tags)
                and matches(manifest["properties"], properties)
            ):
                found.append((manifest["created"] or 0.0, manifest["number"] or 0, run))
        found.sort(key=lambda each: each[:2], reverse=True)
        for _, _, run in found:
            yield run

    def __repr__(self) -> str:
        return "Experiment(Name: {},\nWorkspace: {})".format(self.name, self.workspace.name)


def matches(entries: dict[str, Any], wanted: Filter) -> bool:
    """Whether tags or properties fit a filter: a key (or several) that exists, or keys with equal values."""
    if not wanted:
        return True
    if isinstance(wanted, str):
        return wanted in entries
    if isinstance(wanted, dict):
        return all(key in entries and entries[key] == _text(value) for key, value in wanted.items())
    return all(key in entries for key in wanted)


def _text(value: Any) -> Any:
    return value if value is None else str(value)
