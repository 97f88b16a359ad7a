"""No wrong value is accepted silently where the format lets a reader know, and what each format lets it know.

- ``.wandb``: every piece of a record has a checksum. Whatever is damaged, only values that were written are read.
- TensorBoard's event files: length and content of a record have checksums. The same.
- Our rows have none, but whole rows only count, and no row begins or ends with zeros. Of a file that was cut, or of
  which a crash of the machine left pages unwritten, only values that were written are read.
- Lines of text and JSON (ours, CSV, TSV, JSON lines, MLflow's files, logs) and whole JSON files: of a file that was
  cut, only values that were written are read; what is no line or no JSON is told.
- SQLite has checksums in its log alone: there, SQLite's word is taken.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from runstore.reading.run import RunReader
from runstore.records.points import NO_STEP
from tests.faults.cases import tried
from tests.faults.mutations import Damage, Files, drawn
from tests.faults.scale import times
from tests.faults.subjects import Subject, foreign, foreign_subjects, own
from tests.faults.test_fuzz_foreign import read_all

Values = dict[tuple[str, str], Counter[str]]
"""(run, metric): how often each step and value is there. Text, since NaN is not itself."""
SEALED = [name for name in foreign_subjects() if name.startswith(("wandb/", "tensorboard/"))]
TEXT = [name for name in foreign_subjects() if name.startswith(("dvclive", "lightning", "trainer", "mlflow/f", "log/"))]


def values_of(top: Path) -> Values:
    """All points of the runs below a folder."""
    return {
        (reader.place.key, name): _counted(reader.series(name).steps, reader.series(name).values)
        for reader in read_all(top)
        for name in reader.names()
    }


def _counted(steps: object, values: object) -> Counter[str]:
    return Counter(map(repr, zip(steps.tolist(), values.tolist(), strict=True)))  # type: ignore[attr-defined]


def assert_were_written(found: Values, truth: Values) -> None:
    """Each point is one of those that were written, and not there more often than it was."""
    for place, points in found.items():
        wrong = points - truth.get(place, Counter())
        assert not wrong, f"{place}: never written: {wrong}"


@pytest.mark.parametrize("name", SEALED)
def test_values_with_checksums(name: str, tmp_path: Path) -> None:
    subject = foreign(name, tmp_path / "top")
    written = [point for points in values_of(subject.top).values() for point in points]
    truth = {each for point in written for each in (point, *_kin(point))}

    def check(top: Path, damages: list[Damage]) -> None:
        """A whole record may be there twice; what a metric is called depends on what else is there."""
        for (_, metric), points in values_of(top).items():
            assert not points.keys() - truth, f"{metric}: never written: {points.keys() - truth}"

    tried(f"values of {name}", subject, check, times(500, 3), draw=_in_sealed_files)


def _kin(point: str) -> tuple[str, str]:
    """The point without a step, which depends on other records; TensorBoard writes 0 for none."""
    value = point.partition(",")[2]
    return f"({NO_STEP},{value}", f"(0,{value}"


def _in_sealed_files(files: Files, chance: random.Random) -> list[Damage]:
    return drawn({name: files[name] for name in files if ".wandb" in name or "tfevents" in name}, chance)


@pytest.mark.parametrize("name", TEXT)
def test_cut_text(name: str, tmp_path: Path) -> None:
    subject = foreign(name, tmp_path / "top")
    truth = values_of(subject.top)
    if name.startswith("mlflow"):  # of which only points at step 0 are left: nobody gave a step
        for points in truth.values():
            points.update({f"({NO_STEP}{point[2:]}": count for point, count in points.items() if point[:3] == "(0,"})
    if name == "trainer/whole":  # where its newest state cannot be read, those of the checkpoints are runs
        state = subject.top / "trainer_state.json"
        content = state.read_bytes()
        state.write_bytes(content[:7])
        truth.update(values_of(subject.top))
        state.write_bytes(content)
    tried(f"cut {name}", subject, lambda top, _: assert_were_written(values_of(top), truth), times(150, 2), draw=_cut)


def _cut(files: Files, chance: random.Random) -> list[Damage]:
    names = [name for name in files if not name.endswith((".png", ".yaml"))]
    name = chance.choice(names)
    at = chance.randrange(len(files[name]) + 1)
    return [Damage("cut", name, at, len(files[name]) - at, b"")]


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return own(tmp_path_factory.mktemp("own"))


def test_rows_of_ours_that_were_cut(subject: Subject) -> None:
    """Each series is the beginning of what was written."""
    truth = _series(subject.top)

    def check(top: Path, damages: list[Damage]) -> None:
        for name, points in _series(top).items():
            assert points == truth[name][: len(points)], name

    tried("cut rows", subject, check, times(1_500, 10), draw=_cut_rows)


def test_rows_of_ours_with_pages_that_were_never_written(subject: Subject) -> None:
    """What a crash of the machine leaves: the file is as long as it was, some of its pages are zeros."""
    truth = {name: Counter(points) for name, points in _series(subject.top).items()}

    def check(top: Path, damages: list[Damage]) -> None:
        for name, points in _series(top).items():
            assert not Counter(points) - truth[name], name

    tried("unwritten pages", subject, check, times(1_500, 10), draw=_unwritten)


def _series(top: Path) -> dict[str, list[str]]:
    reader = RunReader(str(top))
    reader.refresh()
    found = {}
    for name in reader.names():
        series = reader.series(name)
        found[name] = list(map(repr, zip(series.steps.tolist(), series.values.tolist(), strict=True)))
    return found


def _rows(files: Files, chance: random.Random) -> str:
    return chance.choice([name for name in files if name.endswith((".rows", ".jsonl"))])


def _cut_rows(files: Files, chance: random.Random) -> list[Damage]:
    name = _rows(files, chance)
    at = chance.randrange(len(files[name]) + 1)
    return [Damage("cut", name, at, len(files[name]) - at, b"")]


def _unwritten(files: Files, chance: random.Random) -> list[Damage]:
    name, page = _rows(files, chance), 512
    at = chance.randrange(len(files[name]) + 1) // page * page
    size = min(chance.choice((page, 8 * page)), len(files[name]) - at)
    return [Damage("page", name, at, size, bytes(size))]
