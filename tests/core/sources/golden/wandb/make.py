"""Writes the runs beside it with the real SDK, wandb 0.31.0: ``python make.py`` with wandb, numpy and pillow installed.

Of each folder what tests do not need is removed. ``killed`` is the writer's file as it is when its process is killed.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

FOLDERS = {
    "complete": "offline-run-20260102_030405-golden01",
    "failed": "offline-run-20260102_030406-golden02",
    "killed": "offline-run-20260102_030407-golden03",
}


def settings(**more: object) -> object:
    """With few facts of this machine."""
    import wandb

    facts = {"host": "node1", "program": "train.py", "x_executable": "python3", "x_disable_meta": True}
    return wandb.Settings(**{"silent": True, **facts, **more})


def complete() -> None:
    """Everything that a run of a person's may hold."""
    import numpy as np
    import wandb

    run = wandb.init(
        project="vision",
        name="first try",
        id="golden01",
        group="sweep-a",
        job_type="train",
        tags=["good", "small"],
        notes="two\nlines",
        mode="offline",
        config={"lr": 1e-3, "layers": [1, 2, 3], "opt": {"name": "adam", "betas": [0.9, 0.999]}, "seed": 1},
        settings=settings(x_disable_meta=False, x_stats_sampling_interval=0.2),
    )
    run.config.update({"batch": 32, "lr": 0.01}, allow_val_change=True)
    run.define_metric("val/*", step_metric="epoch", summary="min")
    run.define_metric("acc", summary="max")
    run.define_metric("fine", step_metric="part")
    for step in range(12):
        row = {"loss": 1 / (step + 1), "acc": step / 12, "flag": step % 2 == 0, "nested": {"a": {"b": step * 1.5}}}
        row |= {"fine": step, "part": step / 4}
        if step == 3:
            row["loss"] = float("nan")
        if step == 4:
            row |= {"loss": float("inf"), "acc": -float("inf")}
        if step % 4 == 3:
            row |= {"epoch": step // 4, "val/loss": 2 / (step + 1), "note": f"after step {step}", "sizes": [1, step]}
        if step == 7:
            row["one"] = wandb.Image(np.zeros((4, 4, 3), np.uint8), caption="black")
            row["several"] = [wandb.Image(np.full((4, 4, 3), each, np.uint8)) for each in (50, 100)]
            row["weights"] = wandb.Histogram([1, 2, 3, 3], num_bins=2)
            row["guesses"] = wandb.Table(columns=["x", "y"], data=[[1, "a"], [2, "b"]])
            row["page"] = wandb.Html("<b>x</b>")
        run.log(row)
        print("step", step, flush=True)
    import time

    time.sleep(1)  # so that there are samples of the machine
    run.log({"loss": 0.5}, step=100)
    run.alert("Loss is low", "below 0.6", level="WARN")
    run.summary["best"] = 0.25
    run.summary["verdict"] = "good"
    run.finish()


def failed() -> None:
    """Ends by an exception."""
    import wandb

    run = wandb.init(project="vision", id="golden02", mode="offline", settings=settings(x_disable_stats=True))
    run.log({"loss": 2.0})
    raise RuntimeError("the loss went up")


def killed() -> None:
    """More than the SDK holds back, then SIGKILL."""
    import wandb

    run = wandb.init(project="vision", id="golden03", mode="offline", settings=settings(x_disable_stats=True))
    for step in range(110):
        run.log({f"train/m{index}": step + index / 8 for index in range(6)})
    import time

    log = Path(run.dir).parent / "run-golden03.wandb"
    while log.stat().st_size < 1 << 15:
        time.sleep(0.1)
    os.kill(os.getpid(), 9)


def without_kernel(path: Path) -> None:
    """Put another name in the place of that of this machine's kernel, and mend the checksums of the pieces."""
    data, at = bytearray(path.read_bytes()), 7
    own, other = os.uname().release.encode(), b"6.12.0-10-amd64-cloud-of-nobody"
    while at + 7 <= len(data):
        room = (1 << 15) - at % (1 << 15)
        if room < 7:
            at += room
            continue
        _, length, _ = struct.unpack_from("<IHB", data, at)
        end = at + 7 + length
        data[at + 6 : end] = data[at + 6 : end].replace(own, other[: len(own)].ljust(len(own), b"."))
        struct.pack_into("<I", data, at, zlib.crc32(data[at + 6 : end]))
        at = end
    path.write_bytes(data)


def main() -> None:
    """Make all of them."""
    here = Path(__file__).parent
    program = f"exec(compile(open({os.path.abspath(__file__)!r}).read(), 'train.py', 'exec'))"
    for name, kept in FOLDERS.items():
        with tempfile.TemporaryDirectory() as place:
            command = [sys.executable, "-c", program, name]
            subprocess.run(command, cwd=place, env={**os.environ, "HOME": place}, check=False)
            [made] = Path(place, "wandb").glob("offline-run-*")
            for each in ("logs", "tmp", "files/requirements.txt", "files/wandb-metadata.json"):
                path = made / each
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            shutil.rmtree(here / kept, ignore_errors=True)
            shutil.copytree(made, here / kept)
            for log in (here / kept).glob("*.wandb"):
                without_kernel(log)


if __name__ == "__main__":
    {"complete": complete, "failed": failed, "killed": killed}[sys.argv[1]]() if sys.argv[1:] else main()
