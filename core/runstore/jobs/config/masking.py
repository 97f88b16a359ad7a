"""Secrets masked in what is recorded of a run's definition, beside those in lists of arguments."""

from __future__ import annotations

import re

from runstore.writing.arguments import mask_arguments, mask_credentials

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Compiled by what first uses them, as in `runstore.writing.arguments`.
_QUOTED = r"""'[^']*'|"(?:[^"\\]|\\.)*\""""
_WORD = r"""(?s)(?:[^\s;|&()<>'"\\]|{}|\\.|['"\\])+""".format(_QUOTED)
_QUOTING = r"""(?s)'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)"""
_REFERENCE = r"""(?:[\w.\-/]+=)?"?\$(?:\w+|\{\w+\})?"?"""


def without_credentials(value: Any) -> Any:
    """``value``, of dicts and lists, with ``user:token@`` masked in the addresses in it."""
    if isinstance(value, dict):
        return {key: without_credentials(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_credentials(item) for item in value]
    return mask_credentials(value) if isinstance(value, str) else value


def mask_command_line(text: str) -> str:
    """A command for a shell with what `mask_arguments` masks in its words; all else stays as it is written.

    So do the names of variables: ``--api-key $API_KEY``.
    """
    text = mask_credentials(text)
    words = re.findall(_WORD, text)
    plain = [re.sub(_QUOTING, r"\1\2\3", word) for word in words]
    masked = iter(
        [
            _masked_inside(word) if hidden == bare or re.fullmatch(_REFERENCE, word) else hidden
            for word, bare, hidden in zip(words, plain, mask_arguments(plain))
        ]
    )
    return re.sub(_WORD, lambda found: next(masked), text)


def _masked_inside(word: str) -> str:
    """A word, which may be a command line in quotes: ``sh -c '...'``."""
    if re.fullmatch("(?s)" + _QUOTED, word):
        return word[0] + mask_command_line(word[1:-1]) + word[-1]
    return word
