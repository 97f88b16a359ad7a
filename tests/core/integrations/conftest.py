"""Where a script of another tool runs."""

import sys

import pytest


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A store and a working folder of its own; the script is called fit.py."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("RUNSTORE_ROOT", str(tmp_path / "store"))
    monkeypatch.setattr(sys, "argv", ["fit.py"])
    return tmp_path / "store"
