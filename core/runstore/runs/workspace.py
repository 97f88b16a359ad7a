"""`Workspace`: one root with its experiments."""

from __future__ import annotations

import json
import os

from runstore.exceptions import UserErrorException
from runstore.layout.names import decode_name
from runstore.layout.paths import EXPERIMENT_FILE, find_run, iter_experiments
from runstore.layout.printable import printable
from runstore.layout.roots import find_workspace_config, read_workspace_config, resolve_root

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.runs.experiment import Experiment
    from runstore.runs.run import Run


class Workspace:
    """The experiments and runs under one root folder.

    The Azure names ``subscription_id`` and ``resource_group`` are those of the config.json, where there is one; they
    mean nothing locally.
    """

    def __init__(
        self,
        subscription_id: str = "local",
        resource_group: str = "local",
        workspace_name: str | None = None,
        root: str | os.PathLike[str] | None = None,
        **_ignored: Any,
    ) -> None:
        self.root = resolve_root(os.fspath(root) if root is not None else None, workspace_name=workspace_name)
        self.subscription_id = subscription_id
        self.resource_group = resource_group
        self.name = workspace_name or os.path.basename(self.root.rstrip(os.sep))
        self.location = "local"
        self.sku = "Basic"

    @classmethod
    def from_config(
        cls,
        path: str | os.PathLike[str] | None = None,
        auth: Any = None,
        _logger: Any = None,
        _file_name: str | None = None,
    ) -> Workspace:
        """The workspace of the nearest config.json (in ``path``, its ``.azureml/`` or ``aml_config/``, its parents).

        Without one it is the workspace of the root that `runstore.layout.roots.resolve_root` finds: no file is
        needed. Raises `UserErrorException` when ``path`` is given and holds no workspace config.
        """
        start = os.path.abspath(os.fspath(path)) if path is not None else os.getcwd()
        if os.path.isfile(start):
            found: str | None = start
        else:
            found = find_workspace_config(start, _file_name or "config.json")
        config = read_workspace_config(found) if found else None
        if config is None:
            if path is not None:
                raise UserErrorException(
                    "no workspace config.json at {} or above it; it needs the keys subscription_id, resource_group "
                    "and workspace_name, or call Workspace.from_config() without a path".format(printable(start, 300))
                )
            return cls()
        return cls(config["subscription_id"], config["resource_group"], config["workspace_name"])

    def write_config(self, path: str | os.PathLike[str] | None = None, file_name: str | None = None) -> None:
        """Write this workspace's config.json into ``<path>/.azureml/`` (the current folder by default)."""
        folder = os.path.join(os.fspath(path) if path is not None else os.getcwd(), ".azureml")
        os.makedirs(folder, exist_ok=True)
        content = {
            "subscription_id": self.subscription_id,
            "resource_group": self.resource_group,
            "workspace_name": self.name,
        }
        with open(os.path.join(folder, file_name or "config.json"), "w", encoding="utf-8") as file:
            json.dump(content, file, indent=4)

    @property
    def experiments(self) -> dict[str, Experiment]:
        """The experiments by name."""
        from runstore.runs.experiment import Experiment

        found: dict[str, Experiment] = {}
        for folder in iter_experiments(self.root):
            name = experiment_name(folder)
            found[name] = Experiment._attach(self, name, folder)
        return found

    def get_run(self, run_id: str) -> Run:
        """The run with this id in whichever experiment; raises `UserErrorException` when there is none."""
        from runstore.runs.experiment import Experiment
        from runstore.runs.run import Run

        folder = find_run(self.root, run_id)
        if folder is None:
            raise UserErrorException("no run {!r} in {}".format(printable(run_id, 100), self.root))
        parent = os.path.dirname(folder)
        return Run._attach(Experiment._attach(self, experiment_name(parent), parent), folder)

    def get_details(self) -> dict[str, Any]:
        """What there is to say of a local workspace, under Azure ML's keys."""
        return {
            "id": self.root,
            "name": self.name,
            "location": self.location,
            "type": "Microsoft.MachineLearningServices/workspaces",
            "sku": self.sku,
            "workspaceid": self.name,
        }

    def __repr__(self) -> str:
        return "Workspace.create(name={!r}, subscription_id={!r}, resource_group={!r})".format(
            self.name, self.subscription_id, self.resource_group
        )


def experiment_name(folder: str) -> str:
    """The name of the experiment in ``folder``: its file says it, else the folder's name does."""
    try:
        with open(os.path.join(folder, EXPERIMENT_FILE), encoding="utf-8") as file:
            content = json.load(file)
        name = content["name"]
        if isinstance(name, str) and name:
            return name
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    return decode_name(os.path.basename(folder))
