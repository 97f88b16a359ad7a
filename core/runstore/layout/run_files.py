"""Where the files of a run lie: under ``files/`` and, while a submitted script is at work, also where it works.

What such a script has in ``./outputs`` and ``./logs`` is in the run at once, by the same names. When it has ended, both
folders are moved to ``files/``. No link is followed out of the run.
"""

from __future__ import annotations

import os

from runstore.layout.paths import RunPaths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

COLLECTED = ("outputs", "logs")
"""The folders of a program whose files belong to its run."""


def run_file(folder: str, name: str) -> str:
    """The path of the file or folder ``name``, a normalised artifact name, of the run in ``folder``.

    That of the script at work before that of an upload; under ``files/`` where there is none of this name.
    """
    paths = RunPaths(folder)
    parts = name.split("/")
    if _works_in(paths, parts[0]):
        path = os.path.join(paths.work, *parts)
        if os.path.lexists(path):
            return path
    return os.path.join(paths.files, *parts)


def run_folders(folder: str, name: str = "") -> list[str]:
    """The folders that together make up the folder ``name`` of the run's files; those of the script first."""
    paths = RunPaths(folder)
    parts = name.split("/") if name else []
    kept = os.path.join(paths.files, *parts)
    if not parts or not _works_in(paths, parts[0]):
        return [kept]
    at_work = os.path.join(paths.work, *parts)
    return [path for path in (at_work, kept) if os.path.isdir(path) and not os.path.islink(path)]


def collected_at_work(folder: str) -> list[str]:
    """Which of `COLLECTED` the script of the run in ``folder`` has just now."""
    paths = RunPaths(folder)
    return [name for name in COLLECTED if _works_in(paths, name)]


def run_files(folder: str) -> Iterator[tuple[str, str]]:
    """(name, path) of all that is no folder among the run's files, in order of name; of a name only the first."""
    paths = RunPaths(folder)
    found: dict[str, str] = {}
    tops = [(name, os.path.join(paths.work, name)) for name in collected_at_work(folder)]
    for prefix, top in (*tops, ("", paths.files)):
        if os.path.islink(top):
            continue
        for parent, _, names in os.walk(top):
            inside = os.path.relpath(parent, top).replace(os.sep, "/")
            start = "/".join(part for part in (prefix, "" if inside == "." else inside) if part)
            for name in names:
                found.setdefault("{}/{}".format(start, name) if start else name, os.path.join(parent, name))
    for name in sorted(found):
        yield name, found[name]


def _works_in(paths: RunPaths, name: str) -> bool:
    """Whether the script has a real folder of this name, whose files belong to the run."""
    if name not in COLLECTED or os.path.islink(paths.work):
        return False
    path = os.path.join(paths.work, name)
    return os.path.isdir(path) and not os.path.islink(path)
