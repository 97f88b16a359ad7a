"""Numbers read by an interpreter without NumPy are the same as with it, damage and all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import runstore
from runstore import Experiment, Workspace
from runstore.writing.writer import RunWriter

READ = """
import sys
sys.path.insert(0, sys.argv[1])
from runstore import Workspace
run = Workspace(root=sys.argv[2]).get_run(sys.argv[3])
print(run.get_metrics())
for name in ("loss", "epoch", "wide7"):
    for rank in (None, 1):
        print([list(column) for column in run.get_series(name, rank=rank)])
assert "numpy" not in sys.modules or len(sys.argv) > 4
"""


def read(workspace: Workspace, run_id: str, *switches: str) -> str:
    dropin = Path(runstore.__file__).parent / "dropin"
    done = subprocess.run(
        [sys.executable, *switches, "-c", READ, dropin, workspace.root, run_id, *(() if switches else ("with",))],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.replace("np.float64(", "").replace("np.int64(", "").replace(")", "")


def test_all_ranks_kinds_and_widths_with_damaged_files(tmp_path: Path) -> None:
    workspace = Workspace(root=tmp_path)
    run = Experiment(workspace, "exp").start_logging(snapshot_directory=None)
    writers = [run._writer, RunWriter(run._folder, 1, 2), RunWriter(run._folder, 1, 2)]
    for step in range(50):
        for rank, writer in enumerate(writers):
            writer.log("loss", step / 3 + rank, step=step)
            writer.log_metrics({"epoch": step, "even": step % 2 == 0, "acc": float("nan") if step == 7 else 0.5})
            writer.log_metrics({f"wide{n}": step * n for n in range(9)}, step=step)
    run.log("mixed", 1)
    run.log("mixed", 2.5)
    run.log("mixed", "text")
    run.log("mixed", 2**70)
    for writer in writers[1:]:
        writer.close()
    run.complete()
    points = Path(run._folder, "points")
    files = sorted(points.glob("*.rows"))
    assert len(files) > 6
    with open(files[0], "ab") as file:
        file.write(b"\0" * (os.stat(files[0]).st_size // 50))  # a hole that a crash has left
        file.write(b"torn")
    schema = min(points.glob("*.schema.jsonl"))
    schema.write_bytes(schema.read_bytes() + b"garbage\n" + b'{"id": 9')
    without, with_numpy = read(workspace, run.id, "-I", "-S"), read(workspace, run.id)
    assert without == with_numpy
    assert "'mixed': [1, 2.5, 'text', 1180591620717411303424]" in without
    assert without.count("\n") == 7
