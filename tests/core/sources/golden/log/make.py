"""Makes the files beside this one: what trainings of well-known libraries print, on a terminal and into a file.

``python make.py NAME`` runs one training with what this interpreter has; ``python make.py --record NAME FILE`` keeps
what it prints, with ``--terminal`` what it prints on a terminal. The files were made with keras 3.15.1 and TensorFlow
2.21.0, transformers 5.24.0 and torch 2.13.0, lightning 2.6.6 (with rich where the name says so), lightgbm 4.7.0,
xgboost 3.2.0 and scikit-learn 1.9.1.
"""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
import time

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", PYTHONWARNINGS="ignore")


def keras(verbose: int = 1) -> None:
    """`Model.fit` with its bars; by 2 with a line an epoch."""
    import keras as library
    import numpy as np

    library.utils.set_random_seed(1)
    x = np.random.rand(320, 4)
    model = library.Sequential([library.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.fit(x, (x.sum(1) > 2).astype(int), validation_split=0.2, epochs=3, verbose=verbose)


def keras_lines() -> None:
    """`Model.fit` with a line an epoch."""
    keras(2)


def trainer() -> None:
    """Hugging Face's Trainer, evaluated after each epoch."""
    import torch
    from transformers import PretrainedConfig, PreTrainedModel, Trainer, TrainingArguments

    class Linear(PreTrainedModel):
        config_class = PretrainedConfig

        def __init__(self, config):
            super().__init__(config)
            self.linear = torch.nn.Linear(4, 1)
            self.post_init()

        def forward(self, x=None, labels=None):
            if self.training:
                time.sleep(0.15)  # the bar is drawn every 0.1 s at most
            found = self.linear(x).squeeze(-1)
            return {"loss": ((found - labels) ** 2).mean(), "logits": found}

    torch.manual_seed(1)
    data = [{"x": torch.rand(4), "labels": torch.tensor(1.0)} for _ in range(80)]
    arguments = TrainingArguments(
        tempfile.mkdtemp(), num_train_epochs=2, logging_steps=5, per_device_train_batch_size=8, report_to=[],
        eval_strategy="epoch", save_strategy="no", use_cpu=True,
    )  # fmt: skip
    Trainer(Linear(PretrainedConfig()), arguments, train_dataset=data, eval_dataset=data[:16]).train()


def lightning() -> None:
    """Lightning's Trainer: bars of tqdm, or of rich where that is installed."""
    import lightning as library
    import torch

    class Linear(library.LightningModule):
        def __init__(self):
            super().__init__()
            self.linear = torch.nn.Linear(4, 1)

        def training_step(self, batch, number):
            loss = ((self.linear(batch[0]).squeeze(-1) - 1) ** 2).mean()
            self.log("train_loss", loss, prog_bar=True)
            return loss

        def validation_step(self, batch, number):
            self.log("val_loss", ((self.linear(batch[0]).squeeze(-1) - 1) ** 2).mean(), prog_bar=True)

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), 0.01)

    library.seed_everything(1)
    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.rand(80, 4)), 8)
    library.Trainer(
        max_epochs=3, logger=False, enable_checkpointing=False, accelerator="cpu", enable_model_summary=False
    ).fit(Linear(), data, data)


def lightgbm() -> None:
    """LightGBM's log of each round."""
    import lightgbm as library
    import numpy as np

    x = np.random.RandomState(0).rand(500, 4)
    data = library.Dataset(x, (x.sum(1) > 2).astype(int))
    settings = {"objective": "binary", "metric": ["binary_logloss", "auc"], "verbose": -1}
    library.train(settings, data, 5, valid_sets=[data], callbacks=[library.log_evaluation(1)])


def xgboost() -> None:
    """XGBoost's log of each round."""
    import numpy as np
    import xgboost as library

    x = np.random.RandomState(0).rand(500, 4)
    data = library.DMatrix(x, (x.sum(1) > 2).astype(int))
    library.train({"objective": "binary:logistic"}, data, 5, evals=[(data, "train"), (data, "eval")])


def sklearn() -> None:
    """Two estimators that print: a line an iteration, a row of a table an iteration."""
    import warnings

    import numpy as np
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore")
    x = np.random.RandomState(0).rand(500, 4)
    y = (x.sum(1) > 2).astype(int)
    MLPClassifier(max_iter=5, verbose=True, random_state=0).fit(x, y)
    GradientBoostingClassifier(n_estimators=5, verbose=1, random_state=0).fit(x, y)


def record(name: str, path: str, terminal: bool) -> None:
    """Keep what the training ``name`` prints, stdout and stderr as they come."""
    command = [sys.executable, __file__, name]
    with open(path, "wb") as file:
        if not terminal:
            subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, check=True)
            return
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", 35, 120, 0, 0))
        child = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        while True:
            try:
                data = os.read(master, 65536)
            except OSError:
                break
            file.write(data)
        child.wait()


if __name__ == "__main__":
    if sys.argv[1] == "--record":
        record(sys.argv[2], sys.argv[3], "--terminal" in sys.argv)
    else:
        globals()[sys.argv[1]]()
