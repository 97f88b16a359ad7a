"""Runs in TensorBoard's event files: one for each folder with such files."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from runstore.sources.foreign.folder import Folder
from runstore.sources.foreign.kind import Found, Place
from runstore.sources.tensorboard.parts import PLUGINS, own_files, run_in

if TYPE_CHECKING:
    from runstore.sources.tensorboard.reader import TensorBoardReader


class TensorBoard:
    """One run for each folder; what ``add_scalars``, ``add_hparams`` and Keras put into folders below is part of it."""

    name: ClassVar[str] = "tensorboard"
    title: ClassVar[str] = "TensorBoard event files"
    flush: ClassVar[float] = 120.0

    def find(self, folder: Folder) -> Found | None:
        """The run that the folder is."""
        own = own_files(folder)
        if not own and "train" not in folder.folders:
            return None
        run = run_in(folder.path)
        closed = frozenset((PLUGINS,)) & frozenset(folder.folders)
        if run is None or not run.parts:
            return Found([], frozenset(own), closed) if own else None
        place = Place(self.name, folder.path, *folder.named())
        return Found([place], frozenset(own), closed | run.folders, run.waiting)

    def open(self, place: Place, keep: bool = True) -> TensorBoardReader:
        """A reader of the run."""
        from runstore.sources.tensorboard.reader import TensorBoardReader

        return TensorBoardReader(place, keep, self.flush)
