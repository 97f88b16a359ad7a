"""Which files a snapshot leaves out: ``.amlignore``, else ``.gitignore``, in the syntax of gitignore (git's manual)."""

from __future__ import annotations

import os
import re

_ALWAYS = frozenset((".git", "__pycache__", ".ipynb_checkpoints", ".runstore", ".runs", "node_modules"))


class IgnoreRules:
    """The patterns of one ignore file; the last pattern that matches decides."""

    def __init__(self, lines: list[str]) -> None:
        self._rules: list[tuple[re.Pattern[str], bool, bool]] = []  # pattern, only folders, keeps (``!``)
        for line in lines:
            rule = _rule(line)
            if rule is not None:
                self._rules.append(rule)

    @classmethod
    def of_folder(cls, folder: str) -> IgnoreRules:
        """The rules of the folder's own ignore file; none without one."""
        for name in (".amlignore", ".gitignore"):
            try:
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                    return cls(file.read().splitlines())
            except OSError:
                continue
        return cls([])

    def ignores(self, relative: str, is_folder: bool) -> bool:
        """Whether the path, relative to the folder and with ``/``, is left out; its parents are asked before it."""
        if relative.rpartition("/")[2] in _ALWAYS:
            return True
        for pattern, only_folders, keeps in reversed(self._rules):
            if (is_folder or not only_folders) and pattern.match(relative):
                return not keeps
        return False


def _rule(line: str) -> tuple[re.Pattern[str], bool, bool] | None:
    text = line.rstrip("\r\n")
    while text.endswith(" ") and not text.endswith("\\ "):
        text = text[:-1]
    if not text or text.startswith("#"):
        return None
    keeps = text.startswith("!")
    if keeps:
        text = text[1:]
    only_folders = text.endswith("/")
    text = text.rstrip("/")
    anchored = "/" in text
    text = text.lstrip("/")
    if not text:
        return None
    try:
        pattern = re.compile(("" if anchored else "(?:.*/)?") + _regex(text) + r"\Z", re.S)
    except re.error:
        return None
    return pattern, only_folders, keeps


def _regex(glob: str) -> str:
    """A gitignore glob as a regular expression: ``*`` and ``?`` stay inside one name, ``**`` spans folders."""
    parts: list[str] = []
    index = 0
    while index < len(glob):
        char = glob[index]
        if glob.startswith("**/", index) and (index == 0 or glob[index - 1] == "/"):
            parts.append("(?:.*/)?")
            index += 3
            continue
        if glob.startswith("**", index) and index + 2 == len(glob) and (index == 0 or glob[index - 1] == "/"):
            parts.append(".+")
            index += 2
            continue
        if char == "*":
            parts.append("[^/]*")
        elif char == "?":
            parts.append("[^/]")
        elif char == "[" and glob.find("]", index + 2) > 0:
            end = glob.find("]", index + 2)
            inside = glob[index + 1 : end].replace("\\", "\\\\").replace("[", "\\[")
            parts.append("[" + ("^" + inside[1:] if inside[0] in "!^" else inside) + "]")
            index = end
        elif char == "\\" and index + 1 < len(glob):
            index += 1
            parts.append(re.escape(glob[index]))
        else:
            parts.append(re.escape(char))
        index += 1
    return "".join(parts)
