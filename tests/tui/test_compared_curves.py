"""Curves of several runs as the charts ask for them, from real stores."""

from __future__ import annotations

import math
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from runs_tui.model.compared import Compared, compared_lines
from runs_tui.model.fields import field
from runs_tui.plotting.band import Band
from runs_tui.plotting.curve import Curve
from runs_tui.plotting.thin import ThinCurve
from runs_tui.screens.charts.source import Item
from runs_tui.screens.charts.view import ChartView
from runs_tui.screens.compare import members
from runs_tui.screens.compare.curves import ComparedCurves
from runs_tui.screens.compare.members import most_kept
from runstore.reading.catalog import list_rows
from runstore.reading.row import RunRow
from runstore.reading.run import RunReader
from runstore.reading.series_data import Series
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter
from tests.tui.stores import LONG_AGO, log, make_run

VIEW = ChartView()
LOSS = Item("loss")


def rows_of(root: Path) -> list[RunRow]:
    return sorted(list_rows(str(root)), key=lambda row: row.name)


def curves_of(rows: list[RunRow], by: str = "") -> tuple[ComparedCurves, tuple[Compared, ...]]:
    lines = compared_lines(rows, field(by), 7)
    source = ComparedCurves(rows, lambda row: RunReader(row.key))
    source.show(lines)
    return source, lines


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More runs than of which single points can be told apart, in groups of different sizes."""
    root = tmp_path_factory.mktemp("many")
    for number in range(36):
        make_run(root, name=f"run-{number:02}", steps=60 + number, params={"lr": number // 10}, metrics=("loss", "acc"),
                 created=LONG_AGO + number)  # fmt: skip
    return root


def test_few_runs_keep_all_their_points(many: Path) -> None:
    rows = rows_of(many)[:3]
    source, _ = curves_of(rows)
    assert source.items(VIEW) == [Item("acc"), LOSS]
    assert source.drawn(LOSS, VIEW) is None
    source.load([LOSS], VIEW)
    drawn = source.drawn(LOSS, VIEW)
    assert drawn is not None
    assert drawn.names == ("run-00", "run-01", "run-02")
    assert all(isinstance(curve, Curve) for curve in drawn.curves)
    assert [curve.span() for curve in drawn.curves] == [(0.0, 59.0), (0.0, 60.0), (0.0, 61.0)]
    assert all(curve.lines(0, 60, 20).raw for curve in drawn.curves)  # smoothed, the line before it behind
    assert source.drawn(LOSS, replace(VIEW, x="relative")) is None  # not loaded in this way
    assert source.progress == ""


def test_of_very_many_runs_only_the_lines_are_drawn(many: Path) -> None:
    source, lines = curves_of(rows_of(many))
    source.load([LOSS], VIEW)
    drawn = source.drawn(LOSS, VIEW)
    assert drawn is not None
    assert len(drawn.curves) == 36
    assert all(isinstance(curve, ThinCurve) and not curve.lines(0, 90, 20).raw for curve in drawn.curves)
    assert source.progress == ""
    found = source.values(LOSS, 50.0)
    assert [line.name for line, _ in found] == [line.name for line in lines]  # all the same there
    found = source.values(LOSS, None)
    assert [line.name for line, _ in found][:2] == ["run-35", "run-34"]  # the longer, the lower
    best = source.values(Item("acc"), None)
    assert [line.name for line, _ in best][:2] == ["run-35", "run-34"]


def test_a_part_of_the_curves_of_very_many_runs_is_read_again(tmp_path: Path) -> None:
    first = make_run(tmp_path, name="run-00", steps=0, created=LONG_AGO)
    for number in range(1, 31):
        make_run(tmp_path, name=f"run-{number:02}", steps=5, created=LONG_AGO + number)
    with closing(RunWriter(first)) as writer:
        for step in range(5_000):  # a dozen in each of 400 parts
            writer.log("loss", step % 7, step)
    rows = rows_of(tmp_path)
    source, _ = curves_of(rows)
    source.load([LOSS], VIEW)
    near = replace(VIEW, x_limits=(1_000.0, 1_070.0))
    assert source.coarse([LOSS], near)
    assert not source.coarse([LOSS], VIEW)

    def columns_with_points() -> int:
        drawn = source.drawn(LOSS, near)
        assert drawn is not None
        return int((drawn.curves[0].lines(1_000.0, 1_070.0, 70).now[0].count > 0).sum())

    assert columns_with_points() < 40  # what there is is drawn until more is read
    source.load([LOSS], near)
    assert not source.coarse([LOSS], near)
    assert columns_with_points() == 70
    assert source.coarse([LOSS], replace(VIEW, x_limits=(3_000.0, 3_070.0)))


def test_groups_are_bands_and_single_runs_are_curves(many: Path) -> None:
    rows = rows_of(many)[:21]
    source, _ = curves_of(rows, "param:lr")
    source.load([LOSS], VIEW)
    drawn = source.drawn(LOSS, VIEW)
    assert drawn is not None
    assert drawn.names == ("lr 0", "lr 1", "lr 2")
    assert [type(curve) for curve in drawn.curves] == [Band, Band, Curve]
    (_, text), *_ = source.values(LOSS, 0.0)
    assert float(text.split()[0]) == pytest.approx(1.0, abs=0.01)
    again = source.drawn(LOSS, VIEW)
    assert again is not None
    assert again.curves[0] is drawn.curves[0]


def test_a_run_that_goes_on_gets_its_new_points(tmp_path: Path) -> None:
    make_run(tmp_path, name="ended", steps=10)
    folder = make_run(tmp_path, name="going", steps=10, status="Running")
    source, _ = curves_of(rows_of(tmp_path))
    assert source.live
    source.load([LOSS], VIEW)
    first = source.drawn(LOSS, VIEW)
    assert first is not None
    version = first.curves[1].version
    log(folder, 5, start=10)
    source.show(compared_lines(rows_of(tmp_path), None, 7))
    source.load([LOSS], VIEW)
    drawn = source.drawn(LOSS, VIEW)
    assert drawn is not None
    assert drawn.curves[1] is first.curves[1]
    assert drawn.curves[1].version > version
    assert [curve.span() for curve in drawn.curves] == [(0.0, 9.0), (0.0, 14.0)]


def test_all_charts_of_a_page_get_what_came_while_one_was_alone(tmp_path: Path) -> None:
    make_run(tmp_path, name="ended", steps=10)
    folder = make_run(tmp_path, name="going", steps=10, status="Running")
    source, _ = curves_of(rows_of(tmp_path))
    page = source.items(VIEW)
    source.load(page, VIEW)
    log(folder, 5, start=10)
    RunOwner(folder).finish("Completed")
    source.show(compared_lines(rows_of(tmp_path), None, 7))
    source.load(page[:1], VIEW)
    source.load(page, VIEW)
    assert not source.live
    for item in page:
        drawn = source.drawn(item, VIEW)
        assert drawn is not None
        assert [curve.span() for curve in drawn.curves] == [(0.0, 9.0), (0.0, 14.0)], item


def test_a_curve_that_gets_new_points_is_drawn_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_run(tmp_path, name="ended", steps=10)
    folder = make_run(tmp_path, name="going", steps=10, status="Running")
    source, _ = curves_of(rows_of(tmp_path))
    seen: list[tuple[str, ...]] = []

    class Watched(Curve):
        """Looks at what is drawn before it takes new points."""

        def update(self, series: Series, along: Series | None = None) -> None:
            drawn = source.drawn(LOSS, VIEW)
            seen.append(drawn.names if drawn is not None else ())
            super().update(series, along)

    monkeypatch.setattr(members, "Curve", Watched)
    source.load([LOSS], VIEW)
    assert seen == [(), ("ended",)]
    log(folder, 5, start=10)
    source.show(compared_lines(rows_of(tmp_path), None, 7))
    source.load([LOSS], VIEW)
    assert seen[2:] == [("ended", "going")] * 2


def test_samples_and_other_metrics_as_x(tmp_path: Path) -> None:
    for name in ("a", "b"):
        folder = make_run(tmp_path, name=name, steps=10, metrics=("loss", "epoch"))
        if name == "a":
            writer = RunWriter(folder, kind="resources")
            for number in range(4):
                writer.log_metrics({"cpu_percent": 50.0 + number})
            writer.close()
    source, _ = curves_of(rows_of(tmp_path))
    view = replace(VIEW, system=True)
    source.load(source.items(view), view)
    cpu = Item("cpu_percent", sample=True)
    assert source.items(view) == [Item("epoch"), LOSS, cpu]
    source.load([cpu], view)
    drawn = source.drawn(cpu, view)
    assert drawn is not None
    assert drawn.names == ("a",)
    assert drawn.title.note == "1 of 2"
    assert drawn.curves[0].kind == "relative"
    view = VIEW.over("value", "epoch")
    source.load([LOSS], view)
    drawn = source.drawn(LOSS, view)
    assert drawn is not None
    assert drawn.curves[0].kind == "value"
    assert drawn.curves[0].span() == (0.0, pytest.approx(1 - math.exp(-0.9)))


def test_charts_that_were_left_are_given_up(tmp_path: Path) -> None:
    names = tuple(f"m{number}" for number in range(most_kept(1) + 5))
    for name in ("a", "b"):
        make_run(tmp_path, name=name, steps=3, metrics=names)
    source, _ = curves_of(rows_of(tmp_path))
    for name in names:
        source.load([Item(name)], VIEW)
        assert source.drawn(Item(name), VIEW) is not None
    assert source.drawn(Item("m0"), VIEW) is None
    assert source.drawn(Item(names[-1]), VIEW) is not None
    source.load([Item("m0")], VIEW)
    assert source.drawn(Item("m0"), VIEW) is not None


def test_what_is_on_the_page_is_given_up_last(tmp_path: Path) -> None:
    names = tuple(f"m{number:02}" for number in range(most_kept(2) + 1))
    for name in ("a", "b"):
        make_run(tmp_path, name=name, steps=3, metrics=names)
    source, _ = curves_of(rows_of(tmp_path))
    for name in names[:-1]:
        source.load([Item(name)], VIEW)
    page = [Item(names[0]), Item(names[-1])]  # the first that was read, and one that is new
    source.load(page, VIEW)
    assert [len(drawn.curves) for item in page if (drawn := source.drawn(item, VIEW))] == [2, 2]


def test_limits_of_steps_thin_out_no_samples(tmp_path: Path) -> None:
    """Of very many runs only so much is kept as is seen, of samples that is all: they are over seconds."""
    for number in range(31):
        folder = make_run(tmp_path, name=f"run-{number:02}", steps=3, created=time.time())
    with closing(RunWriter(folder, kind="resources")) as writer:
        for number in range(5_000):
            writer.log_metrics({"cpu_percent": number % 7})
    source, _ = curves_of(rows_of(tmp_path))
    view, cpu = replace(VIEW, system=True), Item("cpu_percent", sample=True)
    source.load(source.items(view), view)
    source.load([cpu], view)
    drawn = source.drawn(cpu, view)
    assert drawn is not None
    low, high = drawn.curves[0].span() or (0.0, 0.0)
    part = low + (high - low) * 0.4, low + (high - low) * 0.41
    assert not source.coarse([cpu], replace(view, x_limits=part))
    assert source.coarse([cpu], replace(view, x="relative", x_limits=part))


def test_a_page_of_many_charts_is_drawn_whole(tmp_path: Path) -> None:
    names = tuple(f"m{number:02}" for number in range(most_kept(1) + 12))
    for name in ("a", "b"):
        make_run(tmp_path, name=name, steps=3, metrics=names)
    source, _ = curves_of(rows_of(tmp_path), "experiment")
    page = source.items(VIEW)
    assert len(page) == len(names)
    for _ in range(2):
        source.load(page, VIEW)
        assert all(source.drawn(item, VIEW) is not None for item in page)
        assert all(source.values(item, 1.0) for item in page)


def test_a_run_that_is_gone_is_passed_over(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        make_run(tmp_path, name=name, steps=3)
    rows = rows_of(tmp_path)

    def open_run(row: RunRow) -> RunReader:
        if row.name == "a":
            raise LookupError(row.key)  # as of another tool's run
        return RunReader(row.key)

    source = ComparedCurves(rows, open_run)
    source.show(compared_lines(rows, None, 7))
    source.load([LOSS], replace(VIEW, system=True))
    assert source.progress == ""
    drawn = source.drawn(LOSS, replace(VIEW, system=True))
    assert drawn is not None
    assert drawn.names == ("b", "c")


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((math.inf, -math.inf), "NaN"),
        ((math.inf, math.inf), "Inf"),
        ((-math.inf, 1.0, 3.0, math.nan), "2.000"),
        ((1.7e308, 1.7e308), "1.7e308"),
    ],
)
def test_a_group_ends_at_the_mean_of_what_is_finite(tmp_path: Path, ends: tuple[float, ...], said: str) -> None:
    for place, end in enumerate(ends):
        writer = RunWriter(make_run(tmp_path, name=f"r{place}", steps=3, metrics=("loss",)))
        writer.log_metrics({"loss": end}, step=3)
        writer.close()
    source, _ = curves_of(rows_of(tmp_path), "experiment")
    [(_, text)] = source.values(LOSS, None)
    assert text == said
