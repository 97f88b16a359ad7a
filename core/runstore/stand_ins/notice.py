"""What a person is told when a stand-in takes the place of something in the cloud."""

from __future__ import annotations

import os
import sys

from runstore.exceptions import RunConfigurationException

STRICT = "RUNSTORE_STRICT"
_said: set[str] = set()


def is_strict() -> bool:
    """Whether RUNSTORE_STRICT asks for errors in place of stand-ins."""
    return os.environ.get(STRICT, "").strip().lower() not in ("", "0", "false", "no", "off")


def refuse_if_strict(text: str) -> None:
    """With RUNSTORE_STRICT=1 raise `RunConfigurationException` with ``text``; else nothing."""
    if is_strict():
        raise RunConfigurationException("{} ({}={} makes this an error)".format(text, STRICT, os.environ[STRICT]))


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
