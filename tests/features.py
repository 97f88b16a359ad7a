"""The table of features in docs/features.md, made from the tests: `python -m tests.features`.

A test that shows a feature says so: ``@pytest.mark.feature("runs", 12, "sort by any column", "s, S")``.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).parent
DOCUMENT = TESTS.parent / "docs" / "features.md"
AREAS = {
    "runs": "The Runs screen",
    "query": "The query language",
    "commands": "The command line",
    "charts": "Charts and comparison",
    "output": "Output",
    "foreign": "Runs of other tools",
}


class Feature(NamedTuple):
    """One row: what a user can do, by which key or command, and the test that shows it."""

    area: str
    number: int
    what: str
    keys: str
    test: str


def features() -> list[Feature]:
    """All features, by area and number. Raises ValueError for a marker that is none, or a number used twice."""
    found = sorted(feature for path in sorted(TESTS.rglob("test_*.py")) for feature in _of_file(path))
    for one, other in itertools.pairwise(found):
        if one[:2] == other[:2] and one[:4] != other[:4]:
            raise ValueError(f"{one.area} {one.number} is said by {one.test} and, in other words, by {other.test}")
    return found


def _of_file(path: Path) -> Iterator[Feature]:
    text = path.read_text()
    if "mark.feature(" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for mark in node.decorator_list:
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.feature":
                test = f"{path.relative_to(TESTS.parent)}::{node.name}"
                try:
                    area, number, what, keys = (ast.literal_eval(each) for each in mark.args)
                except ValueError as error:
                    raise ValueError(f"{test}: give area, number, what and keys as literals") from error
                if area not in AREAS or not isinstance(number, int):
                    raise ValueError(f"{test}: the areas are {', '.join(AREAS)}, a number follows")
                yield Feature(area, number, what, keys, test)


def table() -> str:
    """The document."""
    lines = [
        "# Features",
        "",
        "Each row is shown by a test; the table is made from the tests (`python -m tests.features`).",
    ]
    found = features()
    for area, title in AREAS.items():
        lines += ["", f"## {title}", "", "| # | what | key or command | test |", "|---:|---|---|---|"]
        rows: dict[int, list[Feature]] = {}
        for feature in found:
            if feature.area == area:
                rows.setdefault(feature.number, []).append(feature)
        for number, shown in rows.items():
            tests = "<br>".join(f"`{feature.test.removeprefix('tests/')}`" for feature in shown)
            lines.append(f"| {number} | {_cell(shown[0].what)} | {_cell(shown[0].keys)} | {tests} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    DOCUMENT.write_text(table())
