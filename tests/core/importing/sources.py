"""Runs of other tools for the tests of the import: what the tools themselves wrote, and what we export."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

from runstore.export.runs import export_runs
from runstore.reading.catalog import list_rows
from tests.tui.stores import make_run

GOLDEN = Path(__file__).parents[1] / "sources" / "golden"


def golden(folder: Path, *kinds: str) -> Path:
    """A copy of what tools wrote, to be changed."""
    for kind in kinds:
        shutil.copytree(GOLDEN / kind, folder / kind)
        for packed in (folder / kind).glob("*.tar.xz"):
            with tarfile.open(packed) as archive:
                archive.extractall(folder / kind, filter="data")
    return folder


def exported(folder: Path, to: str = "mlflow", *, runs: int = 2, steps: int = 20) -> Path:
    """Runs ``a0``, ``a1`` ... of the experiment ``nets`` as another tool keeps them."""
    store = folder.parent / f"{folder.name}-store"
    for number in range(runs):
        make_run(store, "nets", f"a{number}", steps=steps, params={"lr": 0.1 * number}, tags={"by": "me"})
    done = list(export_runs(list_rows(str(store), cache=False), to, str(folder), wanted=lambda name: True))
    assert len(done) == runs
    return folder


def metric_file(mlruns: Path, run: str, metric: str) -> Path:
    """The file in which MLflow keeps a metric of the run that is called so."""
    (name,) = (path for path in mlruns.glob("*/*/tags/mlflow.runName") if path.read_text() == run)
    return name.parents[1] / "metrics" / metric
