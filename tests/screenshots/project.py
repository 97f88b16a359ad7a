"""A project as it lies on many machines: runs that five tools have written, side by side."""

import json
import math
import random
import time
from pathlib import Path

from tensorboardX import SummaryWriter

EPOCHS = 40


def project(folder: Path) -> Path:
    """Make it; the folder."""
    chance = random.Random(7)
    for name, rate, factor in (("resnet18-sgd", 0.1, 9.0), ("resnet18-adam", 0.001, 6.0)):
        _tensorboard(folder / "runs" / name, rate, factor, chance)
    _lightning(folder / "lightning_logs" / "version_0", chance)
    _mlflow(folder / "mlruns", chance)
    _log(folder / "slurm" / "slurm-48213.out", chance)
    _json_lines(folder / "sweep" / "trial-3.jsonl", chance)
    return folder


def _loss(step: float, factor: float, chance: random.Random) -> float:
    return 0.2 + 2.1 * math.exp(-step / factor) + chance.gauss(0, 0.02)


def _tensorboard(folder: Path, rate: float, factor: float, chance: random.Random) -> None:
    began = time.time() - EPOCHS * 30
    with SummaryWriter(str(folder)) as writer:
        for epoch in range(EPOCHS):
            loss = _loss(epoch, factor, chance)
            writer.add_scalar("train/loss", loss, epoch, began + epoch * 30)
            writer.add_scalar("val/acc", 1 - loss / 3, epoch, began + epoch * 30)
        writer.add_hparams({"lr": rate, "batch_size": 128}, {"hparam/acc": 1 - loss / 3})


def _lightning(folder: Path, chance: random.Random) -> None:
    folder.mkdir(parents=True)
    rows = [f"{epoch},{_loss(epoch, 12, chance):.4f},{epoch * 100 + 99}" for epoch in range(EPOCHS)]
    (folder / "metrics.csv").write_text("\n".join(["epoch,train/loss,step", *rows, ""]))
    (folder / "hparams.yaml").write_text("lr: 0.0003\nhidden: 256\n")


def _mlflow(folder: Path, chance: random.Random) -> None:
    experiment = folder / "417" / "meta.yaml"
    experiment.parent.mkdir(parents=True)
    experiment.write_text("artifact_location: ''\nexperiment_id: '417'\nlifecycle_stage: active\nname: forecasting\n")
    for number, (name, status) in enumerate((("gentle-mole-12", 3), ("bold-crow-77", 4))):
        run_id, began = f"{number + 10:x}" * 32, time.time() - 86_400 * (number + 1)
        run = experiment.parent / run_id
        for part in ("metrics", "params", "tags"):
            (run / part).mkdir(parents=True)
        points = [f"{int((began + step * 60) * 1000)} {_loss(step, 8, chance):.5f} {step}" for step in range(EPOCHS)]
        (run / "metrics" / "loss").write_text("\n".join(points) + "\n")
        (run / "params" / "lr").write_text("0.01")
        start, end = int(began * 1000), int((began + EPOCHS * 60) * 1000)
        (run / "meta.yaml").write_text(
            f"artifact_uri: ''\nend_time: {end}\nexperiment_id: '417'\nlifecycle_stage: active\nrun_id: {run_id}\n"
            f"run_name: {name}\nrun_uuid: {run_id}\nstart_time: {start}\nstatus: {status}\nuser_id: ada\n"
        )


def _log(path: Path, chance: random.Random) -> None:
    path.parent.mkdir(parents=True)
    lines = ["+ srun python pretrain.py --seq-len 4096", "loading 12 shards ..."]
    lines += [f"step {step} | loss {_loss(step / 20, 10, chance):.4f} | lr 3.00e-4" for step in range(0, 900, 10)]
    lines.append("slurmstepd: error: *** JOB 48213 ON node07 CANCELLED AT 2026-11-20T04:12:09 DUE TO TIME LIMIT ***")
    path.write_text("\n".join([*lines, ""]))


def _json_lines(path: Path, chance: random.Random) -> None:
    path.parent.mkdir(parents=True)
    with path.open("w") as file:
        for epoch in range(EPOCHS):
            loss = _loss(epoch, 15, chance)
            print(json.dumps({"epoch": epoch, "train/loss": loss, "val/acc": 1 - loss / 3}), file=file)
