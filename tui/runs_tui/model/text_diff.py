"""The difference between two texts, as lines to read."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Sequence

_AROUND = 2
"""Equal lines kept before and after a difference."""
_MOST = 2000
"""Lines of a text that are compared: more of them would take seconds."""


def differences(old: str, new: str) -> list[tuple[str, str]]:
    """(sign, line): ``-`` only in the old text, ``+`` only in the new one, a blank for what both have near these.

    A text of one line is taken apart into its words, as a shell does, options with their values. Nothing where the
    texts are equal. A line ``…`` stands for equal lines that are left out.
    """
    if old == new:
        return []
    before, after = (_pieces(text, one_line="\n" not in old + new)[:_MOST] for text in (old, new))
    found: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for place, group in enumerate(matcher.get_grouped_opcodes(_AROUND)):
        if place or group[0][1] > 0:
            found.append((" ", "…"))
        for what, i, j, k, m in group:
            if what == "equal":
                found += [(" ", line) for line in before[i:j]]
            else:
                found += [("-", line) for line in before[i:j]] + [("+", line) for line in after[k:m]]
    return found


def _pieces(text: str, *, one_line: bool) -> Sequence[str]:
    """Lines; of a text of one line its words, ``--lr 0.1`` together."""
    if not one_line:
        return text.split("\n")
    try:
        split = shlex.split(text)
    except ValueError:
        split = text.split()
    pieces: list[str] = []
    for word in split:
        option = bool(pieces) and pieces[-1].startswith("-") and " " not in pieces[-1] and "=" not in pieces[-1]
        if option and not word.startswith("-"):
            pieces[-1] += f" {word}"
        else:
            pieces.append(word)
    return pieces
