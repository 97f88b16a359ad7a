"""One run of Hugging Face's Trainer, as the newest of its state files has it."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterable
from typing import Any

from runstore.records import status
from runstore.sources.foreign.kind import Place
from runstore.sources.foreign.reader import ForeignReader
from runstore.sources.trainer.states import STATE, StateFile, checkpoint_folders, read_state, state_files

_PARAMS = (
    "num_train_epochs",
    "max_steps",
    "train_batch_size",
    "logging_steps",
    "eval_steps",
    "save_steps",
    "trial_name",
)
_BEST = ("best_metric", "best_global_step", "best_model_checkpoint")


class TrainerReader(ForeignReader):
    """The Trainer writes all numbers anew with each checkpoint, so they stand still in between, which is said.

    They have no time: a point has that of the first checkpoint, of those that are left, that holds it.
    """

    def __init__(self, place: Place, keep: bool, flush: float) -> None:
        super().__init__(place, keep, flush)
        self._begin()

    def _begin(self) -> None:
        self._files: list[StateFile] = []
        self._checkpoints: tuple[str, ...] = ()

    def _paths(self) -> Iterable[str]:
        yield self.place.path
        yield from self._checkpoints
        yield from (file.path for file in self._files)

    def _written(self) -> Iterable[float]:
        yield from (file.modified for file in self._files)  # the folder is written to for much else
        yield from (log.modified for log in self._beside)

    def _read(self, stop: float | None) -> bool:
        checkpoints = self._checkpoints = checkpoint_folders(self.place.path)
        files = state_files(self.place.path)
        if not files or files == self._files:
            return False
        broken = {}
        for file in reversed(files):
            try:
                state = read_state(file.path)
                break
            except (OSError, ValueError) as error:  # being written, as a rule
                broken[file.path] = str(error)
        else:
            raise ValueError(f"no {STATE} can be read")
        self._restart()
        self._files, self._checkpoints = files, checkpoints
        self._take(state, file)
        self._tell(state, file)
        for path, why in broken.items():
            self._warn(path, why)
        return True

    def _take(self, state: dict[str, Any], file: StateFile) -> None:
        times = {each.step: each.modified for each in self._files if each.step is not None}
        steps = sorted(times)
        for entry in state["log_history"]:
            if not isinstance(entry, dict):
                continue
            step = entry.get("step")
            step = step if type(step) is int else None
            place = len(steps) if step is None else bisect_left(steps, step)
            moment = times[steps[place]] if place < len(steps) else file.modified
            numbers = {name: _number(value) for name, value in entry.items() if name != "step"}
            self.numbers.add_row(step, moment, {name: value for name, value in numbers.items() if value is not None})

    def _tell(self, state: dict[str, Any], file: StateFile) -> None:
        done, wanted = state.get("global_step"), state.get("max_steps")
        whole = isinstance(done, int) and isinstance(wanted, int) and done >= wanted > 0
        best = {name: state[name] for name in _BEST if state.get(name) is not None}
        folder = best.get("best_model_checkpoint")
        if isinstance(folder, str):
            best["best_model_checkpoint"] = os.path.basename(folder.rstrip("/"))
        params = {name: state[name] for name in _PARAMS if state.get(name) is not None}
        if isinstance(state.get("trial_params"), dict):
            params.update(state["trial_params"])
        said = None if whole else f"As of step {done}: the Trainer writes its numbers with each checkpoint only."
        self._set(
            params=params,
            properties={name: str(value) for name, value in best.items()},
            status=status.COMPLETED if whole else None,
            ended=file.modified if whole else None,
            description=said,
        )

    def _files_folder(self) -> str:
        return self.place.path


def _number(value: Any) -> float | None:
    try:
        return float(value) if isinstance(value, (int, float)) else None
    except OverflowError:  # an integer beyond all floats
        return None
