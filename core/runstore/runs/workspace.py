"""`Workspace`: one root with its experiments, models and what else Azure ML keeps in a workspace."""

from __future__ import annotations

import json
import os

from runstore.exceptions import UserErrorException, WorkspaceException
from runstore.layout.names import decode_name
from runstore.layout.paths import EXPERIMENT_FILE, RootPaths, find_run, iter_experiments
from runstore.layout.printable import printable
from runstore.layout.roots import (
    LOCAL_ROOT,
    current_folder,
    ensure_root,
    find_workspace_config,
    known_roots,
    note_root,
    read_workspace_config,
    resolve_root,
)
from runstore.runs.holdings import Holdings
from runstore.writing.json_file import change_object, read_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from runstore.runs.experiment import Experiment
    from runstore.runs.run import Run

    Workspaces = dict[str, list["Workspace"]]  # inside the class, list is its method


class Workspace(Holdings):
    """The experiments, runs and models under one root folder.

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
        if workspace_name is None and _is_of_this_run(self.root):
            subscription_id = os.environ.get("AZUREML_ARM_SUBSCRIPTION") or subscription_id
            resource_group = os.environ.get("AZUREML_ARM_RESOURCEGROUP") or resource_group
            workspace_name = os.environ.get("AZUREML_ARM_WORKSPACE_NAME")
        self.subscription_id = subscription_id
        self.resource_group = resource_group
        self.name = workspace_name or _name_of(self.root)
        self.location = "local"
        self.sku = "Basic"

    # ---- getting one

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
        start = os.path.abspath(os.fspath(path)) if path is not None else current_folder()
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

    @classmethod
    def get(
        cls,
        name: str,
        auth: Any = None,
        subscription_id: str | None = None,
        resource_group: str | None = None,
        **_ignored: Any,
    ) -> Workspace:
        """The workspace of this name. It needs no making: its folder comes with the first thing kept in it."""
        return cls(subscription_id or "local", resource_group or "local", _checked(name))

    @classmethod
    def create(
        cls,
        name: str,
        auth: Any = None,
        subscription_id: str | None = None,
        resource_group: str | None = None,
        location: str | None = None,
        create_resource_group: bool = True,
        sku: str = "basic",
        friendly_name: str | None = None,
        description: str | None = None,
        tags: dict[str, Any] | None = None,
        exist_ok: bool = False,
        **_ignored: Any,
    ) -> Workspace:
        """Make the workspace ``name``, a folder of this machine; cloud settings are taken and mean nothing.

        Raises `WorkspaceException` when it was created before, unless ``exist_ok``.
        """
        workspace = cls(subscription_id or "local", resource_group or "local", _checked(name))
        ensure_root(workspace.root)

        def create(content: dict[str, Any]) -> None:
            if content.get("name") == name and not exist_ok:
                raise WorkspaceException(
                    "workspace {!r} exists in {}; pass exist_ok=True, or use Workspace.get".format(name, workspace.root)
                )
            import time

            content.setdefault("v", 1)
            content.setdefault("name", name)
            content.setdefault("created", time.time())
            given = {"friendly_name": friendly_name, "description": description, "tags": tags}
            content.update({key: each for key, each in given.items() if each is not None})

        change_object(RootPaths(workspace.root).workspace, create)
        note_root(workspace.root)
        return workspace

    @staticmethod
    def setup() -> Workspace:
        """The workspace of the nearest config.json, or of the current folder: the same as `from_config`."""
        return Workspace.from_config()

    @staticmethod
    def list(
        subscription_id: str | None = None, auth: Any = None, resource_group: str | None = None, **_ignored: Any
    ) -> Workspaces:
        """The workspaces that were used on this machine, by name; several may have the same."""
        found: Workspaces = {}
        for root in known_roots():
            workspace = Workspace(subscription_id or "local", resource_group or "local", root=root)
            found.setdefault(workspace.name, []).append(workspace)
        return found

    def delete(self, *_args: Any, **_ignored: Any) -> None:
        """Raises `WorkspaceException`: no script deletes all records of a machine."""
        raise WorkspaceException(
            "a workspace is not deleted from a script; Experiment.delete(workspace, name, with_runs=True) deletes an "
            "experiment, and all records are in the folder {}".format(self.root)
        )

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

    # ---- what is in it

    @property
    def experiments(self) -> dict[str, Experiment]:
        """The experiments by name, without archived ones."""
        from runstore.runs.experiment import Experiment

        return {experiment.name: experiment for experiment in Experiment.list(self)}

    def _all_experiments(self) -> Iterator[Experiment]:
        """The experiments in order of name, archived ones too."""
        from runstore.runs.experiment import Experiment

        for folder in iter_experiments(self.root):
            yield Experiment._attach(self, experiment_name(folder), folder)

    def get_run(self, run_id: str) -> Run:
        """The run with this id in whichever experiment; raises `UserErrorException` when there is none."""
        from runstore.runs.experiment import Experiment
        from runstore.runs.run import Run

        folder = find_run(self.root, run_id)
        if folder is None:
            raise UserErrorException("no run {!r} in {}".format(printable(run_id, 100), self.root))
        parent = os.path.dirname(folder)
        return Run._attach(Experiment._attach(self, experiment_name(parent), parent), folder)

    # ---- facts

    @property
    def tags(self) -> dict[str, Any]:
        """Tags that were given to `create`."""
        tags = self._content().get("tags")
        return tags if isinstance(tags, dict) else {}

    def _content(self) -> dict[str, Any]:
        return read_object(RootPaths(self.root).workspace)

    def get_details(self) -> dict[str, Any]:
        """What there is to say of a local workspace, under Azure ML's keys."""
        content = self._content()
        created = content.get("created")
        from runstore.runs.facts import utc

        return {
            "id": self.root,
            "name": self.name,
            "identity": {},
            "location": self.location,
            "type": "Microsoft.MachineLearningServices/workspaces",
            "tags": self.tags,
            "sku": self.sku,
            "workspaceid": self.name,
            "description": content.get("description") or "",
            "friendlyName": content.get("friendly_name") or self.name,
            "creationTime": utc(created),
        }

    def __repr__(self) -> str:
        return "Workspace.create(name={!r}, subscription_id={!r}, resource_group={!r})".format(
            self.name, self.subscription_id, self.resource_group
        )


def _checked(name: object) -> str:
    if isinstance(name, str) and name:
        return name
    raise UserErrorException("a workspace needs a name, not {!r}".format(printable(name, 60)))


def _is_of_this_run(root: str) -> bool:
    """Whether this process is a submitted run of ``root``: there the workspace is called as where it was submitted."""
    return bool(os.environ.get("RUNSTORE_RUN_DIR")) and os.environ.get("RUNSTORE_ROOT") == root


def _name_of(root: str) -> str:
    """The name that the workspace in ``root`` was created with, else its folder's; of ``.runs`` the project's."""
    named = read_object(RootPaths(root).workspace).get("name")
    if isinstance(named, str) and named:
        return named
    folder = root.rstrip(os.sep)
    if os.path.basename(folder) == LOCAL_ROOT:
        folder = os.path.dirname(folder)
    return decode_name(os.path.basename(folder)) or "default"


def experiment_name(folder: str) -> str:
    """The name of the experiment in ``folder``: its file says it, else the folder's name does."""
    name = read_object(os.path.join(folder, EXPERIMENT_FILE)).get("name")
    return name if isinstance(name, str) and name else decode_name(os.path.basename(folder))
