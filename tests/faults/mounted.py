"""A folder of this machine, mounted by sshfs over a real ssh connection to itself."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

_SERVER = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/person.pub
PidFile {folder}/pid
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
Subsystem sftp internal-sftp
"""
_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def missing() -> str:
    """Why nothing can be mounted here; empty when it can."""
    tools = [tool for tool in ("sshfs", "sshd", "ssh-keygen", "fusermount3") if not shutil.which(tool, path=_PATH)]
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
    for name in ("host", "person"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "config").write_text(_SERVER.format(port=port, folder=folder))
    if os.getuid() == 0:
        os.makedirs("/run/sshd", exist_ok=True)
    options = ["-F", "/dev/null", "-p", str(port), "-o", f"IdentityFile={folder}/person"]
    options += ["-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={folder}/known"]
    options += [word for option in more for word in ("-o", option)]
    sshd = shutil.which("sshd", path=_PATH)
    assert sshd is not None
    server = subprocess.Popen([sshd, "-D", "-e", "-f", folder / "config"], stderr=(folder / "log").open("wb"))
    mount = Mount(folder, options)
    try:
        _wait_for(port)
        mount.mount()
        yield mount
    finally:
        mount.unmount()
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 15
    while True:
        with socket.socket() as attempt:
            if not attempt.connect_ex(("127.0.0.1", port)):
                return
        assert time.monotonic() < deadline, "sshd does not answer"
        time.sleep(0.05)
