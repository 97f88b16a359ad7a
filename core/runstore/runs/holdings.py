"""What a `Workspace` holds beside experiments and runs, one mixin: models, environments, data, compute, secrets."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.models.model import Model
    from runstore.stand_ins.compute import ComputeTarget
    from runstore.stand_ins.dataset_base import AbstractDataset
    from runstore.stand_ins.datastore import Datastore
    from runstore.stand_ins.keyvault import Keyvault


class Holdings:
    """Each is looked up when it is asked for."""

    root: str
    name: str
    subscription_id: str
    resource_group: str

    @property
    def models(self) -> dict[str, Model]:
        """The newest version of each registered model, by name."""
        from runstore.models.model import Model

        return {model.name: model for model in Model.list(self, latest=True)}

    @property
    def environments(self) -> dict[str, Any]:
        """The registered environments by name."""
        from importlib import import_module

        # By its public name: where it is made lies above this room.
        found: dict[str, Any] = import_module("runstore").Environment.list(self)
        return found

    @property
    def compute_targets(self) -> dict[str, ComputeTarget]:
        """The compute targets that scripts have created; any other name, too, stands for this machine."""
        from runstore.stand_ins.compute import ComputeTargets

        return ComputeTargets(self)

    @property
    def datastores(self) -> dict[str, Datastore]:
        """The datastores by name: folders of this machine."""
        from runstore.stand_ins.datastore import Datastore, names

        return {name: Datastore(self, name) for name in names(self)}

    def get_default_datastore(self) -> Datastore:
        """The datastore that is meant where none is named."""
        from runstore.stand_ins.datastore import Datastore

        return Datastore.get_default(self)

    def set_default_datastore(self, name: str) -> None:
        """Make the datastore ``name`` the default one."""
        from runstore.stand_ins.datastore import Datastore

        Datastore(self, name).set_as_default()

    @property
    def datasets(self) -> dict[str, AbstractDataset]:
        """The registered data sets by name."""
        from runstore.stand_ins.dataset import Dataset

        return Dataset.get_all(self)

    def get_default_keyvault(self) -> Keyvault:
        """The secrets of this workspace."""
        from runstore.stand_ins.keyvault import Keyvault

        return Keyvault(self)

    @property
    def webservices(self) -> dict[str, Any]:
        """None: models are not deployed locally."""
        return {}

    @property
    def images(self) -> dict[str, Any]:
        """None: models are not deployed locally."""
        return {}

    @property
    def linked_services(self) -> dict[str, Any]:
        """None."""
        return {}

    def get_mlflow_tracking_uri(self, with_auth: bool = False) -> str:
        """What ``mlflow.set_tracking_uri`` takes: what is then logged with MLflow is also a run of this workspace."""
        from importlib import import_module

        # By its public name: it lies above this room.
        uri: str = import_module("runstore").mlflow_tracking_uri(self.root)
        return uri

    @property
    def service_context(self) -> ServiceContext:
        """The names of the workspace as Azure ML's own packages ask for them."""
        return ServiceContext(self)


class ServiceContext:
    """Names only: there is no service."""

    def __init__(self, workspace: Holdings) -> None:
        self.subscription_id = workspace.subscription_id
        self.resource_group_name = workspace.resource_group
        self.workspace_name = workspace.name
        self.workspace_id = workspace.name
