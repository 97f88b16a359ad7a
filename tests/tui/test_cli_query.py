"""Queries on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.stores import make_run, some_runs
from tests.tui.test_cli_lists import listed, runs_tui


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("query") / "store"
    some_runs(root)
    return root


@pytest.mark.feature(
    "query", 35, "runs-tui ls lists the runs that a query means", "runs-tui ls state:failed 'lr>=1e-3'"
)
def test_ls_takes_a_query(store: Path) -> None:
    def names(*words: str) -> list[str]:
        return [run["name"] for run in listed(store, *words)]

    assert names("exp:resnet", "lr<1e-3") == ["brave-fox-12"]
    assert names("(state:failed", "|", "name:seed*)") == ["lr-3e-2", "seed-2"]
    assert names("--", "-exp:resnet-lr", "loss<3") == ["seed-2"]


def test_ls_shows_where_a_query_is_wrong(store: Path) -> None:
    error = runs_tui("ls", "--root", store, "state:failed", "lr>=", "tag:fox", code=2).stderr.splitlines()
    assert error == [
        "runs-tui: a value must follow 'lr>='",
        "  state:failed lr>= tag:fox",
        "                   ^",
    ]
    long = runs_tui("ls", "--root", store, "x" * 500 + " (\x1b[2Jfox", code=2).stderr
    assert "\x1b" not in long
    assert max(map(len, long.splitlines())) < 140
    assert long.splitlines()[1].index("(") == long.splitlines()[2].index("^")


def test_ls_names_what_no_run_has(store: Path) -> None:
    error = runs_tui("ls", "--root", store, "los<3").stderr
    assert error == "no runs: no run has a parameter, metric or tag los (did you mean loss?)\n"


def test_a_wrong_query_is_told_before_the_store_is_read(tmp_path: Path) -> None:
    make_run(tmp_path)
    assert "is: takes live" in runs_tui("ls", "--root", tmp_path, "is:up", code=2).stderr
