"""What is wrong with a query, and where."""

from __future__ import annotations


class QueryError(ValueError):
    """A text is no query. ``message`` says why in a few words; ``position`` is the place in the text, from 0 on."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
