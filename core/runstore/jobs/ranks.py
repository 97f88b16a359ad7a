"""The processes that a distributed script runs in, all on this machine, and how they find each other."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from typing import Any

_ADDRESS = "127.0.0.1"
_MPI = ("mpi", "openmpi", "intelmpi")
_TORCH = ("nccl", "gloo")


def rank_environments(definition: Mapping[str, Any]) -> list[dict[str, str]]:
    """What each process finds in its environment, by rank; empty for a script that is not distributed.

    All processes are of one node, whatever number of nodes was asked for: so LOCAL_RANK tells each its own GPU.
    """
    communicator = str(definition.get("communicator") or "").lower()
    nodes = _count(definition, "nodeCount")
    if is_mpi(definition):
        mpi = definition.get("mpi") or {}
        return _numbered(_count(mpi, "processCountPerNode") * max(nodes, _count(mpi, "nodeCount")), mpi=True)
    if communicator in _TORCH:
        return _numbered(_count(definition.get("pytorch") or {}, "processCount"))
    if communicator == "parameterserver":
        tensorflow = definition.get("tensorflow") or {}
        servers = tensorflow.get("parameterServerCount")
        return _tensorflow(_count(tensorflow, "workerCount"), servers if isinstance(servers, int) else 0)
    return []


def is_mpi(definition: Mapping[str, Any]) -> bool:
    """Whether the processes talk to each other by MPI."""
    return str(definition.get("communicator") or "").lower() in _MPI


def _count(section: Mapping[str, Any], name: str) -> int:
    value = section.get(name)
    return value if isinstance(value, int) and value > 0 else 1


def _numbered(world: int, mpi: bool = False) -> list[dict[str, str]]:
    (port,) = _free_ports(1)
    common = {
        "WORLD_SIZE": str(world),
        "LOCAL_WORLD_SIZE": str(world),
        "NODE_RANK": "0",
        "GROUP_RANK": "0",
        "MASTER_ADDR": _ADDRESS,
        "MASTER_PORT": str(port),
        "AZ_BATCH_MASTER_NODE": f"{_ADDRESS}:{port}",
        "AZ_BATCHAI_MPI_MASTER_NODE": _ADDRESS,
    }
    found = []
    for rank in range(world):
        own = {"RANK": str(rank), "LOCAL_RANK": str(rank), "AZUREML_PROCESS_NAME": f"rank_{rank}"}
        if mpi:
            own.update(
                OMPI_COMM_WORLD_RANK=str(rank),
                OMPI_COMM_WORLD_SIZE=str(world),
                OMPI_COMM_WORLD_LOCAL_RANK=str(rank),
                OMPI_COMM_WORLD_LOCAL_SIZE=str(world),
                OMPI_COMM_WORLD_NODE_RANK=str(rank),
            )
        found.append({**common, **own})
    return found


def _tensorflow(workers: int, servers: int) -> list[dict[str, str]]:
    """TF_CONFIG for each; the ranks count the workers first."""
    addresses = [f"{_ADDRESS}:{port}" for port in _free_ports(workers + servers)]
    cluster = {"worker": addresses[:workers]}
    if servers:
        cluster["ps"] = addresses[workers:]
    tasks = [("worker", index) for index in range(workers)] + [("ps", index) for index in range(servers)]
    return [
        {
            **numbered,
            "TF_CONFIG": json.dumps({"cluster": cluster, "task": {"type": kind, "index": index}}),
            "AZUREML_PROCESS_NAME": f"{kind}_{index}",
        }
        for numbered, (kind, index) in zip(_numbered(len(tasks)), tasks, strict=True)
    ]


def _free_ports(count: int) -> list[int]:
    """Ports of the loopback device that nobody listens on now."""
    sockets = []
    try:
        for _ in range(count):
            each = socket.socket()
            sockets.append(each)
            each.bind((_ADDRESS, 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
