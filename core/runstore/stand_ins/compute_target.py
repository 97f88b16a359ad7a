"""``azureml.core.compute_target``: functions of the first releases, which a local target does not need."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class LocalTarget:
    """This machine."""

    name = "local"
    type = "local"


def is_compute_target_prepared(experiment: Any, source_directory: Any, run_config: Any) -> bool:
    """True: an environment is prepared when a run needs it."""
    return True


def prepare_compute_target(experiment: Any, source_directory: Any, run_config: Any) -> None:
    """Nothing: an environment is prepared when a run needs it."""


def attach_legacy_compute_target(experiment: Any, source_directory: Any, compute_target: Any) -> None:
    """Nothing to attach."""


def remove_legacy_compute_target(experiment: Any, source_directory: Any, compute_target_name: str) -> None:
    """Nothing to remove."""
