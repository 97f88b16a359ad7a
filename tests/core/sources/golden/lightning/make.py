"""Makes the files beside it, with lightning 2.6.6 and torch 2.13.0: `python make.py`.

``lightning_logs/version_0`` is a training by the Trainer, whose header is rewritten when validation begins;
``plain/version_0`` is a logger by itself.
"""

import shutil
from pathlib import Path

import lightning
import torch
from lightning.pytorch.loggers import CSVLogger

HERE = Path(__file__).parent


class Line(lightning.LightningModule):
    def __init__(self, lr: float = 0.1, layers: dict | None = None, betas: tuple = (0.9, 0.99), note: str = "a: b #c"):
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(1, 1)

    def training_step(self, batch, index):
        loss = (self.layer(batch) - 2 * batch).pow(2).mean()
        self.log("train/loss", loss)
        return loss

    def validation_step(self, batch, index):
        self.log_dict({"val/loss": (self.layer(batch) - 2 * batch).pow(2).mean(), "val/odd": float("nan")})

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=self.hparams.lr)


def data() -> torch.utils.data.DataLoader:
    return torch.utils.data.DataLoader(torch.linspace(0, 1, 8).reshape(8, 1), batch_size=2)


def main() -> None:
    for name in ("lightning_logs", "plain"):
        shutil.rmtree(HERE / name, ignore_errors=True)
    torch.manual_seed(1)
    trainer = lightning.Trainer(
        max_epochs=3,
        logger=CSVLogger(HERE, name="lightning_logs", flush_logs_every_n_steps=2),
        log_every_n_steps=2,
        accelerator="cpu",
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=HERE,
    )
    trainer.fit(Line(layers={"hidden": 4, "act": "relu"}), data(), data())
    logger = CSVLogger(HERE, name="plain")
    logger.log_hyperparams({"lr": 1e-4, "optimizer": "adam", "device": torch.device("cpu")})
    for step in range(5):
        logger.log_metrics({"loss": 1 / (step + 1), "huge": float("inf")}, step=step * 10)
    logger.save()
    logger.log_metrics({"a, with a comma": 1.5}, step=50)
    logger.save()


if __name__ == "__main__":
    main()
