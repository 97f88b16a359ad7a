"""SHA-256 without OpenSSL, whose import costs 5 ms and 3 MB: more than hashing the source of most trainings."""

from __future__ import annotations

import sys
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

_WORTH_OPENSSL = 2 << 20
"""Bytes from which on OpenSSL, four times as fast, makes up for its import."""


def sha256_for(size: int) -> Callable[[], Any]:
    """The constructor of a SHA-256 for about ``size`` bytes; they all give the same digests."""
    if size < _WORTH_OPENSSL and "hashlib" not in sys.modules:
        for name in ("_sha2", "_sha256"):  # Python's own: of 3.12 and later, and of those before
            try:
                found: Callable[[], Any] = import_module(name).sha256
                return found
            except (ImportError, AttributeError):
                pass
    from hashlib import sha256

    return sha256
