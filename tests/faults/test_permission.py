"""Rights that are taken away from a training while it runs; the superuser has them all, so another user tries it."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runstore.reading.run import RunReader
from runstore.upkeep.checks import examine
from tests.core.layout.users import User, users
from tests.faults.scale import FULL, times
from tests.faults.training import Ended, both, folder, row

PARTS = ["exp/*/points", "exp/*/records", "exp/*/alive", "exp/*/console", "exp/*/files"]
LOCK = """
import glob
def lock(pattern, mode):
    for place in glob.glob(os.path.join(os.environ["STORES"], pattern)):
        os.chmod(place, mode)
"""


@pytest.fixture(scope="module")
def alice() -> Iterator[tuple[Path, User]]:
    """A folder that she can enter, and she."""
    with users() as (place, found):
        yield place, found["alice"]


@pytest.fixture
def store(alice: tuple[Path, User], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for stores, which she owns, with nothing in it."""
    place = Path(tempfile.mkdtemp(dir=alice[0]))
    place.chmod(0o755)
    os.chown(place, alice[1].number, alice[1].group)
    monkeypatch.setenv("STORES", str(place / "store"))
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setenv("HOME", str(alice[1].home))
    return place / "store"


def tried(alice: tuple[Path, User], store: Path, script: str) -> Ended:
    """How it ends with us, which is how it ends without."""
    without, with_us = both(LOCK + script, store.parent, store, command=alice[1].words())
    assert with_us.seen == without.seen
    return with_us


@pytest.mark.parametrize("what", PARTS[: times(5, 1)])
@pytest.mark.parametrize("mode", [0o500, 0][: times(2, 1)])
def test_one_folder_of_the_run(alice: tuple[Path, User], store: Path, what: str, mode: int) -> None:
    """What is open goes on; what would be a new file waits, and is counted if it waits in vain."""
    script = f"""
run.log("a", 0)
lock({what!r}, {mode})
for step in range(1, 20):
    run.log("a", step)
    run.log_metrics({{"a": step, "b": 2, "c": 3}})  # another file
    run.log_list("l", [step])
with run:
    print("done")
sys.exit(3)
"""
    tried(alice, store, script)
    for place in store.glob(what):
        place.chmod(0o700)
    reader = RunReader(str(folder(store)))
    reader.refresh()
    assert reader.warnings == []
    kept = len(reader.series("a").values) + len(reader.records("list"))
    lost = [int(text.split()[0]) for text in row(store).warnings if "records could not be written" in text]
    assert kept + sum(lost) == 1 + 19 * 3
    assert bool(lost) == (what in ("exp/*/points", "exp/*/records"))
    assert row(store).state.word == "completed"  # `with` has ended it


@pytest.mark.parametrize("what", ["exp/*", "exp", ""][: times(3, 1)])
def test_the_run_the_experiment_or_the_store(alice: tuple[Path, User], store: Path, what: str) -> None:
    script = f"""
run.log("a", 0)
lock({what!r}, 0o500)
for step in range(1, 20):
    run.log("a", step)
run.tag("k", "v")
print("done")
"""
    ended = tried(alice, store, script)
    place = folder(store)
    reader = RunReader(str(place))
    reader.refresh()
    assert reader.series("a").values.tolist() == list(range(20))
    assert reader.manifest["tags"] == {"k": "v"}
    if what != "exp/*":
        assert row(store).state.word == "completed"
        return
    assert "cannot write" in "".join(ended.said)
    assert row(store).state.word == "dead"
    os.chown(place, 0, 0)
    place.chmod(0o700)
    (found,) = (each for each in examine(str(store)) if each.kind == "end not recorded")
    assert found.repair is not None
    found.repair()
    assert row(store).status == "Failed"


def test_a_store_that_is_closed_before_the_run_begins(alice: tuple[Path, User], store: Path) -> None:
    store.mkdir()
    store.chmod(0)
    ended = tried(alice, store, "run.log('a', 1); print('done')")
    (elsewhere,) = store.parent.glob("runs-tui-*")
    assert row(elsewhere).metrics["a"].n == 1
    assert "Permission denied" in "".join(ended.said)


@pytest.mark.skipif(not FULL, reason="a program more; the case before tries nearly the same")
def test_a_home_and_a_temporary_folder_that_nobody_can_write(
    alice: tuple[Path, User], store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.setenv("TMPDIR", "/proc")
    store.mkdir()
    store.chmod(0)
    ended = tried(alice, store, "run.log('a', 1)\nfor step in range(1000): run.log('a', step)\nprint('done')")
    assert "its records are lost" in "".join(ended.said)
    assert stat.S_IMODE(store.stat().st_mode) == 0
