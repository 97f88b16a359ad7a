"""The arguments of a command: parameters read from them, and secrets masked in them."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MASK = "***"
# These expressions are compiled by what first uses them (`re` keeps them): each costs up to 1 ms, and most trainings
# that log need none.
_SECRET = (
    r"(secret|passw|passphrase|credential|api[-_]?key|access[-_]?key|private[-_]?key"
    r"|(?<!eos)(?<!bos)(?<!pad)(?<!unk)(?<!sep)(?<!cls)(?<!mask)[-_.]token$|^token$|auth[-_]?token"
    r"|(^|[-_.])key$|(^|[-_.])(pwd|auth)$)"
)
_IN_SECRETS = ("secret", "pass", "cred", "key", "token", "pwd", "auth")
"""A casefolded name without any of these does not match `_SECRET`."""
_FLAG = r"--?[A-Za-z][\w.\-/]*\Z"
_ASSIGNMENT = r"(?:--?)?([A-Za-z_][\w.\-/]*)=(.*)\Z"
_CREDENTIALS = r"\b(\w+://)[^/@\s]+@"  # \b: without it a long word takes quadratic time
_INTEGER = r"[+-]?\d{1,18}\Z"
_NUMBER = r"[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf|nan)\Z"


def is_secret_name(name: str) -> bool:
    """Whether an argument or parameter of this name holds something that must not be recorded."""
    name = name.lstrip("-").casefold()
    return any(word in name for word in _IN_SECRETS) and re.search(_SECRET, name, re.I) is not None


def _is_flag(argument: str) -> bool:
    return argument.startswith("-") and re.match(_FLAG, argument) is not None


def _assignment(argument: str) -> re.Match[str] | None:
    """Groups: the name and the value."""
    return re.match(_ASSIGNMENT, argument, re.S) if "=" in argument else None


def mask_arguments(arguments: list[str]) -> list[str]:
    """The arguments with the values of secrets replaced by ``***``; also ``user:token@`` in addresses."""
    masked: list[str] = []
    hide_next = False
    for argument in arguments:
        assignment = _assignment(argument)
        if hide_next and not _is_flag(argument):
            argument = MASK
        elif assignment and is_secret_name(assignment.group(1)):
            argument = argument[: assignment.start(2)] + MASK
        hide_next = _is_flag(argument) and is_secret_name(argument)
        masked.append(mask_credentials(argument))
    return masked


def mask_credentials(text: str) -> str:
    """``text`` with what stands before the ``@`` of each address in it, ``user:password``, masked."""
    return re.sub(_CREDENTIALS, r"\1***@", text) if "://" in text else text


def typed(text: str) -> Any:
    """The value that an argument's text stands for: integer, float, boolean, else the text itself."""
    if re.match(_INTEGER, text):
        return int(text)
    if re.match(_NUMBER, text, re.I):
        return float(text)
    return {"true": True, "false": False}.get(text.lower(), text)


def params_from_arguments(arguments: list[str]) -> dict[str, Any]:
    """Parameters given as ``--k v``, ``--k=v``, ``k=v`` or a bare flag ``--k`` (True); secrets are masked.

    A name given several times, or several values after one name, make a list.
    """
    found: dict[str, Any] = {}
    name = ""

    def add(key: str, value: Any) -> None:
        value = MASK if is_secret_name(key) and value is not True else value
        if key not in found or found[key] is True:
            found[key] = value
        else:
            found[key] = (found[key] if isinstance(found[key], list) else [found[key]]) + [value]

    for argument in mask_arguments(arguments):
        assignment = _assignment(argument)
        if argument == "--":
            name = ""
        elif assignment:
            add(assignment.group(1), typed(assignment.group(2)))
            name = ""
        elif _is_flag(argument):
            name = argument.lstrip("-")
            found.setdefault(name, True)
        elif name:
            add(name, typed(argument))
    return found
