"""Rules for names, and names of users turned into names of folders and back."""

from __future__ import annotations

import os
import re

from runstore.exceptions import UserErrorException
from runstore.layout.printable import printable

_EXPERIMENT = re.compile(r"[a-zA-Z0-9][\w\-]{0,254}\Z")
_RUN_ID = re.compile(r"[a-zA-Z0-9][\w\-.]{0,255}\Z")
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~ +@=,")
LONGEST_FOLDER_NAME = 200  # bytes; file systems allow 255, the rest is left for suffixes


def check_experiment_name(name: object) -> str:
    """``name`` if it is a valid experiment name (Azure ML: letter or digit, then letters, digits, ``_``, ``-``).

    Raises `UserErrorException` otherwise.
    """
    if isinstance(name, str) and _EXPERIMENT.match(name):
        return name
    raise UserErrorException(
        "experiment name {!r} is not valid: start with a letter or digit, then only letters, digits, "
        "'_' and '-', 255 characters at most".format(printable(name, 60))
    )


def check_run_id(run_id: object) -> str:
    """``run_id`` if it can be the id of a run; raises `UserErrorException` otherwise."""
    if isinstance(run_id, str) and _RUN_ID.match(run_id):
        return run_id
    raise UserErrorException(
        "run id {!r} is not valid: start with a letter or digit, then only letters, digits, "
        "'_', '-' and '.', 256 characters at most".format(printable(run_id, 60))
    )


def encode_name(name: str) -> str:
    """The folder name of an experiment or run: percent-encoded UTF-8; over 200 bytes cut, with a hash at the end.

    Never empty, never ``.`` or ``..``, never hidden, no separator.
    """
    raw = name.encode("utf-8", "surrogatepass")
    encoded = "".join(chr(byte) if byte in _PLAIN else "%{:02X}".format(byte) for byte in raw)
    if encoded.startswith("."):
        encoded = "%2E" + encoded[1:]
    if len(encoded) > LONGEST_FOLDER_NAME:
        from hashlib import sha256  # only here: it costs 2 ms to import

        digest = sha256(raw).hexdigest()[:16]
        encoded = encoded[: LONGEST_FOLDER_NAME - 17].rstrip("%") + "~" + digest
    return encoded or "%"


def decode_name(folder_name: str) -> str:
    """The name that `encode_name` encoded; for a name that was cut, the readable part of it."""
    if "%" not in folder_name:
        return folder_name
    from urllib.parse import unquote  # only here: it costs 2 ms to import

    return unquote(folder_name, errors="replace")


def artifact_path(name: object) -> str:
    """An artifact's name as a normalised relative path with ``/``, e.g. ``./outputs/a.txt`` -> ``outputs/a.txt``.

    Raises `UserErrorException` for a name that is empty or absolute, holds ``..`` or a NUL: no file of a run
    lies outside its folder.
    """
    text = name if isinstance(name, str) else str(name)
    parts = [part for part in text.replace("\\", "/").split("/") if part not in ("", ".")]
    if not parts or text.startswith("/") or ".." in parts or "\0" in text or re.match(r"[a-zA-Z]:", text):
        raise UserErrorException(
            "artifact name {!r} is not valid: give a relative path such as 'outputs/model.pkl', without '..'".format(
                printable(text, 120)
            )
        )
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        raise UserErrorException(
            "artifact name {!r} is not valid: no file can have such a name here".format(printable(text, 120))
        ) from None
    return "/".join(parts)
