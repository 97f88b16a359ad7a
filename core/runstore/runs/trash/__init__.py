"""The trash: deleted runs and experiments, kept under ``.runstore/trash/`` until somebody wants them back.

One act is one entry, so one undo brings back all that was deleted together. An entry is a folder ``<time>-<name>`` with
``entry.json``, which says what it is, and ``content/``, which mirrors the root: what lies in ``content/<experiment>/``
goes back to ``<root>/<experiment>/``. Everything is moved by rename; a run is never half here and half there.
"""

from runstore.runs.trash.deleting import trash_experiment, trash_run, trash_runs
from runstore.runs.trash.entry import TrashEntry, entries, newest, own_entries, purge
from runstore.runs.trash.living import StillRunning, living
from runstore.runs.trash.restoring import restore

__all__ = [
    "StillRunning",
    "TrashEntry",
    "entries",
    "living",
    "newest",
    "own_entries",
    "purge",
    "restore",
    "trash_experiment",
    "trash_run",
    "trash_runs",
]
