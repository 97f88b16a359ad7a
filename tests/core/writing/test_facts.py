"""What is noted of the place of a run."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from runstore.writing import facts


def test_of_a_repository_so_large_that_git_takes_long_the_commit_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = shutil.which("git")
    assert git is not None
    repository, programs = tmp_path / "repository", tmp_path / "bin"
    identity = ["-c", "user.name=n", "-c", "user.email=e"]
    for arguments in (
        ["init", "-q", "-b", "trunk", str(repository)],
        ["-C", str(repository), "remote", "add", "origin", "https://me:TOKEN@git.example/x.git"],
        ["-C", str(repository), *identity, "commit", "-q", "--allow-empty", "-m", "one"],
    ):
        subprocess.run([git, *arguments], check=True)
    programs.mkdir()
    slow = programs / "git"
    slow.write_text(f'#!/bin/sh\ncase "$*" in *status*) exec sleep 60;; esac\nexec {git} "$@"\n')
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(facts, "_GIT_TIMEOUT", 3.0)
    found = facts.git_facts(str(repository))
    assert found is not None
    assert (found["repository"], found["branch"], found["dirty"]) == ("https://git.example/x.git", "trunk", None)
    assert len(found["commit"]) == 40
