"""A folder or file put where another is, in one step: whoever looks sees one of the two, whole."""

from __future__ import annotations

import os

_HERE, _EXCHANGE = -100, 2  # AT_FDCWD, RENAME_EXCHANGE


def exchange(new: str, place: str) -> None:
    """Let what is at ``new`` be at ``place``, and what was there be at ``new``; raises OSError.

    Where nothing is at ``place`` it is a rename. Where the system cannot exchange (some network mounts) there is
    nothing at ``place`` for a moment.
    """
    if not os.path.lexists(place):
        os.rename(new, place)
        return
    if _exchanged(new, place):
        return
    aside = new + ".old"
    os.rename(place, aside)
    try:
        os.rename(new, place)
    except OSError:
        os.rename(aside, place)
        raise
    os.rename(aside, new)


def _exchanged(one: str, other: str) -> bool:
    try:
        import ctypes

        rename = ctypes.CDLL(None, use_errno=True).renameat2
        return bool(rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0)
    except (ImportError, OSError, AttributeError):
        return False
