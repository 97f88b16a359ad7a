"""A folder of this machine, mounted by sshfs over a real ssh connection to itself."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.sshd import PATH, sshd


def missing() -> str:
    """Why nothing can be mounted here; empty when it can."""
    tools = [tool for tool in ("sshfs", "sshd", "ssh-keygen", "fusermount3") if not shutil.which(tool, path=PATH)]
    if tools:
        return "needs " + ", ".join(tools)
    return "" if os.path.exists("/dev/fuse") else "needs /dev/fuse"


class Mount:
    """``far`` is the folder itself, ``near`` shows it through sshfs, once it is mounted."""

    def __init__(self, folder: Path, options: list[str]) -> None:
        self.far, self.near = folder / "far", folder / "near"
        self._options = options
        self.far.mkdir()
        self.near.mkdir()

    def mount(self) -> None:
        """Connect and mount."""
        command = ["sshfs", *self._options, f"127.0.0.1:{self.far}", str(self.near)]
        subprocess.run(command, check=True, timeout=30, stdin=subprocess.DEVNULL)

    def unmount(self) -> None:
        """Take it away, also from those who use it."""
        subprocess.run(["fusermount3", "-u", "-z", str(self.near)], check=False, capture_output=True)

    def process(self) -> psutil.Process:
        """The sshfs that serves the mount: stopped, all that is asked of the mount waits; killed, it is broken."""
        [found] = [each for each in psutil.process_iter(["name", "cmdline"]) if self._serves(each)]
        return found

    def _serves(self, process: psutil.Process) -> bool:
        return process.info["name"] == "sshfs" and str(self.near) in (process.info["cmdline"] or [])


@contextlib.contextmanager
def sshfs(folder: Path, *more: str) -> Iterator[Mount]:
    """A mount below ``folder``, mounted with some ``more`` options; all of it is gone at the end."""
    with sshd(folder) as options:
        mount = Mount(folder, [*options, *(word for option in more for word in ("-o", option))])
        try:
            mount.mount()
            yield mount
        finally:
            mount.unmount()
