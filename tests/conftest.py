"""Every test has its own home: no setting, store or state of the person who runs the tests, and none left behind."""

import os
import signal

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("untimed")

_DROPPED = ("RUNSTORE_", "AZUREML_", "XDG_", "RUNS_TUI_", "TEXTUAL_", "COLUMNS", "LINES", "NO_COLOR")


def pytest_configure() -> None:
    """Started in the background by a shell, this process ignores Ctrl+C, and so would all that the tests start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> str:
    """The home folder of the test, empty at its start."""
    for name in [name for name in os.environ if name.startswith(_DROPPED)]:
        monkeypatch.delenv(name)
    folder = str(tmp_path_factory.mktemp("home"))
    monkeypatch.setenv("HOME", folder)
    return folder
