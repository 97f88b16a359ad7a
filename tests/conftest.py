"""Every test has its own home: no setting, store or state of the person who runs the tests, and none left behind."""

import os

import pytest

_DROPPED = ("RUNSTORE_", "AZUREML_", "XDG_", "RUNS_TUI_", "TEXTUAL_", "COLUMNS", "LINES", "NO_COLOR")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> str:
    """The home folder of the test, empty at its start."""
    for name in [name for name in os.environ if name.startswith(_DROPPED)]:
        monkeypatch.delenv(name)
    folder = str(tmp_path_factory.mktemp("home"))
    monkeypatch.setenv("HOME", folder)
    return folder
