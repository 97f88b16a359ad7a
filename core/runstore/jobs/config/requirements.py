"""Requirements files of pip, read into a list of their entries."""

from __future__ import annotations

import os
import re

from runstore.exceptions import UserErrorException

_FILE = re.compile(r"(?:-r|--requirement)[\s=]*(\S+)\s*\Z")
_LOCAL = re.compile(r"(-e|--editable|-c|--constraint|-f|--find-links)([\s=]+)(\S+)(.*)\Z", re.S)


def read_requirements(path: str | os.PathLike[str], _seen: tuple[str, ...] = ()) -> list[str]:
    """The entries of a requirements file, with those of the files that it includes by ``-r``; comments left out.

    Local paths in it count from its folder and are made absolute. Raises `UserErrorException`.
    """
    here = os.path.abspath(os.fspath(path))
    if here in _seen:
        raise UserErrorException("the requirements file {} includes itself".format(here))
    try:
        with open(here, encoding="utf-8-sig") as file:
            text = file.read()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserErrorException("cannot read the requirements file {}: {}".format(here, reason)) from error
    lines = re.sub(r"\\\r?\n", " ", text).splitlines()
    entries = [" ".join(re.sub(r"(^|\s)#.*", "", line).split()) for line in lines]
    return expanded([entry for entry in entries if entry], os.path.dirname(here), (*_seen, here))


def expanded(entries: list[str], folder: str, _seen: tuple[str, ...] = ()) -> list[str]:
    """``entries`` with included files read in, and local paths, which count from ``folder``, made absolute."""
    found: list[str] = []
    for entry in entries:
        included = _FILE.match(entry)
        if included and "://" not in included.group(1):
            found += read_requirements(os.path.join(folder, included.group(1)), _seen)
        else:
            found.append(_absolute(entry, folder))
    return found


def _absolute(entry: str, folder: str) -> str:
    option = _LOCAL.match(entry)
    if option:
        word, gap, place, rest = option.groups()
        local = os.path.join(folder, place)
        return word + gap + (os.path.abspath(local) if "://" not in place and os.path.exists(local) else place) + rest
    if entry == "." or entry.startswith(("./", "../")):
        return os.path.abspath(os.path.join(folder, entry))
    return entry
