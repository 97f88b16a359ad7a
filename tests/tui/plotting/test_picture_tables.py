"""The numbers of charts as CSV."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs_tui.plotting.band import Band
from runs_tui.plotting.curve import Plotted
from runs_tui.plotting.histogram import histogram
from runs_tui.plotting.look import Look, Title
from runs_tui.plotting.pictures import Panel, csv_of, has_all_points
from runs_tui.plotting.thin import ThinCurve
from tests.tui.plotting.series_of import curve


def table(*curves: Plotted, names: tuple[str, ...] = (), chart: str = "loss") -> list[dict[str, str]]:
    text = "".join(csv_of([Panel(curves, Title(chart), Look(names=names))]))
    return list(csv.DictReader(io.StringIO(text)))


@given(st.lists(st.floats(), max_size=30))
def test_values_come_back_as_they_were(values: list[float]) -> None:
    rows = table(curve(values))
    found = [float(row["value"]) for row in rows]
    assert np.array_equal(found, values, equal_nan=True)
    assert [row["step"] for row in rows] == [str(step) for step in range(len(values))]
    assert all(row["smoothed"] == "" for row in rows)


def test_of_a_resumed_run_the_later_part_holds() -> None:
    rows = table(curve([0.0, 1.0, 2.0, 3.0, 20.0, 30.0, 40.0], steps=[0, 1, 2, 3, 2, 3, 4]))
    assert [(int(row["step"]), float(row["value"])) for row in rows if float(row["value"]) >= 20] == [
        (2, 20.0), (3, 30.0), (4, 40.0)
    ]  # fmt: skip
    assert [row["value"] for row in rows[:2]] == ["0.0", "1.0"]
    assert "3.0" not in [row["value"] for row in rows]


def test_names_with_commas_and_quotes_stay_one_cell() -> None:
    rows = table(curve([1.0]), curve([2.0]), names=('a,"b"\nc', "=1+1"), chart="x,y")
    assert [(row["chart"], row["line"], row["value"]) for row in rows] == [
        ("x,y", 'a,"b"\nc', "1.0"), ("x,y", "=1+1", "2.0")
    ]  # fmt: skip


def test_a_band_is_told_at_each_x_of_its_curves() -> None:
    one, other = curve([1.0, 2.0, 3.0], steps=[0, 10, 20]), curve([5.0, 7.0], steps=[5, 10])
    rows = table(Band([one, other]), curve([9.0]), names=("two", "one"))
    band = [row for row in rows if row["line"] == "two"]
    assert [(float(row["x"]), int(row["runs"])) for row in band] == [(0, 1), (5, 2), (10, 2), (20, 1)]
    assert float(band[1]["mean"]) == (1.5 + 5) / 2
    assert float(band[1]["deviation"]) == np.std([1.5, 5.0], ddof=1)
    assert (rows[-1]["line"], rows[-1]["mean"], rows[-1]["low"]) == ("one", "9.0", "9.0")


def test_a_chart_without_bands_stands_in_the_table_of_one_that_has_some() -> None:
    band = Band([curve([1.0, 2.0]), curve([3.0, 4.0])])
    panels = [Panel([curve([9.0])], Title("one")), Panel([band], Title("two"))]
    rows = list(csv.DictReader(io.StringIO("".join(csv_of(panels)))))
    assert [(row["chart"], row["runs"], row["mean"]) for row in rows] == [
        ("one", "1", "9.0"), ("two", "2", "2.0"), ("two", "2", "3.0")
    ]  # fmt: skip


@pytest.mark.parametrize("grouped", [False, True])
def test_a_line_without_its_points_is_refused(grouped: bool) -> None:
    full, thin = curve([1.0, 2.0]), ThinCurve(curve([3.0, 4.0]))
    panels = [Panel([full], Title("whole")), Panel([Band([full, thin])] if grouped else [full, thin], Title("thin"))]
    assert has_all_points(panels[:1])
    assert not has_all_points(panels)
    with pytest.raises(ValueError, match="only the line"):
        list(csv_of(panels))


def test_long_curves_come_in_pieces() -> None:
    made = curve([math.sin(place) for place in range(25_000)])
    pieces = list(csv_of([Panel([made], Title("t"), Look())]))
    assert len(pieces) == 4
    assert sum(piece.count("\n") for piece in pieces) == 25_001


def test_nothing_is_only_titles() -> None:
    assert table() == []
    assert "".join(csv_of([])).count("\n") == 1
    assert "".join(csv_of([Panel(histogram(np.array([math.nan])), Title("h"), Look())])) == "chart,from,to,count\n"
