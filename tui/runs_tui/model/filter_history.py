"""The filters that a person has used, kept for each run store."""

from __future__ import annotations

from collections.abc import Sequence

from runs_tui.model.kept import Kept

_MOST = 100
_LONGEST = 1_000
"""Characters of a text that is kept."""


class FilterHistory:
    """``texts``, the newest last: those of the first root; what is added is kept for all of them."""

    def __init__(self, roots: Sequence[str]) -> None:
        self._files = [Kept(root, "filters") for root in roots]
        kept = self._files[0].read().get("texts") if self._files else None
        self.texts = [text for text in kept if _is_kept(text)][-_MOST:] if isinstance(kept, list) else []

    def add(self, text: str) -> None:
        """Put a text last."""
        text = text.strip()
        if not _is_kept(text) or self.texts[-1:] == [text]:
            return
        self.texts = [*(each for each in self.texts if each != text), text][-_MOST:]
        for file in self._files:
            file.write({"texts": self.texts})


def _is_kept(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text) <= _LONGEST and text.isprintable()
