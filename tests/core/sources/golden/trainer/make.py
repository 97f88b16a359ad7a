"""Makes the files beside it, with transformers 5.24.0 and torch 2.13.0: `python make.py`.

``whole`` is a training that came to its end, ``cut`` one that was stopped at a checkpoint; model files are removed.
"""

import shutil
from pathlib import Path

import torch
from transformers import Trainer, TrainerCallback, TrainingArguments

HERE = Path(__file__).parent


class Line(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(1, 1)

    def forward(self, x, labels=None):
        y = self.layer(x)
        return {"loss": (y - labels).pow(2).mean(), "logits": y}


class Stop(TrainerCallback):
    def on_save(self, args, state, control, **kwargs):
        control.should_training_stop = state.global_step >= 6
        return control


def train(name: str, callbacks: list) -> Trainer:
    data = [{"x": [value / 8], "labels": [value / 4]} for value in range(8)]
    arguments = TrainingArguments(
        output_dir=str(HERE / name),
        num_train_epochs=3,
        per_device_train_batch_size=2,
        logging_steps=2,
        save_steps=3,
        eval_steps=4,
        eval_strategy="steps",
        save_strategy="steps",
        save_total_limit=2,
        report_to="none",
        use_cpu=True,
        disable_tqdm=True,
        learning_rate=0.1,
        seed=1,
    )
    trainer = Trainer(Line(), arguments, train_dataset=data, eval_dataset=data, callbacks=callbacks)
    trainer.train()
    return trainer


def main() -> None:
    for name in ("whole", "cut"):
        shutil.rmtree(HERE / name, ignore_errors=True)
    train("whole", []).save_state()
    train("cut", [Stop()])
    for path in HERE.rglob("*"):
        if path.is_file() and path.name not in ("trainer_state.json", "make.py"):
            path.unlink()


if __name__ == "__main__":
    main()
