"""A file that a command writes: all of it, or none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from runs_tui.cli.errors import Problem


@contextmanager
def output_file(path: str) -> Iterator[IO[bytes]]:
    """A file to write into; under its name when it is whole, in place of what was there. A device or pipe takes it as
    it comes. Raises `Problem` where that cannot be."""
    is_file = os.path.isfile(path) or not os.path.exists(path)
    path = os.path.realpath(path) if is_file else path
    temporary = os.path.join(os.path.dirname(path), f".tmp-{os.urandom(6).hex()}")
    try:
        with open(temporary if is_file else path, "xb" if is_file else "wb") as file:
            yield file
        if is_file:
            os.replace(temporary, path)
    except OSError as error:
        raise Problem(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)
