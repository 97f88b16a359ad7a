"""Which runs a person means: words that must all be found. Imports nothing else of ours.

Words are found anywhere in the name, id, experiment, state or tags, whatever the case; ``-word`` must not be
found; ``"two words"`` are one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Protocol

_TOKEN = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


class Searched(Protocol):
    """What is searched of a run (a ``RunRow`` has it)."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def experiment(self) -> str: ...
    @property
    def tags(self) -> Mapping[str, object]: ...
    @property
    def state(self) -> object: ...


def matcher(query: str) -> Callable[[Searched], bool]:
    """A function that tells whether a run is meant by ``query``; an empty query means every run."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, quoted, bare in _TOKEN.findall(query.casefold()):
        if word := quoted or bare:
            (unwanted if minus else wanted).append(word)
    if not wanted and not unwanted:
        return lambda run: True

    def matches(run: Searched) -> bool:
        tags = " ".join(f"{key}={value}" for key, value in run.tags.items())
        state = getattr(run.state, "text", run.state)
        text = f"{run.name}\n{run.experiment}\n{state}\n{run.id}\n{tags}".casefold()
        return all(word in text for word in wanted) and not any(word in text for word in unwanted)

    return matches
