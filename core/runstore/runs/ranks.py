"""Which of several processes of one training this is, as its launcher says in the environment."""

from __future__ import annotations

import os

# torchrun and Azure ML, Open MPI, MPICH and Intel MPI, PMIx, Slurm.
_RANK = ("RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "SLURM_PROCID")
_WORLD = ("WORLD_SIZE", "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_NTASKS")


def rank_and_world() -> tuple[int, int]:
    """(rank, number of processes); (0, 1) for a process that is alone."""
    rank = _first(_RANK, 0)
    return rank, max(_first(_WORLD, 1), rank + 1)


def _first(variables: tuple[str, ...], default: int) -> int:
    for variable in variables:
        value = os.environ.get(variable, "")
        if value.isdecimal():
            return int(value[:9])
    return default
