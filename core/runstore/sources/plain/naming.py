"""What runs are called that are single files."""

from __future__ import annotations

import os

from runstore.sources.foreign.folder import Folder
from runstore.sources.foreign.kind import Place

_GENERIC = frozenset(
    "metrics metric log logs progress results result train training history output out stdout stderr scalars main run "
    "training_log train_log loss losses eval console".split()
)


def places_of(kind: str, folder: Folder, names: list[str]) -> list[Place]:
    """One place for each of these files. A file that is called like any other (``metrics.csv``) and alone of its kind
    gives its run the name of the folder.
    """
    places = []
    for name in names:
        path = os.path.join(folder.path, name)
        generic = len(names) == 1 and os.path.splitext(name)[0].lower() in _GENERIC
        experiment, called = folder.named() if generic else folder.named(path)
        places.append(Place(kind, path, experiment, called))
    return places
