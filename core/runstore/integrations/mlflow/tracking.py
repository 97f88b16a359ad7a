"""The address that ``mlflow.set_tracking_uri`` is given; MLflow itself is imported only where it is installed."""

from __future__ import annotations

import os
from urllib.parse import quote, unquote

from runstore.layout.paths import CONTROL

SCHEME = "runstore"


def mlflow_tracking_uri(root: str) -> str:
    """The address of the run store at ``root`` for MLflow; where it is not installed, that of the folder it has."""
    # Newer versions of MLflow want to be told that a folder of files is meant.
    os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
    if not _register():
        return "file://" + quote(folder_of(root))
    return "{}://{}".format(SCHEME, quote(root))


def root_of(uri: str) -> str:
    """The run store that an address means; it is an absolute path."""
    return unquote(uri.partition("://")[2])


def folder_of(root: str) -> str:
    """Where MLflow keeps its own files of a run store."""
    return os.path.join(root, CONTROL, "mlruns")


def _register() -> bool:
    """Make the scheme known to MLflow in this process; false when it is not installed."""
    try:
        from mlflow.tracking._tracking_service.utils import _tracking_store_registry as registry
    except ImportError:
        return False
    from runstore.integrations.mlflow.store import RunStore

    registry.register(SCHEME, RunStore)
    return True
