"""TensorBoard: metrics written as its event files, and the log folders of runs shown in it."""

from __future__ import annotations

from runstore.integrations.tensorboard.export import export_to_tensorboard
from runstore.integrations.tensorboard.server import Tensorboard

__all__ = ["Tensorboard", "export_to_tensorboard"]
