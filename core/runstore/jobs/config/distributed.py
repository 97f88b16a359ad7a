"""How many processes a script runs in, and how they find each other."""

from __future__ import annotations

from runstore.exceptions import RunConfigurationException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class DistributedJobConfig:
    """Base of the three ways to start a script several times at once."""


class MpiConfiguration(DistributedJobConfig):
    """``node_count * process_count_per_node`` processes that find each other as under MPI."""

    def __init__(self, process_count_per_node: int = 1, node_count: int = 1) -> None:
        self.process_count_per_node = at_least_one("process_count_per_node", process_count_per_node)
        self.node_count = at_least_one("node_count", node_count)


class PyTorchConfiguration(DistributedJobConfig):
    """``process_count`` processes (one for each node by default) that find each other as `torch.distributed` does.

    ``communication_backend`` is "Nccl" or "Gloo".
    """

    def __init__(
        self, communication_backend: str = "Nccl", process_count: int | None = None, node_count: int = 1
    ) -> None:
        if str(communication_backend).lower() not in ("nccl", "gloo"):
            raise RunConfigurationException(
                "communication_backend={!r}: give 'Nccl' or 'Gloo'".format(communication_backend)
            )
        self.communication_backend = str(communication_backend)
        self.process_count = None if process_count is None else at_least_one("process_count", process_count)
        self.node_count = at_least_one("node_count", node_count)


class TensorflowConfiguration(DistributedJobConfig):
    """``worker_count`` workers and ``parameter_server_count`` parameter servers, which find each other by TF_CONFIG."""

    def __init__(self, worker_count: int = 1, parameter_server_count: int = 1) -> None:
        self.worker_count = at_least_one("worker_count", worker_count)
        self.parameter_server_count = at_least_one("parameter_server_count", parameter_server_count, least=0)


def at_least_one(name: str, count: Any, least: int = 1) -> int:
    """``count`` as an int; raises `RunConfigurationException` for what is no whole number of ``least`` or more."""
    try:
        number = int(count)
        if number == count and number >= least:
            return number
    except (TypeError, ValueError, OverflowError):
        pass
    raise RunConfigurationException("{}={!r}: give a whole number, {} or more".format(name, count, least))
