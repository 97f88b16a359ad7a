"""What RUNSTORE_MODE says of the runs that this process would begin."""

from __future__ import annotations

import os


def mode() -> str:
    """``off``, ``offline``, or anything else for runs that are stored."""
    return os.environ.get("RUNSTORE_MODE", "").lower()


def is_off() -> bool:
    """Whether no run is to be stored."""
    return mode() == "off"
