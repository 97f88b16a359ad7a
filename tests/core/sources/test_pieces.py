"""However a run came, at once or in pieces: what was read of it is the same."""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runstore.records.lines import plain
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.reader import ForeignReader
from runstore.sources.foreign.scan import find_places
from tests.core.sources import wandb_log

GOLDEN = Path(__file__).parent / "golden"
PARTS = 23
STAMP = 1_714_557_600.0


def everything(reader: ForeignReader, times: bool) -> dict[str, Any]:
    """All that was read of a run; ``times``: also when, where the files themselves tell."""
    found: dict[str, Any] = {"warnings": reader.warnings, "params": reader.manifest["params"]}
    found["records"] = plain(sorted((each["kind"], each["name"], repr(each["value"])) for each in reader.records()))
    for name in reader.names():
        series = reader.series(name)
        steps, values = series.steps.tolist(), list(map(repr, series.values.tolist()))
        found[f"metric {name}"] = steps, values, series.times.tolist() if times else None
    return found


def check(files: list[Path], top: Path, times: bool) -> None:
    """The files of the one run below ``top`` come up to a part, then whole; and part by part."""
    contents = {path: path.read_bytes() for path in files}
    modified = {path: path.stat().st_mtime for path in files}

    def grow(part: int) -> None:
        for path, content in contents.items():
            with path.open("r+b") as file:
                file.truncate(min(path.stat().st_size, len(content) * part // PARTS))
                file.seek(0, os.SEEK_END)
                file.write(content[file.tell() : len(content) * part // PARTS])
            os.utime(path, (modified[path],) * 2)

    (place,) = find_places(str(top))
    expected = everything(opened(place), times)
    for part in range(1, PARTS):
        grow(part)
        reader = opened(place)
        grow(PARTS)
        reader.refresh()
        assert everything(reader, times) == expected, f"cut at {part}/{PARTS}"
    grow(1)
    reader = opened(place)
    for part in range(2, PARTS + 1):
        grow(part)
        reader.refresh()
    assert everything(reader, times) == expected


def opened(place: Any) -> ForeignReader:
    reader = kind_of(place.kind).open(place)
    reader.refresh()
    return reader


def golden(top: Path, way: str) -> Path:
    shutil.copytree(GOLDEN / way, top, ignore=shutil.ignore_patterns("*.py"), dirs_exist_ok=True)
    return top


def lightning(top: Path) -> Iterator[Path]:
    yield golden(top, "lightning/plain/version_0") / "metrics.csv"


def dvclive(top: Path) -> Iterator[Path]:
    yield from golden(top, "dvclive/timed").rglob("*.tsv")


def wandb(top: Path) -> Iterator[Path]:
    (folder,) = (GOLDEN / "wandb").glob("*-golden01")
    yield next(golden(top / folder.name, f"wandb/{folder.name}").glob("*.wandb"))


def mlflow(top: Path) -> Iterator[Path]:
    with tarfile.open(GOLDEN / "mlflow" / "runs.tar.xz") as packed:
        packed.extractall(top.parent / "packed", filter="data")
    metrics = max((top.parent / "packed" / "files").rglob("metrics"), key=lambda path: len(list(path.iterdir())))
    shutil.copytree(metrics.parent, top / metrics.parent.name)
    yield from (path for path in (top / metrics.parent.name / "metrics").rglob("*") if path.is_file())


def late_definition(top: Path) -> Iterator[Path]:
    """``define_metric`` comes after rows of the metric, and after others of what counts its steps."""

    def row(step: int) -> bytes:
        values = {"loss": f"{1 / (step + 1)}", "epoch": f"{step // 10}"} | ({"val": "0.5"} if step > 25 else {})
        return wandb_log.history(values, step, STAMP + step)

    def defined(name: str, goal: int = 0) -> bytes:
        said = wandb_log.field(1, name) + wandb_log.field(4, "epoch") + (wandb_log.field(8, goal) if goal else b"")
        return wandb_log.record(12, said)

    run = wandb_log.record(17, wandb_log.field(1, "abc") + wandb_log.field(3, "proj"))
    rows = [row(step) for step in range(40)]
    path = top / "run-abc.wandb"
    path.write_bytes(wandb_log.log([run, *rows[:20], defined("loss"), *rows[20:30], defined("val", 1), *rows[30:]]))
    yield path


def table(top: Path) -> Iterator[Path]:
    """Without a time in some rows, with a column that is called like one, and with quotes in some."""
    path = top / "train-a.csv"
    rows = [f"{step},{step / 10},{STAMP + 60 * step},{1 / (step + 1)},x" for step in range(20)]
    rows[0], rows[7], rows[19] = "0,,,1.0,x", "7,0.7,,0.5,x", "19,1.9,,0.25,x"
    rows[4] = f'4,0.4,{STAMP + 240},"0.75","a, b"'
    path.write_text("step,time,timestamp,loss,note\n" + "\n".join(rows) + "\n")
    yield path


def json_lines(top: Path) -> Iterator[Path]:
    path = top / "train-a.jsonl"
    rows = "".join(f'{{"epoch": {step // 5}, "loss": {1 / (step + 1)}, "ts": {STAMP + step}}}\n' for step in range(20))
    path.write_text('{"config": {"lr": 0.1}}\n' + rows)
    yield path


def output(top: Path) -> Iterator[Path]:
    """Two streams, each with steps of its own."""

    def bar(epoch: int, at: int) -> str:
        end = "\n" if at == 10 else ""
        loss = 1 / (epoch * 10 + at)
        return f"\rEpoch {epoch}: {at * 10}%|####      | {at}/10 [00:0{at % 10}<00:01, 1.0it/s, loss={loss:.3f}]{end}"

    bars = (bar(epoch, at) for epoch in range(4) for at in range(1, 11))
    lines = (f"Epoch {epoch} val_loss={0.5 / (epoch + 1):.3f}\n" for epoch in range(4))
    for name, text in (("slurm-5.out", "".join(lines)), ("slurm-5.err", "".join(bars))):
        (top / name).write_text(text)
        yield top / name


@pytest.mark.parametrize(
    ("make", "times"),
    [
        (lightning, False),
        (dvclive, True),
        (wandb, True),
        (late_definition, True),
        (mlflow, True),
        (table, True),
        (json_lines, True),
        (output, False),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_every_beginning_and_then_all_is_all(
    tmp_path: Path, make: Callable[[Path], Iterator[Path]], times: bool
) -> None:
    top = tmp_path / "top"
    top.mkdir()
    check(list(make(top)), top, times)


def test_event_files_too(tmp_path: Path) -> None:
    for number, path in enumerate(sorted((GOLDEN / "tensorboard").rglob("*tfevents*"))):
        top = tmp_path / str(number)
        top.mkdir()
        check([Path(shutil.copyfile(path, top / path.name))], top, times=True)
