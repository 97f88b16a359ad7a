"""Datastores: local folders, each under a name of the workspace.

``ROOT/.runstore/datastores/<name>/`` holds the files, unless the datastore was registered for another folder with
`Datastore.register_folder`. Nothing is fetched from a storage account: put the data into the folder.
"""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.layout.names import encode_name
from runstore.layout.paths import CONTROL
from runstore.layout.printable import printable
from runstore.stand_ins.notice import notice
from runstore.stand_ins.shelf import Shelf
from runstore.stand_ins.transfer import copy_files, inner_path, tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.stand_ins.data_input import DataReference

_SHELF = "datastores"
_DEFAULT_KEY = ".default"
BUILT_IN = {"workspaceblobstore": "AzureBlob", "workspacefilestore": "AzureFile"}
"""The datastores that every workspace has."""


class Datastore:
    """The datastore ``name`` of the workspace, or its default one; `UserErrorException` when there is none."""

    def __init__(self, workspace: Any, name: str | None = None) -> None:
        name = name or default_name(workspace)
        entry = Shelf(workspace.root, _SHELF).read(name)
        if entry is None and name not in BUILT_IN:
            raise UserErrorException(
                "no datastore {!r} in workspace {!r}; there are: {}. "
                "Datastore.register_folder(workspace, name, folder) makes one of a local folder".format(
                    printable(name, 60), workspace.name, ", ".join(names(workspace))
                )
            )
        entry = entry or {}
        self.workspace = workspace
        self.name = name
        self.datastore_type = str(entry.get("type") or BUILT_IN.get(name, "AzureBlob"))
        self.container_name = entry.get("container")
        self.account_name = entry.get("account")
        self.folder = str(entry.get("folder") or _own_folder(workspace, name))
        """The local folder that holds the files."""

    @staticmethod
    def get(workspace: Any, datastore_name: str) -> Datastore:
        """The datastore of this name."""
        return Datastore(workspace, datastore_name)

    @staticmethod
    def get_default(workspace: Any) -> Datastore:
        """The default datastore."""
        return Datastore(workspace)

    @staticmethod
    def register_folder(workspace: Any, datastore_name: str, folder: str | os.PathLike[str]) -> Datastore:
        """Make a datastore of a folder that exists on this machine (not in Azure ML: the local way to have data)."""
        path = os.path.abspath(os.path.expanduser(os.fspath(folder)))
        if not os.path.isdir(path):
            raise UserErrorException("{} is no folder on this machine".format(printable(path, 200)))
        Shelf(workspace.root, _SHELF).write(datastore_name, {"type": "Local", "folder": path})
        return Datastore(workspace, datastore_name)

    @staticmethod
    def register_azure_blob_container(
        workspace: Any, datastore_name: str, container_name: str, account_name: str = "", **_ignored: Any
    ) -> Datastore:
        """Make an empty local datastore under this name; the container's files are not fetched. Keys are not kept."""
        return _register(workspace, datastore_name, "AzureBlob", container_name, account_name)

    @staticmethod
    def register_azure_file_share(
        workspace: Any, datastore_name: str, file_share_name: str, account_name: str = "", **_ignored: Any
    ) -> Datastore:
        """The same as `register_azure_blob_container`."""
        return _register(workspace, datastore_name, "AzureFile", file_share_name, account_name)

    @staticmethod
    def register_azure_data_lake(
        workspace: Any, datastore_name: str, store_name: str = "", *args: Any, **_ignored: Any
    ) -> Datastore:
        """The same as `register_azure_blob_container`."""
        return _register(workspace, datastore_name, "AzureDataLake", store_name, "")

    @staticmethod
    def register_azure_data_lake_gen2(
        workspace: Any, datastore_name: str, filesystem: str, account_name: str = "", *args: Any, **_ignored: Any
    ) -> Datastore:
        """The same as `register_azure_blob_container`."""
        return _register(workspace, datastore_name, "AzureDataLakeGen2", filesystem, account_name)

    @staticmethod
    def register_azure_sql_database(workspace: Any, *args: Any, **_ignored: Any) -> Datastore:
        """Raises `UserErrorException`: databases are not read through the workspace here."""
        raise UserErrorException(
            "databases cannot be datastores here; read them with pandas or SQLAlchemy and pass on what they gave"
        )

    register_azure_my_sql = register_azure_postgre_sql = register_azure_sql_database

    @staticmethod
    def register_dbfs(workspace: Any, *args: Any, **_ignored: Any) -> Datastore:
        """Raises `UserErrorException`: file systems of Spark clusters are not reached from here."""
        raise UserErrorException("file systems of Spark clusters are not reached from here; use register_folder")

    register_hdfs = register_dbfs

    def set_as_default(self) -> None:
        """Make this the default datastore of the workspace."""
        Shelf(self.workspace.root, _SHELF).write(_DEFAULT_KEY, {"name": self.name})

    def unregister(self) -> None:
        """Forget the datastore; its files stay where they are."""
        Shelf(self.workspace.root, _SHELF).remove(self.name)

    # ---- files

    def upload(
        self,
        src_dir: str | os.PathLike[str],
        target_path: str | None = None,
        overwrite: bool = False,
        show_progress: bool = True,
    ) -> DataReference:
        """Copy the files below ``src_dir`` to ``target_path`` of the datastore; files that exist are kept."""
        source = os.fspath(src_dir)
        if not os.path.isdir(source):
            raise UserErrorException("{} is no folder".format(printable(source, 200)))
        pairs = [(path, name) for name, path in tree(source)]
        return self._upload(pairs, target_path, overwrite, show_progress)

    def upload_files(
        self,
        files: list[str],
        relative_root: str | None = None,
        target_path: str | None = None,
        overwrite: bool = False,
        show_progress: bool = True,
    ) -> DataReference:
        """Copy ``files``, under their names relative to ``relative_root`` (else their base names)."""
        pairs = []
        for file in map(os.fspath, files):
            if not os.path.isfile(file):
                raise UserErrorException("{} is no file".format(printable(file, 200)))
            name = os.path.relpath(file, relative_root) if relative_root else os.path.basename(file)
            pairs.append((file, inner_path(name)))
        return self._upload(pairs, target_path, overwrite, show_progress)

    def _upload(
        self, pairs: list[tuple[str, str]], target_path: str | None, overwrite: bool, show: bool
    ) -> DataReference:
        inner = inner_path(target_path)
        done = copy_files(pairs, os.path.join(self.folder, inner), overwrite)
        if show:
            print("Uploaded {} of {} files to {}/{}".format(len(done), len(pairs), self.name, inner))
        return self.path(inner)

    def download(
        self,
        target_path: str | os.PathLike[str],
        prefix: str | None = None,
        overwrite: bool = False,
        show_progress: bool = True,
    ) -> int:
        """Copy the files whose names start with ``prefix`` below ``target_path``; returns how many were copied."""
        wanted = inner_path(prefix)
        pairs = [(path, name) for name, path in tree(self.folder) if name.startswith(wanted)]
        done = copy_files(pairs, os.path.abspath(os.fspath(target_path)), overwrite)
        if show_progress:
            print("Downloaded {} of {} files of {}/{}".format(len(done), len(pairs), self.name, wanted))
        return len(done)

    # ---- as the input of a run

    def path(self, path: str | None = None, data_reference_name: str | None = None) -> DataReference:
        """A file or folder of this datastore, to be given to a script."""
        from runstore.stand_ins.data_input import DataReference

        return DataReference(self, data_reference_name, path)

    def as_mount(self) -> DataReference:
        """The whole datastore, to be given to a script."""
        return self.path().as_mount()

    def as_download(self, path_on_compute: str | None = None) -> DataReference:
        """The whole datastore, to be given to a script."""
        return self.path().as_download(path_on_compute)

    def as_upload(self, path_on_compute: str | None = None) -> DataReference:
        """The whole datastore, for a script to write into."""
        return self.path().as_upload(path_on_compute)

    def __repr__(self) -> str:
        return "Datastore(name={!r}, folder={!r})".format(self.name, self.folder)


