"""Every test has its own home: no setting, store or state of the person who runs the tests, and none left behind."""

import os
import signal
import sys

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("untimed")

_DROPPED = ("RUNSTORE_", "AZUREML_", "XDG_", "RUNS_TUI_", "TEXTUAL_", "COLUMNS", "LINES", "NO_COLOR")


def pytest_configure() -> None:
    """What this process hands on to all that the tests start."""
    # Started in the background by a shell, it ignores Ctrl+C.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    # The many programs that the tests start would each compile all that they import.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores, since each waits now and then for what it started."""
    return min(len(os.sched_getaffinity(0)) + 1, 6)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> str:
    """The home folder of the test, empty at its start."""
    for name in [name for name in os.environ if name.startswith(_DROPPED)]:
        monkeypatch.delenv(name)
    folder = str(tmp_path_factory.mktemp("home"))
    monkeypatch.setenv("HOME", folder)
    return folder
