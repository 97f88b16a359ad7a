"""Who is told what an environment is made of while it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runstore.exceptions import RunConfigurationException
from runstore.stand_ins.notice import STRICT, is_strict


@dataclass(frozen=True, slots=True)
class Voices:
    """``say`` is told what is being done, ``warn`` what is done otherwise than asked."""

    say: Callable[[str], None]
    warn: Callable[[str], None]

    def refuse_or_warn(self, *texts: str) -> None:
        """Warn; where RUNSTORE_STRICT asks for it, raise `RunConfigurationException` instead."""
        if texts and is_strict():
            raise RunConfigurationException(f"{'; '.join(texts)} (refused because of {STRICT})")
        for text in texts:
            self.warn(text)