class _Kind(type):
    """A name for isinstance: its instances are the datastores of a type, whichever class they are made of."""

    def __instancecheck__(cls, instance: object) -> bool:
        if not isinstance(instance, Datastore):
            return False
        kind = "AzureBlob" if instance.datastore_type == "Local" else instance.datastore_type
        return kind + "Datastore" == cls.__name__


class AzureBlobDatastore(Datastore, metaclass=_Kind):
    """A datastore with blobs in Azure ML; here one made by `Datastore.register_folder` is such a one too."""


class AzureFileDatastore(Datastore, metaclass=_Kind):
    """A datastore that is a file share in Azure ML."""


class AzureDataLakeDatastore(Datastore, metaclass=_Kind):
    """A datastore that is a data lake in Azure ML."""


class AzureDataLakeGen2Datastore(Datastore, metaclass=_Kind):
    """A datastore that is a data lake of the second generation in Azure ML."""


def names(workspace: Any) -> list[str]:
    """The names of all datastores of the workspace, sorted."""
    return sorted({*BUILT_IN, *Shelf(workspace.root, _SHELF).names()})


def default_name(workspace: Any) -> str:
    """The name of the default datastore."""
    entry = Shelf(workspace.root, _SHELF).read(_DEFAULT_KEY) or {}
    return str(entry.get("name") or "workspaceblobstore")


def _own_folder(workspace: Any, name: str) -> str:
    return os.path.join(str(workspace.root), CONTROL, _SHELF, encode_name(name))


def _register(workspace: Any, name: str, kind: str, container: str, account: str) -> Datastore:
    shelf = Shelf(workspace.root, _SHELF)
    entry = shelf.read(name) or {}
    entry.update(type=kind, container=container, account=account)
    shelf.write(name, entry)
    store = Datastore(workspace, name)
    os.makedirs(store.folder, exist_ok=True)
    notice(
        "datastore {!r} is the local folder {}: nothing is fetched from Azure, put the data there".format(
            printable(name, 60), store.folder
        )
    )
    return store
