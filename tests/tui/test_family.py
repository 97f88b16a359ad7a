"""The tree of the runs below a run, and how they stand together."""

from __future__ import annotations

from pathlib import Path

from runs_tui.model.family import branches, counted, failed_words, family_of, summary
from runstore.reading.catalog import list_rows
from runstore.reading.row import RunRow
from runstore.reading.states import State
from tests.tui.recorded_store import family


def run(identity: str, parent: str | None = None, word: str = "completed", created: float = 0.0) -> RunRow:
    return RunRow(
        key=f"/root/exp/{identity}", root="/root", id=identity, experiment="exp", name=identity, parent=parent,
        state=State(word, "x", "x", word, word), created=created,
    )  # fmt: skip


def shape(found: list) -> list[tuple[str, int, bool]]:
    return [(branch.row.id, branch.depth, branch.last) for branch in found]


def test_a_tree_oldest_first() -> None:
    rows = [run("p"), run("b", "p", created=2), run("a", "p", created=1), run("c", "b", created=3), run("other")]
    below = family_of(rows[0], rows)
    assert [row.id for row in below] == ["a", "b", "c"]
    found = branches(rows[0], below, frozenset(), alarms_first=False)
    assert shape(found) == [("a", 0, False), ("b", 0, True), ("c", 1, True)]
    assert [row.id for row in found[1].below] == ["c"]
    closed = branches(rows[0], below, frozenset({rows[1].key}), alarms_first=False)
    assert shape(closed) == [("a", 0, False), ("b", 0, True)]


def test_what_asks_for_attention_first_also_when_it_lies_deeper() -> None:
    rows = [run("p"), run("a", "p"), run("b", "p", "running"), run("c", "p"), run("d", "c", "failed")]
    found = branches(rows[0], family_of(rows[0], rows), frozenset(), alarms_first=True)
    assert [branch.row.id for branch in found] == ["c", "d", "b", "a"]


def test_parents_that_lead_in_a_circle_end() -> None:
    rows = [run("p", "b"), run("a", "p"), run("b", "a"), run("self", "self")]
    below = family_of(rows[0], rows)
    assert sorted(row.id for row in below) == ["a", "b"]
    assert len(branches(rows[0], below, frozenset(), alarms_first=False)) == 2
    assert family_of(rows[3], rows) == ()


def test_counts_begin_with_what_asks_for_attention() -> None:
    rows = [run("a"), run("b"), run("c", word="running"), run("d", word="failed"), run("e", word="queued")]
    assert [(word, count) for word, _, count in counted(rows)] == [
        ("failed", 1), ("running", 1), ("completed", 2), ("queued", 1),
    ]  # fmt: skip
    assert summary(rows) == "5: 1 failed, 1 running, 2 completed, 1 queued"


def test_a_list_counts_all_that_is_below(tmp_path: Path) -> None:
    family(tmp_path)
    rows = {row.id: row for row in list_rows(str(tmp_path), cache=False)}
    assert (rows["hyper"].children, rows["hyper"].children_failed) == (6, 2)
    assert failed_words(rows["hyper"]) == "2 of 6 children failed"
    assert failed_words(rows["trial-0"]) == "1 of 2 children failed"
    assert failed_words(rows["trial-1"]) == ""


def test_names_leave_out_that_of_the_parent(tmp_path: Path) -> None:
    family(tmp_path)
    rows = list_rows(str(tmp_path), cache=False)
    parent = next(row for row in rows if row.id == "hyper")
    found = branches(parent, family_of(parent, rows), frozenset(), alarms_first=False)
    assert [branch.name for branch in found] == ["trial-0", "fold-0", "fold-1", "trial-1", "trial-3", "trial-2"]
