"""What a child process says was recorded, and what of that is not read back from its run.

A child is a Python program in which ``said(...)`` is defined (`SAYING`): it writes to stdout, or to the file that the
environment variable SAID names. It is called once the call that recorded something has returned, so that what is said
must be there whatever happens next:

    said("point", NAME, STEP, VALUE)         a number, of one type for each name; RANK may follow, 0 by default
    said("record", KIND, NAME, VALUE)        a string, list, row, table ...
    said("fact", FIELD, KEY, VALUE)          an entry of params, tags or properties; without KEY, said("fact", FIELD,
                                             VALUE), one of display_name, description ...
    said("file", NAME, TEXT)                 an artifact
    said("digest", NAME, SHA256)             a large one: a line over 4,096 bytes may be torn by a kill
    said("run", FOLDER)                      all that follows is of this run
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from typing import Any

from runstore.reading.run import RunReader

SAYING = """
import json as _json, os as _os
_to = _os.open(_os.environ["SAID"], _os.O_WRONLY | _os.O_CREAT | _os.O_APPEND) if "SAID" in _os.environ else 1
def said(*what, _write=_os.write, _dumps=_json.dumps):
    _write(_to, (_dumps(what) + "\\n").encode())
"""
NO_STEP = -(2**63)
Said = list[Any]


def start(program: str, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    """A child with ``said``; its stdout is a pipe. ``options`` are those of `subprocess.Popen`."""
    given = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen([sys.executable, "-c", SAYING + program, *arguments], **given)


def heard(output: bytes) -> list[Said]:
    """What was said in the output of a child; a last line without its end was not said yet."""
    return [json.loads(line) for line in output.split(b"\n")[:-1]]


def by_run(said: list[Said], folder: str = "") -> dict[str, list[Said]]:
    """What was said of each run; ``folder`` is the run before the first ``said("run", ...)``."""
    found: dict[str, list[Said]] = {}
    for kind, *what in said:
        if kind == "run":
            folder = what[0]
            found.setdefault(folder, [])
        else:
            found.setdefault(folder, []).append([kind, *what])
    return found


def unread(folder: str, said: list[Said]) -> list[Said]:
    """What of ``said`` is not read from the run in ``folder``: nothing, if all is well.

    Equal things that were said twice must be there twice. A run that cannot be read as one raises AssertionError.
    """
    reader = RunReader(folder)
    reader.refresh()
    assert reader.readable, "{} cannot be read: {}".format(folder, reader.warnings)
    reader.load()
    points = _points(reader, {(name, rank) for name, _, _, rank in map(_point, said) if name is not None})
    records = Counter(_text(record["kind"], record.get("name"), record.get("value")) for record in reader.records())
    missing = []
    for each in said:
        kind, *what = each
        if kind == "point":
            name, step, value, rank = _point(each)
            key, among = _text(name, rank, step, value), points
        elif kind == "record":
            key, among = _text(*what), records
        elif kind == "fact":
            if _fact(reader.manifest, what[:-1]) != what[-1]:
                missing.append(each)
            continue
        elif kind in ("file", "digest"):
            if not _holds(reader, kind, *what):
                missing.append(each)
            continue
        else:
            raise ValueError("{!r} is not said of a run".format(kind))
        among[key] -= 1
        if among[key] < 0:
            missing.append(each)
    return missing


def _point(said: Said) -> tuple[Any, Any, Any, int]:
    if said[0] != "point":
        return None, None, None, 0
    _, name, step, value, *rank = said
    return name, step, value, rank[0] if rank else 0


def _points(reader: RunReader, wanted: set[tuple[str, int]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, rank in wanted:
        if rank not in reader.ranks(name):
            continue
        series = reader.series(name, rank)
        exact = series.exact.astype(bool) if series.kind == "b" else series.exact
        for step, value in zip(series.steps.tolist(), exact.tolist(), strict=True):
            found[_text(name, rank, None if step == NO_STEP else step, value)] += 1
    return found


def _text(*what: Any) -> str:
    return json.dumps(what, sort_keys=True)


def _fact(manifest: dict[str, Any], path: list[str]) -> Any:
    value: Any = manifest
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _holds(reader: RunReader, kind: str, name: str, text: str) -> bool:
    try:
        content = reader.artifact(name)
    except OSError:
        return False
    return sha256(content).hexdigest() == text if kind == "digest" else content == text.encode()
