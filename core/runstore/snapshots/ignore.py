"""Which files a snapshot leaves out: ``.amlignore``, else ``.gitignore``, in the whole syntax of gitignore."""

from __future__ import annotations

import os
import re

_ALWAYS = frozenset((".git", "__pycache__", ".ipynb_checkpoints", ".runstore", ".runs", "node_modules"))
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class IgnoreRules:
    """The patterns of one ignore file; the last pattern that matches decides. As in git, they match bytes."""

    def __init__(self, lines: list[bytes]) -> None:
        self._rules: list[tuple[re.Pattern[bytes], bool, bool]] = []  # pattern, only folders, keeps (``!``)
        for line in lines:
            rule = _rule(line)
            if rule is not None:
                self._rules.append(rule)

    @classmethod
    def of_folder(cls, folder: str) -> IgnoreRules:
        """The rules of the folder's own ignore file; none without one."""
        for name in (".amlignore", ".gitignore"):
            try:
                with open(os.path.join(folder, name), "rb") as file:
                    content = file.read()
            except OSError:
                continue
            if content.startswith(_BYTE_ORDER_MARK):
                content = content[len(_BYTE_ORDER_MARK) :]
            return cls(content.split(b"\n"))
        return cls([])

    def ignores(self, relative: str, is_folder: bool) -> bool:
        """Whether the path, relative to the folder and with ``/``, is left out; its parents are asked before it."""
        if relative.rpartition("/")[2] in _ALWAYS:
            return True
        path = os.fsencode(relative)
        for pattern, only_folders, keeps in reversed(self._rules):
            if (is_folder or not only_folders) and pattern.match(path):
                return not keeps
        return False


def _rule(line: bytes) -> tuple[re.Pattern[bytes], bool, bool] | None:
    text = _without_trailing_spaces(line[:-1] if line.endswith(b"\r") else line)
    if not text or text.startswith(b"#"):
        return None
    keeps = text.startswith(b"!")
    if keeps:
        text = text[1:]
    only_folders = text.endswith(b"/")
    if only_folders:
        text = text[:-1]
    anywhere = b"/" not in text  # a pattern without a slash is one of names, at any depth
    if text.startswith(b"/"):
        text = text[1:]
    if not text:
        return None
    from runstore.snapshots.wildmatch import MalformedPattern, to_regex  # only here: many folders have no patterns

    try:
        pattern = re.compile((b"(?:.*/)?" if anywhere else b"") + to_regex(text, anywhere) + rb"\Z", re.S)
    except MalformedPattern:
        return None
    return pattern, only_folders, keeps


def _without_trailing_spaces(line: bytes) -> bytes:
    """Spaces at the end count only when a backslash stands before them."""
    end, index = 0, 0
    while index < len(line):
        if line[index : index + 1] == b"\\":
            index += 1
            end = min(index + 1, len(line))
        elif line[index : index + 1] != b" ":
            end = index + 1
        index += 1
    return line[:end]
