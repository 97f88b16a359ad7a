"""No damage in a run folder makes reading it raise or hang; it is told instead."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runstore.reading.catalog import Catalog
from runstore.reading.metrics import get_metrics
from runstore.reading.run import RunReader
from runstore.reading.states import reported_status
from runstore.records.edits import encode_edit
from runstore.writing.writer import RunWriter
from tests.core.reading.growth import new_run, write

CALLS: list[tuple[Any, ...]] = [
    ("log", "loss", 1.5, 1),
    ("log_metrics", {"loss": 2.0, "n": 3, "ok": True}, 2),
    ("text", "note", "hello"),
    ("params", {"a": 1}),
    ("rank", 1),
    ("log", "loss", float("nan"), None),
    ("log", "n", 2**62, 5),
] * 3
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
DAMAGE = st.lists(
    st.one_of(
        st.tuples(st.just("cut"), st.integers(0, 99), st.floats(0, 1)),
        st.tuples(st.just("bytes"), st.integers(0, 99), st.floats(0, 1), st.binary(min_size=1, max_size=40)),
        st.tuples(st.just("append"), st.integers(0, 99), st.binary(max_size=80)),
        st.tuples(st.just("line"), st.integers(0, 99), JSON),
        st.tuples(st.just("key"), st.integers(0, 99), st.integers(0, 40), JSON),
        st.tuples(st.just("delete"), st.integers(0, 99)),
        st.tuples(st.just("folder"), st.integers(0, 99)),
        st.tuples(st.just("pipe"), st.integers(0, 99)),
        st.tuples(st.just("link"), st.integers(0, 99)),
        st.tuples(st.just("edit"), st.integers(0, 99), st.lists(st.dictionaries(st.sampled_from(
            ["kind", "name", "value", "remove", "time"]), st.sampled_from(["tags", "metric", "cancel"]) | JSON))),
    ),
    max_size=12,
)  # fmt: skip


def harm(folder: Path, damage: tuple[Any, ...]) -> None:
    """Do one damage to one of the files."""
    kind, index, *arguments = damage
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    if not files:
        return
    path = files[index % len(files)]
    if kind == "edit":
        path = folder / f"edit-{index:020d}-ab.json"
        if not path.exists() and not path.is_symlink():  # another damage may have put something else there
            path.write_bytes(encode_edit(arguments[0], 5.0, "u", "h"))
        return
    content = path.read_bytes()
    if kind == "cut":
        path.write_bytes(content[: int(len(content) * arguments[0])])
    elif kind == "bytes":
        at = int(len(content) * arguments[0])
        path.write_bytes(content[:at] + arguments[1] + content[at + len(arguments[1]) :])
    elif kind in ("append", "line"):
        added = arguments[0] if kind == "append" else json.dumps(arguments[0]).encode() + b"\n"
        path.write_bytes(content + added)
    elif kind == "key":
        try:
            lines = content.splitlines() if path.name.endswith("l") else [content]
            record = json.loads(lines[-1])
            record[sorted(record)[arguments[0] % len(record)]] = arguments[1]
        except (ValueError, TypeError, IndexError, ZeroDivisionError):
            return
        path.write_bytes(b"".join(line + b"\n" for line in [*lines[:-1], json.dumps(record).encode()]))
    else:
        path.unlink()
        if kind == "folder":
            path.mkdir()
        elif kind == "pipe":
            os.mkfifo(path)
        elif kind == "link":
            path.symlink_to("/etc/passwd")


def use(reader: RunReader) -> None:
    """Ask for everything there is."""
    for name in reader.names():
        for rank in reader.ranks(name):
            reader.series(name, rank)
        assert reader.metrics[name].sparkline is not None
    reader.records()
    reader.files()
    reader.consoles()
    reader.resources.names()
    get_metrics(reader)
    reported_status(reader)
    assert isinstance(reader.warnings, list)
    assert isinstance(reader.last_activity, float)
    assert reader.manifest["tags"] is not None


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder in order."""
    folder = new_run(tmp_path_factory.mktemp("root") / "exp" / "run", status="Running", attempts=[{"end": None}])
    write(folder, CALLS)
    (folder / "console" / "0-aa.out").write_bytes(b"epoch 1\n 50%|###   | 1/2 [00:01<00:01, 1it/s]\r")
    (folder / "console" / "0-aa.err").write_bytes(b"Traceback (most recent call last):\n  x\nValueError: no\n")
    (folder / "alive" / "0-aa").write_bytes(bytes(16))
    return folder


@settings(deadline=None, max_examples=60)
@given(DAMAGE)
def test_nothing_raises_and_the_list_stays_whole(sound: Path, damages: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "exp", "run")
        shutil.copytree(sound, folder)
        shutil.copytree(sound, Path(place, "exp", "other"))
        before = RunReader(str(folder))
        before.refresh()
        use(before)
        catalog = Catalog(place, cache=False)
        catalog.refresh()
        catalog.read_more()
        for damage in damages:
            harm(folder, damage)
            for reader in (before, RunReader(str(folder))):
                reader.refresh()
                use(reader)
            catalog.refresh()
            keys = {row.key for row in catalog.rows()}
            assert str(Path(place, "exp", "other")) in keys
        fresh = Catalog(place, cache=False)
        fresh.refresh()
        fresh.read_more()
        assert {row.key for row in fresh.rows()} == {str(folder), str(Path(place, "exp", "other"))}


