"""Makes the event files beside this program with the real writers, one for each call: python make.py KIND.

Written with torch 2.13.0 and tensorboard 2.21.0 (kinds torch and resumed), lightning 2.6.6 (lightning),
tensorflow-cpu 2.21.0 with Keras 3 (keras, merged).
"""

from __future__ import annotations

import math
import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent


def torch(folder: Path) -> None:
    """Everything that a SummaryWriter has, in one run."""
    import numpy as np
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(folder)) as writer:
        for step in range(300):
            writer.add_scalar("loss", math.exp(-step / 100), step, walltime=1e9 + step)
        writer.add_scalar("odd", math.nan, 1, walltime=1e9)
        writer.add_scalar("odd", math.inf, 2, walltime=1e9)
        for step in range(20):
            writer.add_scalars("score/f1", {"train": step / 20, "val": step / 40}, step, walltime=1e9 + step)
        for step in range(3):
            writer.add_scalar("new style", step / 2, step, new_style=True, walltime=1e9)
        writer.add_text("config", "a **bold** plan", 7, walltime=1e9 + 7)
        writer.add_histogram("weights", np.arange(100.0), 5, walltime=1e9 + 5)
        writer.add_image("digit", np.linspace(0, 1, 64).reshape(1, 8, 8), 3, walltime=1e9 + 3)
        writer.add_hparams({"lr": 0.1, "layers": 3, "name": "small", "bias": True}, {"accuracy": 0.9}, run_name="hp")


def resumed(folder: Path) -> None:
    """A run that was begun again at step 60 of 100."""
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(folder)) as writer:
        for step in range(100):
            writer.add_scalar("loss", 1.0, step, walltime=1e9 + step)
    with SummaryWriter(str(folder), purge_step=60) as writer:
        for step in range(60, 120):
            writer.add_scalar("loss", 2.0, step, walltime=2e9 + step)


def lightning(folder: Path) -> None:
    """A logger with hyperparameters, as a Trainer has it."""
    from lightning.pytorch.loggers import TensorBoardLogger

    logger = TensorBoardLogger(str(folder), name="lightning_logs")
    logger.log_hyperparams({"lr": 0.02, "model": {"width": 32}})
    for step in range(30):
        logger.log_metrics({"train_loss": 1 / (step + 1), "epoch": step // 10}, step)
    logger.save()
    logger.finalize("success")


def keras(folder: Path) -> None:
    """A training with validation, histograms and hyperparameters."""
    import keras
    import numpy as np
    from tensorboard.plugins.hparams import api

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="out")])
    model.compile("sgd", "mse")
    x, y = np.ones((64, 2)), np.ones(64)
    callbacks = [
        keras.callbacks.TensorBoard(str(folder), histogram_freq=2, write_graph=False, update_freq=1),
        api.KerasCallback(str(folder), {"units": 16, "optimizer": "sgd"}),
    ]
    model.fit(x, y, epochs=4, validation_data=(x, y), callbacks=callbacks, verbose=0)


def merged(folder: Path) -> None:
    """The way of TensorFlow 1: several values in one event."""
    import tensorflow as tf

    v1 = tf.compat.v1
    v1.disable_eager_execution()
    loss, rate = v1.placeholder(tf.float32), v1.placeholder(tf.float32)
    v1.summary.scalar("loss", loss)
    v1.summary.scalar("rate", rate)
    together = v1.summary.merge_all()
    with v1.Session() as session, v1.summary.FileWriter(str(folder)) as writer:
        for step in range(50):
            writer.add_summary(session.run(together, {loss: step / 4, rate: step / 8}), step)


def main() -> None:
    """Make the folder of the kind anew; hosts and processes go from the names of files."""
    kind = sys.argv[1]
    folder = HERE / kind
    shutil.rmtree(folder, ignore_errors=True)
    {each.__name__: each for each in (torch, resumed, lightning, keras, merged)}[kind](folder)
    for path in sorted(folder.rglob("*tfevents*")):
        name = re.sub(
            r"(tfevents\.\d+)\.[^.]+(\.\d+)?", lambda match: f"{match[1]}.trainer{'.1' if match[2] else ''}", path.name
        )
        path.rename(path.with_name(name))


main()
