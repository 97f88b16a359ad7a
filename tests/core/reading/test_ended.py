"""Runs that ended in order are read in one go: their rows are those that a reader of the run gives."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runstore.layout.paths import RunPaths
from runstore.reading.build import listed_row
from runstore.reading.catalog import list_rows
from runstore.reading.ended import ended_row
from runstore.reading.looks import look_at
from runstore.reading.run import RunReader
from runstore.reading.summary import summary_of
from runstore.writing.create import create_run
from runstore.writing.edit import write_edit
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter

ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 7, 1.5, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**400, 1e300, ""),
    *("text", "Failed", [], [1], [None], ["text"], [{}], [{"end": 1}], [{"engine": "import"}], {}, {"x": 1}, {"x": {}}),
    *({"float": "NaN"}, {"x": {"goal": "min"}}, {"commit": "abc", "dirty": True}, {"error": "E: no"}, {"code": 3}),
    *({"x": {"n": 1}}, {"cpu": 1, "memory": True}, {"cpu": 1e301}, {"cpu": 2, "gpu": None}),
)


def make(root: Path, final: str = "Completed", error: str | None = None) -> str:
    folder = create_run(
        str(root), "exp", display_name="a", status="Running", started=time.time(), params={"lr": 0.1}, tags={"a": "b"}
    )
    owner = RunOwner(folder)
    owner.begin_attempt()
    writer = RunWriter(folder)
    for step in range(3):
        writer.log_metrics({"loss": 1 / (step + 1), "n": step}, step)
    writer.record("metric", name="loss", goal="min")
    writer.close()
    owner.finish(final, {"code": 1, "signal": None, "error": error} if error else None, summary_of(folder))
    return folder


def same(folder: str, root: Path) -> bool:
    """Whether the run was read in one go; then its row must be the one of a reader."""
    row = ended_row(look_at(folder), str(root))
    if row is None:
        return False
    reader = RunReader(folder, network=False)
    reader.refresh_manifest()
    expected, enough = listed_row(reader, str(root))
    assert reader.readable
    assert enough
    assert repr(row) == repr(expected)
    return True


def variants(manifest: Any, path: tuple[Any, ...] = ()) -> Iterator[Any]:
    """The manifest with something else in each of its places, first without it."""
    here = manifest
    for part in path:
        here = here[part]
    for key in list(here) if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ():
        kept = here.pop(key) if isinstance(here, dict) else here[key]
        yield manifest
        for odd in ODD:
            here[key] = odd
            yield manifest
        here[key] = kept
        yield from variants(manifest, (*path, key))


@pytest.mark.parametrize(("final", "error"), [("Completed", None), ("Canceled", None), ("Failed", "ValueError: no")])
def test_the_row_is_that_of_a_reader(tmp_path: Path, final: str, error: str | None) -> None:
    folder = make(tmp_path, final, error)
    assert same(folder, tmp_path)
    row = ended_row(look_at(folder), str(tmp_path))
    assert row is not None
    assert (row.state.word, row.metrics["loss"].n, row.goals) == (final.lower(), 3, {"loss": "min"})


def test_the_row_is_that_of_a_reader_whatever_the_owner_wrote(tmp_path: Path) -> None:
    folder = make(tmp_path, "Failed", "ValueError: no")
    path = Path(RunPaths(folder).manifest)
    manifest = json.loads(path.read_bytes())
    read = 0
    for changed in variants(manifest):
        path.write_text(json.dumps(changed))
        read += same(folder, tmp_path)
    assert read > 500


@pytest.mark.parametrize("values", [(1, 1.0), (1.0, 1), (0.0, -0.0), (-0.0, 0.0), (2.5, 2.5), (1.0, 0)])
def test_equal_numbers_stay_what_they_are(tmp_path: Path, values: tuple[float, ...]) -> None:
    folder = make(tmp_path)
    manifest = json.loads(Path(RunPaths(folder).manifest).read_text())
    for first in values:
        for last in values:
            manifest["summary"]["metrics"]["loss"].update(first=first, last=last, min=values[1], max=values[0])
            Path(RunPaths(folder).manifest).write_text(json.dumps(manifest))
            assert same(folder, tmp_path)
    listed = repr(list_rows(str(tmp_path)))
    assert repr(list_rows(str(tmp_path))) == listed  # out of the index


def test_what_is_written_otherwise(tmp_path: Path) -> None:
    folder = make(tmp_path)
    path = Path(RunPaths(folder).manifest)
    text = path.read_text()
    for found, other in (
        ('"lr": 0.1', '"lr": NaN'),
        ('"lr": 0.1', '"lr": 1e999'),
        ('"lr": 0.1', '"lr": 1e-999'),
        ('"lr": 0.1', '"lr": 123456789012345678901234567890'),
        ('"lr": 0.1', '"lr": 0.1, "lr": 0.2'),
        ('"lr": 0.1', '"\\ud800": "\\ud800"'),
        ('"lr": 0.1', '"lr": ' + "[" * 3000 + "]" * 3000),
        ('"lr": 0.1', '"\ufeff": "\x7f"'),
        ('"v": 1', '"v": 2'),
        ('"v": 1', '"v": 1, "later": {"x": [1]}'),
        ("{", "[{"),
        ("}", "},"),
        (text[40:], ""),
        (text, ""),
    ):
        assert found in text
        path.write_text(text.replace(found, other, 1))
        same(folder, tmp_path)
    for key in (b'"lr"', b'"properties"'):
        path.write_bytes(text.encode().replace(key, b'"l\xff"'))
        assert ended_row(look_at(folder), str(tmp_path)) is None


def test_others_are_left_to_a_reader(tmp_path: Path) -> None:
    edited, running, link = make(tmp_path), make(tmp_path), tmp_path / "exp" / "link"
    assert same(edited, tmp_path)
    write_edit(edited, {"kind": "tags", "value": {"x": "1"}})
    assert not same(edited, tmp_path)
    path = Path(RunPaths(running).manifest)
    path.write_text(path.read_text().replace('"Completed"', '"Running"'))
    assert not same(running, tmp_path)
    os.symlink(edited, link)
    rows = {row.key: row for row in list_rows(str(tmp_path), cache=False)}
    assert rows.keys() == {edited, running}
    assert rows[edited].tags == {"a": "b", "x": "1"}
    assert rows[running].state.word == "running"
