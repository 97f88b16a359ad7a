"""TensorBoard's way to log: ``from runstore.tensorboard import SummaryWriter`` in place of PyTorch's or tensorboardX's.

Needs none of them; docs/other-tools.md says what is kept.
"""

from __future__ import annotations

from runstore.integrations.summary_writer.writer import SummaryWriter

__all__ = ["SummaryWriter"]
