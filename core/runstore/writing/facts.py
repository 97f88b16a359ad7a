"""Facts of where a run happens: user, host, git state."""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from typing import Any

_GIT_TIMEOUT = 5.0
_QUESTIONS = (
    ("rev-parse", "HEAD", "--abbrev-ref", "HEAD"),
    ("config", "--get", "remote.origin.url"),
    ("status", "--porcelain", "--untracked-files=no"),  # the last to be waited for: in a large repository it takes long
)


def user_name() -> str:
    """The name of the user whose process this is; the number where it has no name."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError, OSError):
        return os.environ.get("USER") or (str(os.getuid()) if hasattr(os, "getuid") else "unknown")


def git_facts(folder: str) -> dict[str, Any] | None:
    """Repository, branch, commit and whether there are changes, for the repository that holds ``folder``; else None.

    A user name or token inside the repository's address is left out. Never raises; waits 5 s for git at most.
    """
    if not _in_repository(folder):
        return None
    asked = [_ask_git(folder, *question) for question in _QUESTIONS]  # all at once: each takes milliseconds
    until = time.monotonic() + _GIT_TIMEOUT
    head, remote, changes = [_answer(process, until) for process in asked]
    if head is None or len(head.split()) < 2:
        return None
    commit, branch = head.split()[:2]
    return {
        "repository": without_credentials(remote) if remote else None,
        "branch": branch,
        "commit": commit,
        "dirty": bool(changes) if changes is not None else None,
    }


def without_credentials(address: str) -> str:
    """A repository's address without the ``user:token@`` part of a URL."""
    scheme, separator, rest = address.partition("://")
    if not separator:
        return address
    host, slash, path = rest.partition("/")
    return scheme + separator + host.rpartition("@")[2] + slash + path


def _in_repository(folder: str) -> bool:
    """A cheap look before git is started, which costs milliseconds."""
    folder = os.path.abspath(folder)
    while True:
        if os.path.exists(os.path.join(folder, ".git")):
            return True
        parent = os.path.dirname(folder)
        if parent == folder:
            return False
        folder = parent


def _ask_git(folder: str, *arguments: str) -> subprocess.Popen[bytes] | None:
    """The process that answers; None where it cannot be started."""
    import subprocess

    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        return subprocess.Popen(
            ["git", "-C", folder, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def _answer(process: subprocess.Popen[bytes] | None, until: float) -> str | None:
    """What it says; None where it fails, or says nothing until then (`time.monotonic`)."""
    import subprocess

    if process is None:
        return None
    try:
        said, _ = process.communicate(timeout=max(until - time.monotonic(), 0.0))
    except (OSError, ValueError, subprocess.SubprocessError):
        process.kill()
        process.communicate()
        return None
    return said.decode("utf-8", "replace").strip() if process.returncode == 0 else None
