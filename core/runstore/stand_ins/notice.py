"""What a person is told when a stand-in takes the place of something in the cloud."""

from __future__ import annotations

import os
import sys

from runstore.exceptions import RunConfigurationException

_said: set[str] = set()


def refuse_if_strict(text: str) -> None:
    """With RUNSTORE_STRICT=1 raise `RunConfigurationException` with ``text``; else nothing."""
    if os.environ.get("RUNSTORE_STRICT") == "1":
        raise RunConfigurationException(text + " (RUNSTORE_STRICT=1 makes this an error)")


def notice(text: str) -> None:
    """Say ``text`` on stderr, once in a process; with RUNSTORE_STRICT=1 raise `RunConfigurationException` instead."""
    refuse_if_strict(text)
    if text in _said:
        return
    _said.add(text)
    try:
        sys.stderr.write("runstore: {}\n".format(text))
    except (OSError, ValueError, AttributeError):
        pass
