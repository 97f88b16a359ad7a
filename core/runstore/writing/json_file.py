"""A small JSON object in a file that anybody may change at any time, such as an experiment's or a model's."""

from __future__ import annotations

import json
import os

from runstore.exceptions import UserErrorException, WorkspaceException
from runstore.layout.printable import printable
from runstore.layout.rights import is_anothers, user_of
from runstore.records.lines import dumps
from runstore.writing.create import write_atomically

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


def read_object(path: str) -> dict[str, Any]:
    """What the file says; empty where there is none that can be read."""
    try:
        return _read(path)
    except (OSError, ValueError, RecursionError):
        return {}


def _read(path: str) -> dict[str, Any]:
    with open(path, encoding="utf-8") as file:
        content = json.load(file)
    if not isinstance(content, dict):
        raise ValueError("it holds no JSON object")
    return content


def change_object(path: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Let ``change`` alter what the file says and replace it; keys that it does not know stay.

    The folder is locked meanwhile, where its file system can, so that no change of another process is lost. Raises
    `UserErrorException` when the folder is gone, `WorkspaceException` when the file cannot be read or written: what
    it holds is not replaced unread.
    """
    folder = os.path.dirname(path)
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            _lock(descriptor)
            content = _read(path) if os.path.exists(path) else {}
            change(content)
            _replace(path, dumps(content) + b"\n")
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise UserErrorException("{} was deleted".format(printable(folder, 300))) from None
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or error
        if isinstance(error, PermissionError) and is_anothers(folder):
            why = "only {} may do that".format(user_of(folder))
        raise WorkspaceException("cannot change {}: {}".format(printable(path, 300), why)) from error


def _replace(path: str, content: bytes) -> None:
    """Another's file in a folder that a group shares can be written, but not replaced.

    Then it is written in one go and with blanks up to its old length, so that who reads meanwhile finds an object.
    """
    try:
        write_atomically(path, content)
    except PermissionError:
        with open(path, "r+b", buffering=0) as file:
            file.write(content.ljust(os.fstat(file.fileno()).st_size))
            file.truncate(len(content))


def _lock(descriptor: int) -> None:
    try:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except (ImportError, OSError):
        pass  # a network mount that cannot lock a folder
