"""The kinds of foreign runs, in the order in which they look at a folder: what is said of a file first, holds."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from runstore.sources.foreign.kind import Kind

_SOURCES = "runstore.sources."
KINDS = {
    "tensorboard": "tensorboard.kind:TensorBoard",
    "wandb": "wandb.kind:Wandb",
    "mlflow": "mlflow.kind:MlflowFiles",
    "mlflow-db": "mlflow.database:MlflowDatabase",
    "trackio": "trackio.kind:Trackio",
    "lightning": "lightning.kind:Lightning",
    "dvclive": "dvclive.kind:DvcLive",
    "trainer": "trainer.kind:Trainer",
    "csv": "plain.csv_kind:CsvFiles",
    "jsonl": "plain.jsonl_kind:JsonLines",
    "log": "plain.log_kind:LogFiles",
    "closed": "foreign.closed:ClosedFolders",
}
"""The class of each, by the name of the kind."""
OUTPUT = "log"
"""The kind whose files may be the output of another run beside them."""


@cache
def kind_of(name: str) -> Kind:
    """The kind of this name, imported at the first call; raises KeyError for none."""
    module, _, attribute = KINDS[name].partition(":")
    made: Kind = getattr(import_module(_SOURCES + module), attribute)()
    return made


def title_of(name: str) -> str:
    """What people call the kind; the name itself for one that is not known."""
    return kind_of(name).title if name in KINDS else name
