"""Damaged runs of other tools: whatever is in the files, reading them neither raises nor hangs nor takes memory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runstore.reading.build import full_row
from runstore.reading.recorded import Recordings
from runstore.sources.foreign.kind import Place
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.reader import ForeignReader
from runstore.sources.foreign.scan import Scan
from tests.faults.cases import tried
from tests.faults.mutations import Damage
from tests.faults.scale import times
from tests.faults.sealing import resealed
from tests.faults.subjects import foreign, foreign_subjects

SUBJECTS = foreign_subjects()
_DEAR = {"log/": (2_500, 2), "mlflow/": (2_000, 3), "trackio/": (2_000, 3), "wandb/": (2_500, 3)}
"""How many damages are tried, in ``make faults`` and else, of what takes longer to read than others."""


@pytest.mark.parametrize("name", SUBJECTS)
def test_reading(name: str, tmp_path: Path) -> None:
    subject = foreign(name, tmp_path / "top")
    assert read_all(subject.top), "there is nothing to damage"
    counts = next((counts for start, counts in _DEAR.items() if name.startswith(start)), (2_500, 5))
    tried(name, subject, _check, times(*counts))


@pytest.mark.parametrize("name", [name for name in SUBJECTS if name.startswith(("wandb/", "tensorboard/"))])
def test_reading_contents_whose_checksums_are_right(name: str, tmp_path: Path) -> None:
    subject = foreign(name, tmp_path / "top")
    tried(f"sealed {name}", subject, _check, times(1_500, 3), draw=resealed)


def _check(top: Path, damages: list[Damage]) -> None:
    """Read the runs to which the damaged files may belong."""
    read_all(top, [str(top / damage.file) for damage in damages])


def read_all(top: Path, files: list[str] | None = None) -> list[ForeignReader]:
    """Read the runs below a folder as the list and the screens do: all, or those with one of these files."""
    scan = Scan(str(top))
    while scan.waiting:
        scan.step(1.0)
    assert not scan.problems
    places = scan.places()
    if files is not None:
        beside = [place for place in places if any(file.startswith(place.path) for file in files)]
        places = beside[:2] or places[:2]
    return [_read(place, str(top)) for place in places]


def _read(place: Place, root: str) -> ForeignReader:
    reader = kind_of(place.kind).open(place)
    reader.refresh(0.5)
    reader.refresh(0.5)
    row = full_row(reader, root)
    assert row.key == place.key
    for name, statistics in row.metrics.items():
        series = reader.series(name)
        assert len(series.values) == len(series.steps) == len(series.times) == statistics.n
    for name in reader.resources.names():
        reader.resources.series(name)
    Recordings(reader).refresh()
    for name in reader.files()[:50]:
        assert not os.path.isabs(name)
        assert ".." not in name.split("/")
    for log in reader.consoles():
        assert isinstance(log.rank, int)
    assert all(isinstance(each, str) for each in reader.warnings)
    return reader
