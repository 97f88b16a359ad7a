"""Other users of this machine, for tests that are run by the superuser: numbers without names are users as well."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest

import runs_tui
import runstore

GROUP, APART = 61_000, 61_009
"""The number of the group that shares, and of one that does not."""


class User(NamedTuple):
    """Somebody with a home folder of their own, and a Python that has runs-tui."""

    number: int
    group: int
    python: str
    home: Path

    def words(self, *words: str, umask: int = 0o077) -> list[str]:
        """A command line of Python, run as this user by whoever is the superuser."""
        become = (
            f"import os, sys; os.setgroups([]); os.setgid({self.group}); os.setuid({self.number}); os.umask({umask}); "
            "os.execv(sys.argv[1], sys.argv[1:])"
        )
        return [self.python, "-c", become, self.python, *words]

    def environment(self) -> dict[str, str]:
        """What a login would give, and nothing of ours."""
        return {"PATH": os.defpath, "HOME": str(self.home), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}

    def python_does(self, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python code."""
        return self._done(self.words("-c", code, *arguments))

    def types(self, *words: str, fails: int = 0) -> str:
        """Run ``runs-tui`` with these words; what it says. It must exit with ``fails``."""
        done = self._done(self.words("-m", "runs_tui", *words))
        assert done.returncode == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def starts(self, *words: str) -> subprocess.Popen[bytes]:
        """Start ``runs-tui`` with these words."""
        return subprocess.Popen(
            self.words("-m", "runs_tui", *words),
            env=self.environment(), cwd=self.home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip

    def _done(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=self.environment(), cwd=self.home, capture_output=True, text=True, check=False
        )


@contextmanager
def users() -> Iterator[tuple[Path, dict[str, User]]]:
    """A folder that all may enter, and alice and bob of one group, and carol of none; skips where that is not to be."""
    if os.geteuid() != 0:
        pytest.skip("only the superuser can act as several users")
    place = Path(tempfile.mkdtemp(prefix="runs-tui-users-"))
    try:
        place.chmod(0o755)
        python = _python_for_all(place)
        found: dict[str, User] = {}
        for number, (name, group) in enumerate({"alice": GROUP, "bob": GROUP, "carol": APART}.items(), 61_001):
            home = place / name
            home.mkdir(0o700)
            os.chown(home, number, group)
            found[name] = User(number, group, python, home)
        done = found["carol"].python_does("import click, runs_tui, runstore, psutil, msgspec, numpy")
        if done.returncode != 0:
            pytest.skip(f"other users cannot read this Python or these sources: {done.stderr.strip()[-200:]}")
        yield place, found
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _python_for_all(place: Path) -> str:
    """An environment with our sources and libraries, made of a Python that everybody may run."""
    version = "python{}.{}".format(*sys.version_info[:2])
    bases = (os.path.realpath(sys.executable), *(shutil.which(version, path=path) for path in ("/usr/bin", os.defpath)))
    for base in filter(None, bases):
        try:
            subprocess.run([base, "-c", ""], check=True, capture_output=True, user=61_009, group=APART, extra_groups=[])
            subprocess.run([base, "-m", "venv", "--without-pip", place / "venv"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        packages = place / "venv" / "lib" / version / "site-packages"
        sources: list[Any] = [click.__file__, runstore.__file__, runs_tui.__file__]
        (packages / "ours.pth").write_text("".join(f"{Path(each).parents[1]}\n" for each in sources))
        return str(place / "venv" / "bin" / "python")
    pytest.skip("there is no Python here that other users may run")
