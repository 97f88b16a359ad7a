"""Whatever is in the files of other tools: nothing raises, nothing hangs, and what is read is said to be wrong."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runstore.reading.build import full_row
from runstore.reading.recorded import Recordings
from runstore.sources.foreign.kinds import KINDS, kind_of
from runstore.sources.foreign.scan import Scan, find_places

GOLDEN = Path(__file__).parent / "golden"
_SECONDS = 5.0
"""More than that for a few kilobytes is a hang, on the slowest machine."""


def golden_files() -> list[Path]:
    """All files that real writers have made."""
    return [path for path in sorted(GOLDEN.rglob("*")) if path.is_file() and path.suffix != ".py"]


def read_all(top: Path) -> int:
    """Read every run below a folder as the list and the screens do; how many there are."""
    scan = Scan(str(top))
    while scan.waiting:
        scan.step(1.0)
    assert not scan.problems
    for place in scan.places():
        started = time.monotonic()
        reader = kind_of(place.kind).open(place)
        for _ in range(3):
            reader.refresh(1.0)
        row = full_row(reader, str(top))
        assert row.key == place.key
        for name, stat in row.metrics.items():
            series = reader.series(name)
            assert len(series.values) == len(series.steps) == len(series.times) == stat.n
        for name in reader.resources.names():
            reader.resources.series(name)
        recordings = Recordings(reader)
        recordings.refresh()
        reader.files()
        assert all(isinstance(each, str) for each in reader.warnings)
        assert time.monotonic() - started < _SECONDS, place
    return len(scan.places())


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The content with a few bytes other, some cut out, some put in, or cut off."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(5)
        if kind == 0 and at < len(data):
            data[at] = chance.randrange(256)
        elif kind == 1:
            del data[at : at + chance.randint(1, 64)]
        elif kind == 2:
            data[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 16)))
        elif kind == 3:
            data[at : at + 8] = b"\xff" * 8
        else:
            del data[at:]
    return bytes(data)


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of all that real writers have made."""
    top = tmp_path_factory.mktemp("golden") / "top"
    shutil.copytree(GOLDEN, top, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return top


def test_golden_files_are_read_without_a_warning(golden: Path) -> None:
    places = find_places(str(golden))
    assert {place.kind for place in places} >= {"lightning", "dvclive", "trainer"}
    for place in places:
        reader = kind_of(place.kind).open(place)
        reader.refresh()
        assert reader.warnings == []
    assert read_all(golden) == len(places)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(golden_files()), st.integers(0, 1 << 32))
def test_damaged_files(tmp_path_factory: pytest.TempPathFactory, path: Path, seed: int) -> None:
    """The files of the run around the damaged one are there, too."""
    way = path.relative_to(GOLDEN)
    top = tmp_path_factory.mktemp("damaged") / "top"
    shutil.copytree(GOLDEN / way.parts[0], top, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    victim = top.joinpath(*way.parts[1:])
    victim.write_bytes(mutated(path.read_bytes(), random.Random(seed)))
    read_all(top)
    shutil.rmtree(top)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=300), st.sampled_from([path.name for path in golden_files()]), st.binary(max_size=16))
def test_files_that_only_look_alike(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str, head: bytes
) -> None:
    top = tmp_path_factory.mktemp("alike")
    (top / name).write_bytes(head + content)
    (top / ("x" + name)).write_bytes(content)
    read_all(top)


def test_looking_for_runs_is_light() -> None:
    """The monitor starts with it: NumPy would come too early."""
    script = f"""
import sys
from runstore.sources.foreign.kinds import KINDS, kind_of
from runstore.sources.foreign.scan import look
look({str(GOLDEN)!r}, {str(GOLDEN)!r})
assert "numpy" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_every_kind_says_what_it_is() -> None:
    titles = [kind_of(name).title for name in KINDS]
    assert len(set(titles)) == len(titles)
    assert [kind_of(name).name for name in KINDS] == list(KINDS)
