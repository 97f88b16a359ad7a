"""Where runs come from: one protocol, and what implements it."""

from runstore.sources.native import NativeSource
from runstore.sources.protocol import RunSource

__all__ = ["NativeSource", "RunSource"]
