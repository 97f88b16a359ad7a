"""Compute targets: each name stands for this machine.

A script may create a cluster, find one, wait for it and ask for its state. Creating one says on stderr that this
machine takes its place; a run that is submitted to one says so too, and keeps it as a warning.
"""

from __future__ import annotations

from runstore.exceptions import ComputeTargetException, UserErrorException
from runstore.layout.printable import printable
from runstore.stand_ins.notice import notice, refuse_if_strict
from runstore.stand_ins.shelf import Shelf
from runstore.writing.arguments import is_secret_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from typing_extensions import Self

_SHELF = "compute"


def _told(name: str) -> str:
    return "compute target {!r} stands for this machine: what is submitted to it runs here".format(printable(name, 60))


def _without_secrets(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if not is_secret_name(name)}


class Provisioning:
    """The settings with which a target is to be created or attached; kept as they were given, but for secrets."""

    def __init__(self, kind: str, settings: dict[str, Any]) -> None:
        self.kind = kind
        self.__dict__.update(settings)

    def settings(self) -> dict[str, Any]:
        """All settings that may be kept: without the kind of target, passwords and keys."""
        return _without_secrets({name: value for name, value in self.__dict__.items() if name != "kind"})

    def validate_configuration(self) -> None:
        """Nothing to check: this machine takes all settings."""


class ComputeStatus:
    """The state of a target: idle, no nodes but this machine."""

    allocation_state = "Steady"
    provisioning_state = "Succeeded"
    state = "Running"
    errors = None
    current_node_count = 1
    target_node_count = 1

    def serialize(self) -> dict[str, Any]:
        """The state as a dict with Azure ML's keys."""
        return {
            "allocationState": self.allocation_state,
            "provisioningState": self.provisioning_state,
            "state": self.state,
            "errors": self.errors,
            "currentNodeCount": self.current_node_count,
            "targetNodeCount": self.target_node_count,
        }

    def __repr__(self) -> str:
        return repr(self.serialize())