def test_a_deleted_run_is_gone_and_what_was_read_stays(sound: Path, tmp_path: Path) -> None:
    folder = tmp_path / "exp" / "run"
    shutil.copytree(sound, folder)
    reader = RunReader(str(folder))
    reader.refresh()
    series = reader.series("loss")
    shutil.rmtree(folder)
    assert reader.refresh()
    assert reader.gone
    assert not reader.refresh()
    assert reader.series("loss").values.tolist()[0] == series.values.tolist()[0] == 1.5
    shutil.copytree(sound, folder)
    assert reader.refresh()
    assert not reader.gone
    assert reader.metrics["loss"].n == len(series.values)


def test_what_cannot_be_read_is_said_with_its_file(sound: Path, tmp_path: Path) -> None:
    folder = tmp_path / "exp" / "run"
    shutil.copytree(sound, folder)
    records = next((folder / "records").iterdir())
    records.write_bytes(b"{nonsense\n" + records.read_bytes())
    schema = next(path for path in (folder / "points").iterdir() if path.name.endswith(".schema.jsonl"))
    with open(schema, "ab") as file:
        file.write(b'{"id":0}\n')
    (folder / "run.json").write_bytes(b"{")
    reader = RunReader(str(folder))
    reader.refresh()
    text = "\n".join(reader.warnings)
    assert f"records/{records.name}: 1 lines are no records" in text
    assert f"points/{schema.name}: 1 lines are no schemas" in text
    assert "run.json: not a run record" in text
    assert reader.metrics["loss"].n > 0


def arrive(source: Path, target: Path, torn: int) -> None:
    """The files of ``source`` in ``target``, as rsync brings them: new ones in the place of what was there."""
    for path in (each for each in source.rglob("*") if each.is_file()):
        content = path.read_bytes()
        place = target / path.relative_to(source)
        new = place.with_name("." + place.name)
        new.write_bytes(content[: len(content) - torn] if path.suffix == ".jsonl" else content)
        new.replace(place)


def test_a_torn_line_in_a_file_that_is_replaced_hides_nothing(tmp_path: Path) -> None:
    source, target = new_run(tmp_path / "exp" / "run", status="Running"), new_run(tmp_path / "mirror" / "run")
    writer = RunWriter(str(source))
    writer.log("loss", 1.0, 0)
    writer.record("tags", value={"a": "1"})
    writer.record("params", value={"lr": 0.1})
    writer.log_metrics({"loss": 0.5, "acc": 0.1}, 1)
    reader = RunReader(str(target))
    arrive(source, target, torn=5)
    reader.refresh()
    assert reader.manifest["params"] == {}
    writer.log("loss", 0.4, 2)
    writer.record("tags", value={"b": "2"})
    arrive(source, target, torn=0)
    reader.refresh()
    assert reader.warnings == []
    assert {name: stat.n for name, stat in reader.metrics.items()} == {"loss": 3, "acc": 1}
    assert reader.manifest["tags"] == {"a": "1", "b": "2"}
    assert reader.manifest["params"] == {"lr": 0.1}
    writer.close()


@pytest.mark.parametrize("seen", [False, True], ids=["at-once", "and-seen"])
def test_a_torn_line_that_is_cut_back_hides_nothing_that_is_written_in_its_place(tmp_path: Path, seen: bool) -> None:
    folder = new_run(tmp_path / "exp" / "run", status="Running")
    path = folder / "records" / "0-aaaaaaaa.jsonl"
    first, *others = (
        json.dumps({"seq": seq, "time": 5.0, "kind": "tags", "value": {f"t{seq}": "x" * (99 if seq == 1 else 1)}})
        for seq in range(1, 6)
    )
    path.write_text(first[:-3])  # the disk was full
    reader = RunReader(str(folder))
    reader.refresh()
    path.write_text("")
    if seen:
        reader.refresh()
    for other in others:
        with path.open("a") as file:
            file.write(other + "\n")
    reader.refresh()
    assert reader.manifest["tags"].keys() == {f"t{seq}" for seq in range(2, 6)}
    assert reader.warnings == []


def test_a_pipe_in_place_of_a_file_does_not_block(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "exp" / "run")
    os.mkfifo(folder / "records" / "0-aa.jsonl")
    os.mkfifo(folder / "points" / "0-aa.1.rows")
    os.mkfifo(folder / "points" / "0-aa.schema.jsonl")
    os.mkfifo(folder / "edit-1-a.json")
    reader = RunReader(str(folder))
    reader.refresh()
    assert sum("not a regular file" in warning for warning in reader.warnings) == 4


def test_a_record_of_300_mb_is_passed_over_in_little_memory(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "exp" / "run")
    writer = RunWriter(str(folder))
    writer.record("params", value={"before": 1})
    writer.close()
    path = next((folder / "records").iterdir())
    with open(path, "ab") as file:
        file.write(b'{"kind":"params","value":{"x":"')
        file.writelines(b"x" * (1 << 20) for _ in range(300))
        file.write(b'"}}\n{"seq":9,"time":9e9,"kind":"params","value":{"after":2}}\n')
    code = (
        "import sys, resource; from runstore.reading.run import RunReader\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "reader = RunReader(sys.argv[1]); reader.refresh(); reader.records()\n"
        "print(reader.manifest['params'], reader.warnings)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    said, megabytes = done.stdout.splitlines()
    assert said.startswith("{'before': 1, 'after': 2}")
    assert "1 lines over 64 MB" in said
    assert int(megabytes) < 40


def test_a_file_of_holes_is_read_in_slices(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "exp" / "run")
    writer = RunWriter(str(folder))
    writer.log("loss", 1.0)
    writer.close()
    rows = next(path for path in (folder / "points").iterdir() if path.name.endswith(".rows"))
    os.truncate(rows, 32 * (1 << 33))  # 256 GB that take no room
    reader = RunReader(str(folder))
    reader.refresh(0.01)
    assert reader.waiting
    assert reader.metrics["loss"].n == 1
