"""Every test has its own home: no setting, store or state of the person who runs the tests, and none left behind."""

import fcntl
import os
import signal
import sys

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("untimed")

_DROPPED = ("RUNSTORE_", "AZUREML_", "XDG_", "RUNS_TUI_", "TEXTUAL_", "COLUMNS", "LINES", "NO_COLOR")


def pytest_configure(config: pytest.Config) -> None:
    """What this process hands on to all that the tests start."""
    if config.getoption("numprocesses", None) and "PYTEST_XDIST_WORKER" not in os.environ:
        config.pluginmanager.register(FirstWorker())
    # Started in the background by a shell, it ignores Ctrl+C.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    # Under nohup it still outlives the terminal, but what it starts shall hear of a hang-up.
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda number, frame: None)
    # The many programs that the tests start would each compile all that they import.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two for each core, and one more, since most of them wait for what they started at any moment."""
    return min(2 * len(os.sched_getaffinity(0)) + 1, 9)


class FirstWorker:
    """In a fresh clone the first worker compiles what all import; the others wait, and do not all do the same at once.

    The process that hands out the tests holds a lock until one worker has collected them.
    """

    def __init__(self) -> None:
        self.lock = os.open(__file__, os.O_RDONLY)
        fcntl.flock(self.lock, fcntl.LOCK_EX)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self) -> None:
        fcntl.flock(self.lock, fcntl.LOCK_UN)

    pytest_testnodedown = pytest_xdist_node_collection_finished


def pytest_collection() -> None:
    """Of a worker that is not the first: wait for it."""
    if os.environ.get("PYTEST_XDIST_WORKER", "gw0") != "gw0":
        with open(__file__, "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> str:
    """The home folder of the test, empty at its start."""
    for name in [name for name in os.environ if name.startswith(_DROPPED)]:
        monkeypatch.delenv(name)
    folder = str(tmp_path_factory.mktemp("home"))
    monkeypatch.setenv("HOME", folder)
    return folder
