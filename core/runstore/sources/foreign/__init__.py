"""Runs that other tools have written: found by what is in a folder, read as they grow, never written to."""

from runstore.sources.foreign.kind import Found, Kind, Place
from runstore.sources.foreign.reader import ForeignReader

__all__ = ["ForeignReader", "Found", "Kind", "Place"]
