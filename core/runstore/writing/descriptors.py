"""Files opened under numbers that no file of the program gets.

A program may close what it did not open (`os.closerange`, as a daemon does). The next file that it opens would get the
number of ours, and what we append would go into it. Far above, ours is found closed.
"""

from __future__ import annotations

import os

_ABOVE = 512
"""Half of the 1,024 that a process may usually have."""


def open_apart(path: str, flags: int) -> int:
    """`os.open` for a file of ours, with a high number where the process may have such; raises OSError."""
    descriptor = os.open(path, flags | getattr(os, "O_CLOEXEC", 0), 0o666)
    try:
        import fcntl

        apart = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _ABOVE)
    except (ImportError, OSError):
        return descriptor
    os.close(descriptor)
    return apart
