"""The app on the far side of an ssh connection."""

import os
import shutil
import socket
import subprocess
import sys
import time

import psutil
import pytest

from tests.system.conftest import processes_with
from tests.terminal import PtyApp

SERVER = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/person.pub
PidFile {folder}/pid
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
AcceptEnv COLORTERM
"""


@pytest.fixture
def ssh(tmp_path):
    """The command line that reaches an sshd of this test's own, on this machine."""
    sshd = shutil.which("sshd", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    assert sshd, "these tests need sshd: make test-system installs it"
    for name in ("host", "person"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "config").write_text(SERVER.format(port=port, folder=tmp_path))
    if os.getuid() == 0:
        os.makedirs("/run/sshd", exist_ok=True)
    options = [
        "StrictHostKeyChecking=no",
        f"UserKnownHostsFile={tmp_path}/known",
        "LogLevel=ERROR",
        "SendEnv=COLORTERM",
    ]
    command = ["ssh", "-F", "none", "-i", str(tmp_path / "person"), "-p", str(port)]
    command += [word for option in options for word in ("-o", option)]
    server = subprocess.Popen([sshd, "-D", "-e", "-f", tmp_path / "config"], stderr=(tmp_path / "log").open("wb"))
    try:
        deadline = time.monotonic() + 15
        while subprocess.run([*command, "127.0.0.1", "true"], capture_output=True, check=False).returncode:
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.1)
        yield command
    finally:
        server.terminate()
        server.wait()


def test_the_app_works_over_ssh(ssh, root):
    app = PtyApp([*ssh, "-tt", "127.0.0.1", f"{sys.executable} -m runs_tui {root}"], cols=100, rows=30)
    with app:
        app.wait_for("live-run", timeout=20)
        app.resize(160, 45)
        app.wait_for("experiments")
        app.press("q")
        assert app.wait() == 0


def test_a_lost_connection_leaves_no_process_behind(ssh, root):
    with PtyApp([*ssh, "-tt", "127.0.0.1", f"{sys.executable} -m runs_tui {root}"], cols=100, rows=30) as app:
        app.wait_for("live-run", timeout=20)
        far = processes_with(f"-m runs_tui {root}")
        assert len(far) > 1
    assert not psutil.wait_procs(far, timeout=10)[1]


def test_listing_over_ssh_without_a_terminal(ssh, root):
    command = [*ssh, "127.0.0.1", f"{sys.executable} -m runs_tui ls --root {root}"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "live-run" in answer.stdout
    assert "\x1b" not in answer.stdout
