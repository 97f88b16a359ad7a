"""Where runs come from: one protocol, our own runs (`native`), those of other tools (`foreign`), and which it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runstore.sources.protocol import RunSource

if TYPE_CHECKING:
    from runstore.sources.native import NativeSource

__all__ = ["NativeSource", "RunSource"]


def __getattr__(name: str) -> Any:
    """`NativeSource`, imported when it is asked for: what reads runs of other tools does without."""
    if name == "NativeSource":
        from runstore.sources.native import NativeSource

        return NativeSource
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
