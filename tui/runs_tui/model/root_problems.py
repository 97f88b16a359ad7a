"""Why roots cannot be read just now."""

from __future__ import annotations


class RootProblems:
    """What keeps each root from being read, in words; nothing once it can be."""

    def __init__(self) -> None:
        self._by_root: dict[str, str] = {}

    @property
    def first(self) -> str:
        """One of them; empty if all roots can be read."""
        return next(filter(None, self._by_root.values()), "")

    def tell(self, root: str, error: Exception | None) -> bool:
        """Take what came of reading a root; whether that is news."""
        said = _said(error) if error is not None else ""
        if self._by_root.get(root, "") == said:
            return False
        self._by_root[root] = said
        return True


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return f"{type(error).__name__}: {error}"
