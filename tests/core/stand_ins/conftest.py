"""A workspace of its own, and a current folder that holds nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from runstore import Workspace


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("RUNSTORE_ROOT", str(tmp_path / "root"))
    return Workspace.from_config()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with two tables, and a text file in a folder of it."""
    folder = tmp_path / "data"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.csv").write_text("x,when,who\n1,2026-01-01,ann\n2,2026-02-01,bob\n")
    (folder / "b.csv").write_text("x,when,who\n3,2026-03-01,cleo\n4,2026-04-01,dan\n")
    (folder / "deep" / "notes.txt").write_text("hello")
    return folder
