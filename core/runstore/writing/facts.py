"""Facts of where a run happens: user, host, git state."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_GIT_TIMEOUT = 5.0


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
    head = _git(folder, "rev-parse", "HEAD", "--abbrev-ref", "HEAD")
    if head is None or len(head.split()) < 2:
        return None
    commit, branch = head.split()[:2]
    changes = _git(folder, "status", "--porcelain", "--untracked-files=no")
    remote = _git(folder, "config", "--get", "remote.origin.url")
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


def _git(folder: str, *arguments: str) -> str | None:
    import subprocess

    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(
            ["git", "-C", folder, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_GIT_TIMEOUT,
            env=environment,
            check=False,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None
