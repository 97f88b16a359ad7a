"""The ``mpirun`` of an MPI that is installed, which starts the processes of a run that asks for MPI.

Without it the processes still find rank and size in their environment, but to MPI itself each is a world of its own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, MutableMapping
from typing import NamedTuple

CHOICE = "RUNSTORE_MPIRUN"
"""Names the program; ``none``: use none."""
STARTED = "RUNSTORE_BY_MPIRUN"
"""Set in the processes that were started by it."""
_RANKS = ("OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK")
_PATIENCE = 20.0
_AS_ROOT = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "PRTE_ALLOW_RUN_AS_ROOT": "1",
    "PRTE_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
}
"""What lets Open MPI, of either generation, run as root."""


class Mpirun(NamedTuple):
    """``options`` and ``variables`` let it start more processes than there are cores, each on all of them."""

    path: str
    version: str
    options: list[str]
    variables: dict[str, str]

    def command(self, processes: int) -> list[str]:
        """The words before the program of the ranks."""
        return [self.path, *self.options, "-n", str(processes)]


def find_mpirun(environment: Mapping[str, str]) -> Mpirun | None:
    """The mpirun of the environment's PATH, of Open MPI, MPICH or Intel MPI; None where there is none of them."""
    choice = environment.get(CHOICE) or "mpirun"
    path = shutil.which(choice, path=environment.get("PATH")) if choice.lower() != "none" else None
    if path is None:
        return None
    try:
        answer = subprocess.run(
            [path, "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    text = answer.stdout.decode("utf-8", "replace")
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if "Open MPI" in text or "OpenRTE" in text:
        return Mpirun(path, first, ["--oversubscribe", "--bind-to", "none"], {} if os.getuid() else _AS_ROOT)
    if "HYDRA" in text or "MPICH" in text or "Intel(R) MPI" in text:
        found = re.search(r"Version:\s*(\S+)", text)
        return Mpirun(path, "Hydra " + found.group(1) if found else first, [], {})
    return None


def rank_of_this_process(environment: MutableMapping[str, str]) -> int | None:
    """The rank that mpirun has given to this process, whose script need not know; None where that is not so."""
    if environment.pop(STARTED, None) is None:
        return None
    given = next((environment[name] for name in _RANKS if environment.get(name, "").isdecimal()), None)
    return None if given is None else int(given)
