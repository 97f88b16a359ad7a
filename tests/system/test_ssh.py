"""The app on the far side of an ssh connection."""

import subprocess
import sys

import psutil
import pytest

from tests.sshd import sshd
from tests.system.conftest import processes_with
from tests.terminal import PtyApp


@pytest.fixture
def ssh(tmp_path):
    """The command line that reaches an sshd of this test's own, on this machine."""
    with sshd(tmp_path) as options:
        yield ["ssh", *options, "-o", "SendEnv=COLORTERM"]


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
