"""Secrets: from the environment, or in files that only this user can read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from runstore import Workspace


def test_secrets_are_kept_outside_the_workspace_for_this_user_alone(workspace: Workspace, home: str) -> None:
    vault = workspace.get_default_keyvault()
    vault.set_secret("db-password", "s3cret")
    vault.set_secrets({"../other": "x"})
    assert vault.get_secret(name="db-password") == "s3cret"
    assert vault.get_secrets(["db-password", "../other", "missing"]) == {
        "db-password": "s3cret",
        "../other": "x",
        "missing": None,
    }
    assert vault.list_secrets() == [{"name": "../other"}, {"name": "db-password"}]
    files = [path for path in Path(home).rglob("*") if path.is_file() and path.read_text() in ("s3cret", "x")]
    assert len(files) == 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {stat.S_IMODE(path.parent.stat().st_mode) for path in files} == {0o700}
    assert not any(b"s3cret" in path.read_bytes() for path in Path(workspace.root).rglob("*") if path.is_file())
    vault.delete_secret("db-password")
    assert vault.get_secret("db-password") is None
    assert os.listdir(files[0].parent) != []


def test_the_environment_comes_first(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNSTORE_SECRET_DB_PASSWORD", "given")
    assert workspace.get_default_keyvault().get_secret("db-password") == "given"
