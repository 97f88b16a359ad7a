"""Scripts and notebooks as Python: what only Jupyter understands is taken out, and every line keeps its number."""

from __future__ import annotations

import ast
import json
import re
import warnings
from dataclasses import dataclass, field

from runstore.layout.printable import printable

_SDK = b"azure"
"""In the names of all modules of the SDK, and in those of its successor."""

_RUNS_PYTHON = {"time", "timeit", "capture", "prun"}
"""Cell magics whose cell is Python of the notebook's own process."""

_WRITES = {"writefile", "file"}

_HARMLESS = {
    "bash", "cmd", "debug", "html", "javascript", "js", "latex", "markdown", "perl", "pypy", "python", "python2",
    "python3", "ruby", "script", "sh", "svg", "system", "sx", "!", "HTML", "SVG",
}  # fmt: skip
"""Further cell magics that come with Jupyter; what is in such a cell is none of our business."""

_STATEMENT_MAGICS = re.compile(r"(\s*)%(?:time|timeit|prun)\b(?:\s+-\w+(?:\s+\d+)?)*")
_ASSIGNED = re.compile(r"(\s*[\w.\[\], ]+=\s*)[!%].*")
_MAGIC = re.compile(r"\s*(?:[%!?]|.*\?\s*$)")


class Unreadable(Exception):
    """The file is neither a script nor a notebook that can be read; the text says why."""


@dataclass(frozen=True)
class Cell:
    """One code cell of a notebook, or a whole script."""

    number: int | None
    """Which code cell it is, from 1, as Jupyter counts when it runs all; None for a script."""
    tree: ast.Module
    stops: tuple[int, str] | None = None
    """The line at which it is no Python, and why."""
    commands: tuple[tuple[int, str], ...] = ()
    """Line and text of what is handed to Jupyter or a shell: ``!pip install x``, ``%run other.py``."""


@dataclass(frozen=True)
class Source:
    """What a file consists of."""

    cells: list[Cell]
    names_sdk: bool = False
    """Whether it names the SDK somewhere."""
    written: dict[str, str] = field(default_factory=dict)
    """Files that ``%%writefile`` cells write: their name as it stands there, and their text."""


def read_source(path: str) -> Source:
    """The cells of a script or notebook, none when it does not name the SDK at all; raises `Unreadable`."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from None
    if _SDK not in content:
        return Source([])
    return _notebook(content) if path.endswith(".ipynb") else Source([_cell(None, content)], names_sdk=True)


def script_source(text: str) -> Source:
    """The cell of a script whose text is known, as a ``%%writefile`` cell holds it."""
    return Source([_cell(None, text)], _SDK in text.encode())


def _notebook(content: bytes) -> Source:
    try:
        notebook = json.loads(content)
        sheets = notebook.get("worksheets") or [notebook]  # of the third format and before
        texts = [
            "".join(cell.get("source") or cell.get("input") or "")
            for sheet in sheets
            for cell in sheet["cells"]
            if cell["cell_type"] == "code"
        ]
        language = (notebook.get("metadata") or {}).get("kernelspec", {}).get("language") or "python"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unreadable("it is not a notebook that Jupyter could open") from None
    if str(language).lower() not in ("python", "ipython"):
        raise Unreadable(f"its language is {printable(str(language), 30)}, not Python")
    source = Source([], names_sdk=True)
    for text in texts:
        if text.strip():
            source.cells.append(_notebook_cell(len(source.cells) + 1, text, source.written))
    return source


def _notebook_cell(number: int, text: str, written: dict[str, str]) -> Cell:
    """A cell of a notebook; the file that it writes, if it does, goes to ``written``."""
    text = _outdented(text)
    first, newline, rest = text.partition("\n")
    if not first.startswith("%%"):
        return _cell(number, text)
    words = first[2:].split()
    magic = words[0] if words else ""
    if magic in _RUNS_PYTHON:
        return _cell(number, newline + rest)
    nothing = ast.Module([], [])
    if magic in _WRITES:
        name = next((word for word in words[1:] if not word.startswith("-")), "")
        written[name.strip("'\"")] = rest
        return Cell(number, nothing)
    if magic in _HARMLESS:
        return Cell(number, nothing, commands=((1, first),))
    return Cell(number, nothing, (1, f"%%{magic} is no cell magic of Jupyter's own: a hosted service brings it"))


def _outdented(text: str) -> str:
    """As Jupyter takes it: empty lines before a cell magic and an indent of the whole cell mean nothing."""
    if text.lstrip().startswith("%%"):
        return text.lstrip()
    lines = text.split("\n")
    first = next(line for line in lines if line.strip())
    indent = first[: len(first) - len(first.lstrip())]
    return "\n".join(line.removeprefix(indent) for line in lines) if indent else text


def _cell(number: int | None, text: str | bytes) -> Cell:
    """Parse; in a notebook, a line that is no Python but is Jupyter's is taken out, and the rest is tried again."""
    commands: list[tuple[int, str]] = []
    while True:
        try:
            return Cell(number, _parse(text), commands=tuple(commands))
        except SyntaxError as error:
            line = error.lineno or 1
            shorter = None if number is None or isinstance(text, bytes) else _without_magic(text, line, commands)
            if shorter is None:
                return Cell(number, ast.Module([], []), (line, _why(error)), tuple(commands))
            text = shorter
        except (ValueError, RecursionError, MemoryError) as error:
            return Cell(number, ast.Module([], []), (1, f"it cannot be parsed: {error}"))


def _parse(text: str | bytes) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the script's own "\d" and the like
        return ast.parse(text)


def _without_magic(text: str, number: int, commands: list[tuple[int, str]]) -> str | None:
    """``text`` without the magic in line ``number``, or None when there is none; its words go to ``commands``."""
    lines = text.split("\n")
    if not 0 < number <= len(lines):
        return None
    line = lines[number - 1]
    statement, assigned = _STATEMENT_MAGICS.match(line), _ASSIGNED.fullmatch(line)
    if statement:
        rest = line[statement.end() :].strip()
        lines[number - 1] = statement[1] + (rest or "pass")
    elif assigned:
        lines[number - 1] = assigned[1] + "None"
    elif _MAGIC.match(line):
        lines[number - 1] = line[: len(line) - len(line.lstrip())] + "pass"
    else:
        return None
    said = line.strip()
    while said.endswith("\\") and number < len(lines) and not statement:
        said = said[:-1] + lines[number].strip()
        lines[number] = ""
        number += 1
    commands.append((number, said))
    return "\n".join(lines)


def _why(error: SyntaxError) -> str:
    if error.msg.startswith("Missing parentheses in call to 'print'"):
        return "it is Python 2"
    return f"it is no Python: {error.msg}"
