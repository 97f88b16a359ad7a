"""Hugging Face's Trainer: an output folder with ``trainer_state.json`` in it or in its checkpoints."""

from __future__ import annotations

import re
from typing import ClassVar

from runstore.sources.foreign.folder import Folder
from runstore.sources.foreign.kind import Found, Place
from runstore.sources.trainer.reader import TrainerReader
from runstore.sources.trainer.states import CHECKPOINT, STATE, checkpoint_folders, state_files

_STATE_KEY = re.compile(rb'"(best_|epoch|global_step|eval_steps|is_|log_history)')


class Trainer:
    """One run for each output folder, however many checkpoints it has."""

    name: ClassVar[str] = "trainer"
    title: ClassVar[str] = "Hugging Face Trainer state"
    flush: ClassVar[float] = 1800.0  # with each checkpoint

    def find(self, folder: Folder) -> Found | None:
        """The run in this folder."""
        checkpoints = [name for name in folder.folders if CHECKPOINT.match(name)]
        if STATE in folder.files:
            if not _STATE_KEY.search(folder.head(STATE)):
                return None
        elif not checkpoints:
            return None
        elif not state_files(folder.path):  # the first one is being saved
            return Found([], frozenset(), frozenset(checkpoints), checkpoint_folders(folder.path))
        experiment, name = folder.named()
        place = Place(self.name, folder.path + "#" + STATE, experiment, name)
        return Found([place], frozenset((STATE,)), frozenset(checkpoints))

    def open(self, place: Place, keep: bool = True) -> TrainerReader:
        """A reader of the run."""
        return TrainerReader(place, keep, self.flush)
