"""What Azure ML warns of is said on stderr, or recorded as a warning of the run: once each."""

from __future__ import annotations

from pathlib import Path

import pytest

from runstore import Experiment, Run, Workspace


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    return Experiment(Workspace(root=tmp_path / "root"), "exp").start_logging(outputs=False, snapshot_directory=None)


def warnings_of(run: Run) -> list[str]:
    return [str(each["message"]) for each in run.get_details().get("warnings", [])]


@pytest.mark.parametrize("first", ["numbers", "text", "several at once", "a table"])
def test_numbers_and_a_table_of_one_name_are_told_of_once(run: Run, capsys, first: str) -> None:
    def table() -> None:
        run.log_table("mixed", {"x": [1, 2]})

    def scalar() -> None:
        if first == "several at once":
            run.log_metrics({"mixed": 1, "other": 2})
        else:
            run.log("mixed", "one" if first == "text" else 1)

    for log in (table, scalar) if first == "a table" else (scalar, table):
        log()
        log()
    (warning,) = warnings_of(run)
    order = "a table first and then as numbers" if first == "a table" else "numbers first and then as a table"
    assert f"metric 'mixed' was logged as {order}" in warning
    assert capsys.readouterr().err.count("was logged as") == 1
    assert isinstance(run.get_metrics()["mixed"], dict) == (first == "a table")
    run.complete()


def test_numbers_by_all_calls_are_one_kind(run: Run, capsys) -> None:
    run.log("a", 1)
    run.log_list("a", [2, 3])
    run.log("a", 4)
    assert run.get_metrics() == {"a": [1, 2, 3, 4]}
    assert warnings_of(run) == []
    assert capsys.readouterr().err == ""
    run.complete()


def test_tags_and_properties_that_become_text_are_told_of(run: Run, capsys) -> None:
    for _ in range(2):
        run.tag("epochs", 3)
    run.set_tags({"plain": "text", "mark": None})
    assert "tag 'epochs' (int) is kept as text" in capsys.readouterr().err
    run.add_properties({"rate": 0.5, "name": "x"})
    assert "property 'rate' (float) is kept as text" in capsys.readouterr().err
    assert run.get_tags() == {"epochs": "3", "plain": "text", "mark": None}
    run.complete()
