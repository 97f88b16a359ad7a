"""Makes ``runs.tar.xz`` with trackio itself: ``new`` and ``old`` are folders of databases and media.

``new`` is made with trackio 0.43.0, ``old`` with 0.5.3, whose databases have no ids of runs, each in the same folder:
``TRACKIO_DIR=$PWD/new python make.py`` and ``TRACKIO_DIR=$PWD/old python make.py``.
"""

import os
import tarfile
from pathlib import Path

import numpy as np
import trackio


def fill(new: bool) -> None:
    """Log two runs of one project."""
    config = {"lr": 0.01, "net": {"depth": 3}, "name": "x"}
    run = trackio.init(project="digits", name="first", config=config)
    for step in range(5):
        trackio.log({"loss": 1 / (step + 1), "nan": float("nan"), "inf": float("inf")})
    if new:
        trackio.log(
            {
                "val": {"acc": 0.5},
                "ok": True,
                "note": "hello",
                "picture": trackio.Image(np.zeros((4, 4, 3), np.uint8)),
                "table": trackio.Table(columns=["a", "b"], data=[[1, "x"], [2, "y"]]),
                "spread": trackio.Histogram([1, 2, 3, 3], num_bins=2),
            },
            step=9,
        )
        trackio.alert("loss is high", text="it is 3", level=trackio.AlertLevel.ERROR)
        run.log_system({"cpu/utilization": 12.0, "gpu/0/utilization": 50, "gpu/0/allocated_memory": 1.0})
    trackio.finish()
    trackio.init(project="digits", name="second", config={"lr": 0.1})
    trackio.log({"loss": 3.0}, step=10)
    trackio.log({"loss": 2.0}, step=20)
    trackio.finish()


if __name__ == "__main__":
    fill(os.environ["TRACKIO_DIR"].endswith("new"))
    with tarfile.open("runs.tar.xz", "w:xz") as packed:
        for each in ("new", "old"):
            if Path(each).is_dir():
                packed.add(each)
