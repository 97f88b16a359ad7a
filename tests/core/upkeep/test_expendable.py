"""Which runs may go."""

from __future__ import annotations

import time

import msgspec
import pytest

from runstore.reading.catalog import list_rows
from runstore.reading.row import RunRow
from runstore.upkeep.expendable import best_of, expendable
from tests.tui.stores import LONG_AGO, dead_run, make_run


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[RunRow]:
    root = tmp_path_factory.mktemp("store")
    for number in range(4):
        make_run(root, name=f"run-{number}", steps=3 + number, created=LONG_AGO + number)
    make_run(root, name="kept", created=LONG_AGO, tags={"keep": None})
    make_run(root, name="young", created=time.time() - 60, took=1)
    make_run(root, name="waits", status="Queued", steps=0)
    make_run(root, name="live", status="Running", created=LONG_AGO)
    dead_run(root, name="dead")
    make_run(root, "sweep", "parent", run_id="parent", created=LONG_AGO)
    make_run(root, "sweep", "child", run_id="child", parent="parent", created=LONG_AGO)
    make_run(root, "sweep", "other", run_id="other", created=LONG_AGO)
    return list_rows(str(root), cache=False)


def names(found: list[RunRow]) -> list[str]:
    return [row.name for row in found]


def key(rows: list[RunRow], name: str) -> str:
    return next(row.key for row in rows if row.name == name)


def test_what_lives_waits_or_is_tagged_stays(rows: list[RunRow]) -> None:
    going = names(expendable(rows))
    assert set(going) == {"run-0", "run-1", "run-2", "run-3", "young", "dead", "parent", "child", "other"}
    assert going.index("run-0") < going.index("run-3") < going.index("young"), "oldest first"


def test_what_is_out_of_reach_stays_for_a_day(rows: list[RunRow]) -> None:
    ended = [row for row in rows if row.name in ("run-0", "run-1")]
    lost = [
        msgspec.structs.replace(
            row, state=row.state._replace(word="lost"), ended=None, active=time.time() - hours * 3600
        )
        for row, hours in zip(ended, (23, 25), strict=True)
    ]
    assert expendable(lost) == lost[1:]


def test_only_old_ones_that_are_meant(rows: list[RunRow]) -> None:
    before = time.time() - 3600
    assert "young" not in names(expendable(rows, before=before))
    assert names(expendable(rows, lambda row: row.name == "run-2", before=before)) == ["run-2"]


def test_pinned_ones_stay(rows: list[RunRow]) -> None:
    assert "run-1" not in names(expendable(rows, pinned=[key(rows, "run-1")]))


def test_the_best_stay(rows: list[RunRow]) -> None:
    mine = [row for row in rows if row.name.startswith("run-")]
    best = best_of(mine, "loss", "min", 2)
    assert best == [key(rows, "run-3"), key(rows, "run-2")]
    assert best_of(mine, "val/acc", "max", 1) == [key(rows, "run-3")]
    assert best_of(mine, "nothing", "max", 1) == []
    going = names(expendable(rows, lambda row: row in mine, best={"resnet-lr": best}))
    assert going == ["run-0", "run-1"]


def test_a_family_goes_or_stays_together(rows: list[RunRow]) -> None:
    assert names(expendable(rows, lambda row: row.name in ("parent", "other"))) == ["other"]
    assert set(names(expendable(rows, lambda row: row.name in ("parent", "child")))) == {"parent", "child"}
    assert names(expendable(rows, lambda row: row.experiment == "sweep", pinned=[key(rows, "child")])) == ["other"]
