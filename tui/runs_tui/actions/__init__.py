"""What a person can do to runs: one module each, used by the screens and by the command line alike.

Each action says of a run why it cannot be done (`Refused`) before anything is changed, and in a few words what was
done.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from runstore.exceptions import AzureMLException


class Refused(Exception):
    """It cannot be done to this run; the text says why, and what to do instead."""


@contextmanager
def refusing() -> Iterator[None]:
    """What the library or the file system says cannot be done becomes `Refused`."""
    try:
        yield
    except AzureMLException as error:
        raise Refused(error.message) from error
    except OSError as error:
        raise Refused(f"{error.filename or 'the run store'}: {error.strerror or error}") from error
