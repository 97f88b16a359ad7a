"""The content of a run's files."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.layout.names import artifact_path
from runstore.layout.paths import RunPaths
from runstore.layout.run_files import run_file, run_folders
from runstore.reading.growing import read_small

_LARGEST = 64 << 20


def read_artifact(folder: str, name: str) -> bytes:
    """The artifact ``name`` of the run in ``folder``.

    Raises ValueError for a name that leads elsewhere, OSError as `open`, also for one of more than 64 MiB.
    """
    try:
        path = run_file(folder, artifact_path(name))
    except UserErrorException as error:
        raise ValueError(error.message) from error
    tops = (RunPaths(folder).files, *run_folders(folder, "outputs"))
    inside = [os.path.realpath(top) + os.sep for top in tops if not os.path.islink(top)]
    if not os.path.realpath(path).startswith(tuple(inside)):
        raise ValueError("it leads out of the run's folder")
    return read_small(path, _LARGEST)
