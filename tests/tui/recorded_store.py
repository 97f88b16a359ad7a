"""A run with everything that the tabs of a run show: tables, lists, images, evaluations, files, children."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path
from typing import Any

from runstore.writing.artifacts import store_file
from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter
from tests.tui.images.encoder import encode_png
from tests.tui.stores import LONG_AGO, log, make_run

CLASSES = ["cat", "dog", "bird"]
MATRIX = [[90, 6, 4], [12, 80, 8], [1, 2, 97]]
THRESHOLDS = [place / 10 for place in range(11)]
HOSTILE = "evil\x1b[31m\u202e"


def evaluation(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"schema_type": kind, "schema_version": "1.0.0", "data": data}


def accuracy_table() -> dict[str, Any]:
    """Counts as a classifier has them that is better the later the class."""
    tables = [
        [[round(100 * (1 - t**power)), round(100 * (1 - t) ** power), 100 - round(100 * (1 - t) ** power),
          100 - round(100 * (1 - t**power))] for t in THRESHOLDS]
        for power in (2, 3, 5)
    ]  # fmt: skip
    return {
        "probability_tables": tables,
        "percentile_tables": tables,
        "probability_thresholds": THRESHOLDS,
        "percentile_thresholds": THRESHOLDS,
        "class_labels": CLASSES,
    }


def bins() -> dict[str, Any]:
    edges = [place / 2 for place in range(-4, 5)]
    counts = [round(100 * math.exp(-((edge + 0.25) ** 2))) for edge in edges[:-1]]
    return {"bin_edges": edges, "bin_counts": counts}


def predictions() -> dict[str, Any]:
    edges = bins()["bin_edges"]
    return {**bins(), "bin_averages": [edge * 0.9 for edge in edges[:-1]], "bin_errors": [0.2] * (len(edges) - 1)}


def gradient(width: int = 24, height: int = 12) -> bytes:
    """A picture whose red grows to the right and whose green grows downwards."""
    return encode_png(
        [[[x * 255 // (width - 1), y * 255 // (height - 1), 128] for x in range(width)] for y in range(height)],
        2, 8, (4, 2, 1),
    )  # fmt: skip


def run_with_records(root: Path | str, name: str = "all-kinds", status: str = "Completed") -> str:
    """A run that recorded one of each kind; returns its folder."""
    folder = create_run(str(root), "evaluate", "evaluate_1700000000_0123abcd", display_name=name, status="Running")
    owner = RunOwner(folder)
    owner.begin_attempt()
    owner.update(created=LONG_AGO, started=LONG_AGO)
    log(folder, 20)
    writer = RunWriter(folder)
    for epoch in range(40):
        writer.record(
            "row", name="by epoch", value={"epoch": epoch, "train": 1 / (1 + epoch), "val": 1.2 / (1 + epoch)}
        )
    columns = {f"column {number}": [number * row / 7 for row in range(30)] for number in range(20)}
    writer.record("table", name="wide", value=columns)
    writer.record("table", name="people", value={"name": ["Ada", "Łukasz", "山田"], "score": [1, 2.5, None]})
    writer.record("list", name="fibonacci", value=[0, 1, 1, 2, 3, 5, 8, 13, 21, 34], description="of Pisa")
    writer.record("list", name="words", value=["a", "b"])
    writer.log("phase", "warm up", 1)
    writer.log("phase", "train", 5)
    writer.log("verdict", "the best of the three")
    writer.record(
        "confusion_matrix", name="confusion",
        value=evaluation("confusion_matrix", {"class_labels": CLASSES, "matrix": MATRIX}),
    )  # fmt: skip
    writer.record("accuracy_table", name="accuracy", value=evaluation("accuracy_table", accuracy_table()))
    writer.record("residuals", name="residuals", value=evaluation("residuals", bins()))
    writer.record("predictions", name="predicted", value=evaluation("predictions", predictions()))
    for number, width in enumerate((24, 48)):
        artifact = f"samples_{number}.png"
        put(folder, artifact, gradient(width, width // 2))
        writer.record("image", name="samples", value=artifact, step=number * 100)
    writer.record("image", name="gone", value="no_such.png")
    writer.record("image", name="outside", value="../../../etc/passwd")
    writer.log(HOSTILE, "\x1b]0;owned\x07 text")
    writer.record("row", name="broken matrix", value={HOSTILE: 1})
    writer.record("confusion_matrix", name="not one", value=evaluation("confusion_matrix", {"class_labels": ["a"]}))
    writer.close()
    some_files(folder)
    if status == "Completed":
        owner.finish(status)
        owner.update(ended=LONG_AGO + 600)
    return folder


def put(folder: str, name: str, content: bytes) -> None:
    """A file of the run."""
    import io

    store_file(folder, name, io.BytesIO(content))


def some_files(folder: str) -> None:
    """Files of each sort, links and a pipe."""
    put(
        folder,
        "outputs/model.npy",
        b"\x93NUMPY\x01\0v\0{'descr': '<f4', 'fortran_order': False, 'shape': (10, 4), }\n" + bytes(160),
    )
    put(folder, "outputs/model.pkl", b"\x80\x04\x95" + bytes(range(256)))
    put(folder, "outputs/notes.md", "# Notes\n\nÄ good run.\n".encode())
    put(folder, "outputs/empty.txt", b"")
    put(folder, "outputs/deep/er/state.json", b'{"step": 1}\n')
    put(folder, "logs/train.log", b"".join(b"line %d\n" % number for number in range(500)) + b"ERROR: the end\n")
    put(folder, "uploaded.csv", b"a,b\n1,2\n")
    outputs = Path(folder, "files", "outputs")
    (outputs / HOSTILE).write_bytes(b"\x1b]52;c;ZXZpbA==\x07hello\n")
    (outputs / "link").symlink_to("/etc/passwd")
    (outputs / "folder-link").symlink_to("/etc")
    os.mkfifo(outputs / "pipe")


def family(root: Path | str, live: bool = True) -> str:
    """A sweep with children in several states, one of which has children; returns the parent's folder.

    Without ``live`` none of them runs, so that no age is on the screen.
    """
    parent = make_run(root, "sweep", "hyper", steps=0, metrics=(), created=LONG_AGO - 9000, run_id="hyper")
    states = (
        ("trial-0", "Completed"),
        ("trial-1", "Failed"),
        ("trial-2", "Running" if live else "Queued"),
        ("trial-3", "Canceled"),
    )
    for place, (name, status) in enumerate(states):
        created = time.time() if status == "Running" else LONG_AGO - 8000 + place
        error = {"code": 1, "signal": None, "error": "ValueError: boom"} if status == "Failed" else None
        steps = 0 if status == "Queued" else 20
        make_run(root, "sweep", f"hyper>{name}", run_id=name, parent="hyper", status=status, exit=error, steps=steps,
                 created=created, params={"lr": 0.1 / (place + 1)})  # fmt: skip
    for place, status in enumerate(("Completed", "Failed")):
        make_run(root, "sweep", f"hyper>trial-0>fold-{place}", run_id=f"fold-{place}", parent="trial-0", status=status,
                 steps=3, created=LONG_AGO - 7000 + place)  # fmt: skip
    return parent
