"""The errors that scripts written for W&B look for."""

from __future__ import annotations


class Error(Exception):
    """Any error of these calls."""

    def __init__(self, message: str = "", *_ignored: object) -> None:
        super().__init__(message)
        self.message = message


class UsageError(Error):
    """A call that makes no sense, or that means a service that is not here."""


class CommError(Error):
    """The network failed; nothing here needs one."""
