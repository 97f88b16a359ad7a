"""Environments kept in a root, ``.runstore/environments/<hash of what is in it>/``, each built once.

An environment lies where it will stay from the start, since its programs hold its path; it counts once its file
``environment.json`` is there. Whoever builds holds a lock, so that others who want the same one wait for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from runstore.jobs.config.masking import without_credentials
from runstore.layout.paths import RootPaths
from runstore.layout.roots import ensure_root
from runstore.writing.create import write_atomically

FACTS = "environment.json"
_LOCAL = re.compile(r"(?:.*@\s*)?(?:-\w\s+|--[\w-]+[\s=]+)?(?:file://)?(/\S+)")


def key_of(facts: Any) -> str:
    """The name of an environment: 16 hex digits that stand for what is in it."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def local_files(requirements: Iterable[str]) -> list[Any]:
    """Size and time of the files of this machine that requirements or options of pip name.

    They belong to the key: the environment is another one when they change.
    """
    found: list[Any] = []
    for requirement in requirements:
        match = _LOCAL.match(requirement)
        if match and os.path.exists(match.group(1)):
            stat = os.stat(match.group(1))
            found.append([match.group(1), stat.st_size, stat.st_mtime_ns])
    return found


def environments_folder(root: str) -> str:
    """Where the environments of a root are kept."""
    return RootPaths(root).environments


def kept(root: str, key: str, build: Callable[[str], dict[str, Any]], say: Callable[[str], None]) -> str:
    """The folder of the environment ``key``, built by ``build(folder)`` if it is not there.

    What ``build`` returns is kept as facts beside it, without the passwords in addresses. What it raises goes through,
    and nothing stays of the attempt.
    """
    ensure_root(root)
    folder = os.path.join(environments_folder(root), key)
    if _is_taken(folder):
        return folder
    os.makedirs(environments_folder(root), exist_ok=True)
    with _locked(folder + ".lock", say):
        if _is_taken(folder):
            return folder
        shutil.rmtree(folder, ignore_errors=True)  # left by a build that was killed
        began = time.monotonic()
        try:
            facts = build(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        facts = {"v": 1, "created": time.time(), **without_credentials(facts)}
        write_atomically(os.path.join(folder, FACTS), json.dumps(facts, indent=1).encode())
        say(f"the environment is built, in {time.monotonic() - began:.0f} s: {folder}")
    return folder


def is_complete(folder: str) -> bool:
    """Whether an environment was built to its end."""
    return os.path.isfile(os.path.join(folder, FACTS))


def _is_taken(folder: str) -> bool:
    """Whether it was built to its end, and now counts as used: what is not used for long may be removed."""
    try:
        os.utime(os.path.join(folder, FACTS))
    except FileNotFoundError:
        return False
    except OSError:
        return is_complete(folder)  # another user's
    return True


def facts_of(folder: str) -> dict[str, Any]:
    """What is known of a kept environment: ``python``, ``packages``, ``warnings`` and more; empty for none."""
    try:
        with open(os.path.join(folder, FACTS), encoding="utf-8") as file:
            content = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


@contextmanager
def _locked(path: str, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock; the system gives it up when this process is killed. Without locks (some mounts) go on without."""
    import fcntl

    with open(path, "a", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another run is building this environment: waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            pass
        yield
