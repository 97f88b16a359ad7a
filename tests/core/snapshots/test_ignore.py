"""The ignore file means what git takes it for."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from runstore.snapshots.restore import snapshot_folder
from runstore.snapshots.take import take_snapshot

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is what it is compared with")

NAMES = [*"a b ab abc a.py b.pyc c.txt data !a #a a[b] d-e A build foo.bar a*b a?b é a\\b".split(), "x y"]
_PIECES = (
    "a b ab * ? ** *.py *.py[co] [ab] [!a] [^a] [a-c]* data \\!a \\#a a\\*b [[:alpha:]] [[:digit:]b] [[:none:]] a[b] "
    "a\\[b\\] *.txt build foo.* []ab] [a [a- *** a** **b x\\ y é a\\\\b [a\\]b] [\\a] d[+-]e [!-~] a[!/]b a\\"
)
PIECES = [*_PIECES.split(), "x y"]


def pattern(chance: random.Random) -> str:
    text = "/".join(chance.choice(PIECES) for _ in range(chance.choice([1, 1, 1, 2, 2, 3])))
    text = chance.choice(["", "", "", "", "/"]) + text + chance.choice(["", "", "", "/"])
    return chance.choice(["", "", "", "", "!"]) + text + chance.choice([""] * 9 + [" ", "\\ ", "\t", "\r"])


def kept(folder: Path, store: Path) -> set[str]:
    """The names in a snapshot of the folder."""
    taken = Path(snapshot_folder(str(store), take_snapshot(str(store), str(folder))))
    return {str(path.relative_to(taken)) for path in taken.rglob("*") if path.is_file()}


def kept_by_git(folder: str) -> set[str]:
    command = ["git", "-C", folder, "ls-files", "-z", "--others", "--exclude-standard"]
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    shown = subprocess.run(command, capture_output=True, check=True, env=environment).stdout
    return {os.fsdecode(name) for name in shown.split(b"\0") if name}


@pytest.mark.parametrize("seed", range(30))
def test_random_patterns_keep_the_files_that_git_keeps(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    folder = str(tmp_path / "folder")
    subprocess.run(["git", "init", "-q", folder], check=True)
    for _ in range(60):
        path = os.path.join(folder, *(chance.choice(NAMES) for _ in range(chance.choice([1, 2, 3]))))
        if not os.path.exists(path):
            try:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                open(path, "w").close()
            except OSError:  # a file is there where a folder is needed
                continue
    lines = ["# comment", *(pattern(chance) for _ in range(chance.choice([1, 2, 4, 6])))]
    Path(folder, ".gitignore").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert kept(Path(folder), tmp_path / "store") == kept_by_git(folder), lines


def test_amlignore_is_taken_before_gitignore(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / ".gitignore").write_text("*.txt\n")
    (folder / ".amlignore").write_text("*.csv\n")
    for name in ("a.txt", "b.csv"):
        (folder / name).write_text("x")
    assert kept(folder, tmp_path / "store") == {".amlignore", ".gitignore", "a.txt"}
