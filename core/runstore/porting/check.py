"""Which scripts and notebooks run here: one report for each file, and the files that they submit."""

from __future__ import annotations

import os
from collections.abc import Iterator

from runstore.porting.cells import Source, Unreadable, read_source, script_source
from runstore.porting.findings import STOPS, Finding, Place, Report
from runstore.porting.reader import read

_SUFFIXES = (".py", ".ipynb")
_SKIPPED = {"__pycache__", "node_modules", "site-packages", "venv", "env"}


def find_files(path: str) -> Iterator[str]:
    """The scripts and notebooks at or below ``path``, in order; none in hidden folders and virtual environments."""
    if not os.path.isdir(path):
        yield path
        return
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _SKIPPED
            and not os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))
        )
        yield from (os.path.normpath(os.path.join(folder, name)) for name in sorted(files) if name.endswith(_SUFFIXES))


def check_file(path: str) -> list[Report]:
    """The report of a file, and of each script that its ``%%writefile`` cells write."""
    try:
        source = read_source(path)
    except Unreadable as error:
        return [Report(path, True, [Finding(Place(None, 1), "", STOPS, f"cannot be read: {error}")])]
    written = [(f"{path}:{name}", script_source(text)) for name, text in source.written.items() if name.endswith(".py")]
    return [_report(path, source), *(_report(name, script) for name, script in written)]


def check(paths: list[str]) -> list[Report]:
    """The reports of all files at or below ``paths``; scripts that they submit are looked at, too."""
    reports: dict[str, Report] = {}
    waiting = [file for path in paths for file in find_files(path)]
    for path in waiting:
        key = os.path.realpath(path)
        if key in reports:
            continue
        for place, report in enumerate(check_file(path)):
            reports[key if place == 0 else report.path] = report
            waiting.extend(report.submits)
    return list(reports.values())


def _report(path: str, source: Source) -> Report:
    try:
        reading = read(source)
    except RecursionError:
        return Report(path, True, [Finding(Place(None, 1), "", STOPS, "it is nested too deeply to be read")])
    folder = os.path.dirname(path)
    submits = []
    for source_directory, script in reading.submitted:
        file = os.path.normpath(os.path.join(folder, source_directory, script))
        if os.path.isfile(file) and file.endswith(_SUFFIXES):
            submits.append(file)
    uses_sdk = reading.uses_sdk or (source.names_sdk and any(cell.stops for cell in source.cells))
    needs = [name for name in reading.imported if not _is_beside(name, folder)]
    return Report(path, uses_sdk, reading.findings, submits, needs)


def _is_beside(name: str, folder: str) -> bool:
    """Whether a module is a file of the script's own folder."""
    return os.path.exists(os.path.join(folder, name + ".py")) or os.path.isdir(os.path.join(folder, name))