class ComputeTarget:
    """The compute target ``name`` of the workspace; any name is there, and stands for this machine."""

    def __new__(cls, workspace: Any, name: str, *args: Any, **kwargs: Any) -> ComputeTarget:
        """The target as the class with which it was created; an unknown one is an `AmlCompute`."""
        if cls is not ComputeTarget:
            return super().__new__(cls)
        entry = Shelf(workspace.root, _SHELF).read(name)
        return super().__new__(_KINDS.get(str(entry.get("kind")) if entry else "", AmlCompute))

    def __init__(self, workspace: Any, name: str, **_ignored: Any) -> None:
        if not name:
            raise ComputeTargetException("a compute target needs a name")
        self.workspace = workspace
        self.name = name
        self.tags: dict[str, str] = {}
        settings = (Shelf(workspace.root, _SHELF).read(name) or {}).get("settings")
        self._settings: dict[str, Any] = settings if isinstance(settings, dict) else {}
        refuse_if_strict(_told(name))

    @classmethod
    def create(cls, workspace: Any, name: str, provisioning_configuration: Provisioning) -> Self:
        """Note the target in the workspace; nothing is created anywhere."""
        notice(_told(name))
        entry = {"kind": provisioning_configuration.kind, "settings": provisioning_configuration.settings()}
        Shelf(workspace.root, _SHELF).write(name, entry)
        return cls(workspace, name)

    @classmethod
    def attach(cls, workspace: Any, name: str, attach_configuration: Provisioning) -> Self:
        """The same as `create`."""
        return cls.create(workspace, name, attach_configuration)

    @classmethod
    def provisioning_configuration(cls, *args: Any, **settings: Any) -> Provisioning:
        """The settings of a target that `create` is to make; a first unnamed one is the VM size."""
        if args:
            settings.setdefault("vm_size", args[0])
        return Provisioning(cls.__name__, settings)

    @classmethod
    def attach_configuration(cls, **settings: Any) -> Provisioning:
        """The settings of a target that `attach` is to take."""
        return Provisioning(cls.__name__, settings)

    @classmethod
    def list(cls, workspace: Any) -> list[ComputeTarget]:
        """The targets that scripts have created or attached, in order of name."""
        found = [ComputeTarget(workspace, name) for name in Shelf(workspace.root, _SHELF).names()]
        return [target for target in found if isinstance(target, cls)]

    @property
    def id(self) -> str:
        """The name: there is no resource behind it."""
        return self.name

    @property
    def type(self) -> str:
        """The kind of target, as its class is called."""
        return type(self).__name__

    @property
    def location(self) -> str:
        """Always ``local``."""
        return "local"

    @property
    def vm_size(self) -> str | None:
        """The VM size that was asked for; this machine is as large as it is."""
        return self._settings.get("vm_size")

    @property
    def provisioning_state(self) -> str:
        """Always Succeeded."""
        return ComputeStatus.provisioning_state

    @property
    def provisioning_errors(self) -> None:
        """None."""
        return

    @property
    def status(self) -> ComputeStatus:
        """The same as `get_status`."""
        return self.get_status()

    def get_status(self) -> ComputeStatus:
        """The state of this machine as a target: always ready."""
        return ComputeStatus()

    def wait_for_completion(self, show_output: bool = False, *args: Any, **_ignored: Any) -> None:
        """Nothing to wait for."""
        if show_output:
            print("Succeeded (this machine stands in for {!r})".format(self.name))

    def list_nodes(self) -> Iterable[dict[str, Any]]:
        """No nodes: nothing was allocated."""
        return []

    def refresh_state(self) -> None:
        """Nothing to refresh."""

    def update(self, **settings: Any) -> None:
        """Keep the settings, but for secrets, with the target."""
        given = {name: value for name, value in settings.items() if value is not None}
        self._settings.update(_without_secrets(given))
        Shelf(self.workspace.root, _SHELF).write(self.name, {"kind": self.type, "settings": self._settings})

    def add_tags(self, tags: dict[str, str]) -> None:
        """Set tags of this object."""
        self.tags.update(tags)

    def start(self, wait_for_completion: bool = False, show_output: bool = False) -> None:
        """Nothing: this machine runs."""

    def stop(self, wait_for_completion: bool = False, show_output: bool = False) -> None:
        """Nothing: this machine goes on."""

    def restart(self, wait_for_completion: bool = False, show_output: bool = False) -> None:
        """Nothing: this machine goes on."""

    def delete(self) -> None:
        """Forget the target."""
        Shelf(self.workspace.root, _SHELF).remove(self.name)

    def detach(self) -> None:
        """The same as `delete`."""
        self.delete()

    def serialize(self) -> dict[str, Any]:
        """The target as a dict with Azure ML's keys."""
        return {
            "name": self.name,
            "type": self.type,
            "location": self.location,
            "vmSize": self.vm_size,
            "provisioningState": self.provisioning_state,
            "tags": dict(self.tags),
            "status": self.get_status().serialize(),
        }

    def __repr__(self) -> str:
        return "{}(workspace={!r}, name={!r})".format(self.type, getattr(self.workspace, "name", None), self.name)


class AmlCompute(ComputeTarget):
    """A cluster of the workspace; see `ComputeTarget`."""

    @staticmethod
    def supported_vmsizes(workspace: Any, location: str | None = None) -> list[dict[str, Any]]:
        """This machine, in the form in which Azure ML lists VM sizes."""
        import os

        return [{"name": "local", "vCPUs": os.cpu_count() or 1}]


class ComputeInstance(ComputeTarget):
    """A workstation of the workspace; see `ComputeTarget`."""


class AksCompute(ComputeTarget):
    """A Kubernetes cluster; see `ComputeTarget`. Web services cannot be deployed to it from here."""


class BatchCompute(ComputeTarget):
    """A batch account; see `ComputeTarget`."""


class DsvmCompute(ComputeTarget):
    """A data science VM; see `ComputeTarget`."""


class RemoteCompute(ComputeTarget):
    """A machine reached by ssh; see `ComputeTarget`."""


class KubernetesCompute(ComputeTarget):
    """A Kubernetes cluster; see `ComputeTarget`."""


_KINDS: dict[str, type[ComputeTarget]] = {
    kind.__name__: kind
    for kind in (
        AmlCompute,
        ComputeInstance,
        AksCompute,
        BatchCompute,
        DsvmCompute,
        RemoteCompute,
        KubernetesCompute,
    )
}


class ComputeTargets(dict):  # type: ignore[type-arg] # a dict[str, ComputeTarget]; 3.8 cannot say so here
    """The targets of a workspace by name: those that were created, and any other name when it is asked for."""

    def __init__(self, workspace: Any) -> None:
        super().__init__({target.name: target for target in ComputeTarget.list(workspace)})
        self._workspace = workspace

    def __missing__(self, name: str) -> ComputeTarget:
        if not isinstance(name, str):
            raise UserErrorException("compute targets are found by name, not by {}".format(type(name).__name__))
        return ComputeTarget(self._workspace, name)
