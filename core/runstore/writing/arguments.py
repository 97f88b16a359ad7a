"""The arguments of a command: parameters read from them, and secrets masked in them."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MASK = "***"
_SECRET = re.compile(
    r"(secret|passw|passphrase|credential|api[-_]?key|access[-_]?key|private[-_]?key"
    r"|(?<!eos)(?<!bos)(?<!pad)(?<!unk)(?<!sep)(?<!cls)(?<!mask)[-_.]token$|^token$|auth[-_]?token"
    r"|(^|[-_.])key$|(^|[-_.])(pwd|auth)$)",
    re.I,
)
_FLAG = re.compile(r"--?[A-Za-z][\w.\-/]*\Z")
_ASSIGNMENT = re.compile(r"(?:--?)?([A-Za-z_][\w.\-/]*)=(.*)\Z", re.S)
_CREDENTIALS = re.compile(r"\b(\w+://)[^/@\s]+@")  # \b: without it a long word takes quadratic time
_INTEGER = re.compile(r"[+-]?\d{1,18}\Z")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf|nan)\Z", re.I)


def is_secret_name(name: str) -> bool:
    """Whether an argument or parameter of this name holds something that must not be recorded."""
    return bool(_SECRET.search(name.lstrip("-").lower()))


def mask_arguments(arguments: list[str]) -> list[str]:
    """The arguments with the values of secrets replaced by ``***``; also ``user:token@`` in addresses."""
    masked: list[str] = []
    hide_next = False
    for argument in arguments:
        assignment = _ASSIGNMENT.match(argument)
        if hide_next and not _FLAG.match(argument):
            argument = MASK
        elif assignment and is_secret_name(assignment.group(1)):
            argument = argument[: assignment.start(2)] + MASK
        hide_next = bool(_FLAG.match(argument)) and is_secret_name(argument)
        masked.append(mask_credentials(argument))
    return masked


def mask_credentials(text: str) -> str:
    """``text`` with what stands before the ``@`` of each address in it, ``user:password``, masked."""
    return _CREDENTIALS.sub(r"\1***@", text)


def typed(text: str) -> Any:
    """The value that an argument's text stands for: integer, float, boolean, else the text itself."""
    if _INTEGER.match(text):
        return int(text)
    if _NUMBER.match(text):
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
        assignment = _ASSIGNMENT.match(argument)
        if argument == "--":
            name = ""
        elif assignment:
            add(assignment.group(1), typed(assignment.group(2)))
            name = ""
        elif _FLAG.match(argument):
            name = argument.lstrip("-")
            found.setdefault(name, True)
        elif name:
            add(name, typed(argument))
    return found
