"""Where runs come from: one protocol, our own runs (`native`), those of other tools (`foreign`), and which it is."""

from runstore.sources.native import NativeSource
from runstore.sources.protocol import RunSource

__all__ = ["NativeSource", "RunSource"]
