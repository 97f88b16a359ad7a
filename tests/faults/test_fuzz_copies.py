"""Damaged runs that are copied, exported and imported: it is done or refused with a word, never with a traceback."""

from __future__ import annotations

import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

from runs_tui.cli.main import cli
from tests.faults.cases import tried
from tests.faults.mutations import Damage
from tests.faults.scale import times
from tests.faults.subjects import Subject, foreign, own

EXPORTS = (
    *(("--to", "csv", "c"), ("--to", "mlflow", "m"), ("--to", "tensorboard", "t")),
    *(("-o", "runs.csv", "--wide"), ("-o", "runs.jsonl")),
)
PARQUET = (("--to", "parquet", "p"), ("-o", "runs.parquet"))
IMPORTED = (
    *("tensorboard/resumed", "wandb/offline-run-20260102_030406-golden02", "mlflow/files", "mlflow/database"),
    *("trackio/new", "trainer/whole", "dvclive/exp", "lightning/plain", "log/trainer.log"),
)


@pytest.fixture
def subject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Subject:
    """A run that has ended: one that goes on is not copied."""
    made = own(tmp_path / "own")
    made.top.parents[1].joinpath(".runstore").mkdir()
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    manifest = {**json.loads(made.files["run.json"]), "status": "Completed"}
    return Subject(made.top, {**made.files, "run.json": json.dumps(manifest).encode()})


def done(*words: str) -> int:
    """Call the command, which says why where it does not do all that it was told to; its exit code."""
    ended = CliRunner().invoke(cli, list(words), prog_name="runs-tui")
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    assert ended.exit_code in (0, 1, 2)
    assert ended.exit_code == 0 or ended.stderr.strip()
    assert not set(ended.output) & {"\x1b", "\x07", "\x00", "\x9b"}, repr(ended.output)
    return ended.exit_code


def test_exported(subject: Subject) -> None:
    forms = EXPORTS + PARQUET if find_spec("pyarrow") else EXPORTS
    commands = [("export", *form, "--root", str(subject.top.parents[1])) for form in forms]
    assert not any(done(*words) for words in commands), "it is called wrongly"

    def check(top: Path, damages: list[Damage]) -> None:
        for words in commands:
            done(*words)

    tried("export", subject, check, times(200, 2), seconds=8.0)


def test_copied(subject: Subject) -> None:
    words = ("cp", "state:completed", "copy", "--root", str(subject.top.parents[1]))
    Path("copy", ".runstore").mkdir(parents=True)
    assert done(*words) == 0, "it is called wrongly"

    def check(top: Path, damages: list[Damage]) -> None:
        shutil.rmtree("copy")
        Path("copy", ".runstore").mkdir(parents=True)
        done(*words)

    tried("cp", subject, check, times(300, 3), seconds=4.0)


@pytest.mark.parametrize("name", IMPORTED)
def test_imported(name: str, tmp_path: Path) -> None:
    damaged = foreign(name, tmp_path / "top" / "runs")
    store = tmp_path / "store"
    words = ("import", str(damaged.top), "--root", str(store))
    assert done(*words) == 0, "it is called wrongly"

    def check(top: Path, damages: list[Damage]) -> None:
        """Once on top of what was imported of the sound files, and anew."""
        done(*words)
        shutil.rmtree(store, ignore_errors=True)
        done(*words)
        assert not store.exists() or done("ls", "--json", "--root", str(store)) == 0

    tried(f"import {name}", damaged, check, times(100, 1), seconds=8.0)
