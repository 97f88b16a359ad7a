"""The words of states, in groups that the monitor treats alike; the words are those of `runstore.reading.states`."""

from __future__ import annotations

from runstore.query import LIVE, WAITING

__all__ = ["ALARMS", "LIVE", "SILENT", "WAITING"]

SILENT = {"dead": "process gone", "lost": "no sign of life", "silent": "its files do not grow"}
"""What is said of a run that could not say why it ended."""

ALARMS = frozenset({"failed", "dead", "lost", "stalled", "unresponsive"})
"""It asks for attention."""
