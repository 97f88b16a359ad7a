"""Which run store a folder means, for those that write and for those that read."""

from __future__ import annotations

from pathlib import Path

import pytest

from runstore import Experiment, Workspace
from runstore.layout.roots import ensure_root, resolve_root
from tests.tui.cli_runner import told


@pytest.mark.parametrize("by", ["argument", "variable"])
def test_a_folder_means_the_store_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    store = tmp_path / ".runs"
    ensure_root(str(store))
    if by == "variable":
        monkeypatch.setenv("RUNSTORE_ROOT", str(tmp_path))
    assert resolve_root(str(tmp_path) if by == "argument" else None) == str(store)
    assert resolve_root(str(store)) == str(store)


def test_a_folder_that_is_a_store_means_itself(tmp_path: Path) -> None:
    ensure_root(str(tmp_path))
    (tmp_path / ".runs").mkdir()
    assert resolve_root(str(tmp_path)) == str(tmp_path)


def test_writers_and_readers_mean_the_same_store(tmp_path: Path) -> None:
    ensure_root(str(tmp_path / ".runs"))
    Experiment(Workspace(root=str(tmp_path)), "exp").start_logging(outputs=None, snapshot_directory=None).complete()
    (row,) = told("ls", "--root", tmp_path)["runs"]
    assert (row["experiment"], row["state"]) == ("exp", "completed")
