"""The pages of the Records and Files tabs: what they draw on a sheet of any size."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.strip import Strip

from runs_tui.images.picture import load_picture
from runs_tui.model import evaluations
from runs_tui.plotting.glyphs import ASCII, UNICODE
from runs_tui.screens.tabs.record_views import views_of
from runs_tui.themes import ink
from runs_tui.widgets.pages import Page, Paper
from runs_tui.widgets.pages.hexdump import BytesPage
from runs_tui.widgets.pages.matrix import MatrixPage
from runs_tui.widgets.pages.picture import PicturePage
from runs_tui.widgets.pages.table import TablePage, cell_text
from runs_tui.widgets.pages.words import WordsPage
from runstore.reading.recorded import Recorded, Recordings
from runstore.reading.run import RunReader
from tests.tui.recorded_store import CLASSES, MATRIX, accuracy_table, gradient, run_with_records

SIZES = [(80, 20), (120, 30), (30, 6), (8, 2), (1, 1)]


def paper(width: int = 80, height: int = 20, theme: str = "runs-dark", plain: bool = False) -> Paper:
    return Paper(width, height, ink(theme), theme, ASCII if plain else UNICODE)


def text(page: Page, top: int = 0, left: int = 0, **size: int) -> str:
    sheet = paper(**size)
    return "\n".join(strip.text for strip in page.draw(sheet, top, left)[: sheet.height])


# Tables


def table(rows: int = 50, columns: int = 12) -> TablePage:
    return TablePage({f"column {number}": [row * number for row in range(rows)] for number in range(columns)}, rows)


def test_a_table_scrolls_both_ways_and_its_titles_stay() -> None:
    page = table()
    assert text(page).splitlines()[0].split()[:3] == ["column", "0", "column"]
    top, left = page.farthest(80, 20)
    assert top == 50 - 19
    last = text(page, top, left).splitlines()
    assert "column 11" in last[0]
    assert last[-1].split()[0] == "49"
    assert last[-1].split()[-1] == str(49 * 11)
    assert page.place(80, 20, 3, 0) == "rows 4-22 of 50 · columns 1-7 of 12"
    assert table(5, 2).place(80, 20, 0, 0) == ""


def test_numbers_end_at_one_column_and_text_begins_at_one() -> None:
    page = TablePage({"n": [1, 20, 300], "name": ["a", "bb", "ccc"]}, 3)
    lines = text(page).splitlines()[1:]
    assert len({line.index(name) for line, name in zip(lines, ("a", "bb", "ccc"), strict=True)}) == 1
    assert len({line.index(number) + len(number) for line, number in zip(lines, ("1", "20", "300"), strict=True)}) > 0


def test_a_column_wider_than_the_screen_is_still_shown() -> None:
    page = TablePage({"x": ["y" * 300], "z": [1]}, 1)
    assert "yyy" in text(page, width=10, height=4)
    assert page.farthest(10, 4)[1] == 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1, "1"), (0.1 + 0.2, "0.3"), (1e-9, "1e-09"), (None, ""), (True, "True"), (float("nan"), "NaN"),
     (float("-inf"), "-Inf"), ("\x1b[2J", "␛[2J"), ([1], "[1]"), (10**30, str(10**30))],
)  # fmt: skip
def test_cells(value: object, shown: str) -> None:
    assert cell_text(value) == shown


# Matrices


def test_a_matrix_in_each_form() -> None:
    counts, shares = MatrixPage(CLASSES, MATRIX, "counts"), MatrixPage(CLASSES, MATRIX, "shares")
    lines = text(counts).splitlines()
    assert "true" in lines[0]
    assert "predicted" in lines[0]
    assert lines[1].split() == CLASSES
    assert lines[3].split() == ["dog", "12", "80", "8"]
    assert text(shares).splitlines()[3].split() == ["dog", "0.12", "0.80", "0.08"]
    strip = counts.draw(paper(), 0, 0)[2]
    backgrounds = [segment.style.bgcolor for segment in strip if segment.style and segment.text.strip().isdigit()]
    assert len(set(backgrounds)) > 1


def test_a_matrix_without_colours_is_shaded_by_characters() -> None:
    for theme in ("runs-mono", "ansi-dark"):
        page = MatrixPage(CLASSES, MATRIX, "map")
        drawn = "".join(strip.text for strip in page.draw(paper(theme=theme), 0, 0))
        assert "█" in drawn
        assert "░" in drawn
    plain = MatrixPage(CLASSES, MATRIX, "map").draw(paper(theme="ansi-dark", plain=True), 0, 0)
    assert "##" in plain[1].text
    assert all(line.text.isascii() for line in plain)


def test_a_large_matrix_scrolls() -> None:
    labels = [f"class {number}" for number in range(100)]
    page = MatrixPage(labels, [[float(row == at) for at in range(100)] for row in range(100)], "counts")
    top, left = page.farthest(80, 20)
    assert "class 99" in text(page, top, left)
    assert page.place(80, 20, 0, 0).startswith("rows 1-18 of 100")


# Pictures


def test_a_picture_has_two_pixels_in_a_cell() -> None:
    page = PicturePage(load_picture(gradient(20, 10)))
    lines = page.draw(paper(22, 5), 0, 0)
    assert len(lines) == 5
    assert set(lines[0].text.strip()) == {"▀"}
    left, right = lines[0]._segments[1].style, lines[0]._segments[-1].style
    assert left.color.triplet.red < 10
    assert right.color.triplet.red > 245
    assert left.bgcolor.triplet.green > left.color.triplet.green


def test_a_picture_without_colours_is_shaded() -> None:
    picture = load_picture(gradient(20, 10))
    shaded = "".join(strip.text for strip in PicturePage(picture).draw(paper(22, 5, "runs-mono"), 0, 0))
    assert len(set(shaded) & set("░▒▓")) > 1
    plain = "".join(strip.text for strip in PicturePage(picture).draw(paper(22, 5, plain=True), 0, 0))
    assert plain.isascii()


# Bytes and words


def test_bytes_are_read_as_far_as_they_are_shown() -> None:
    data = bytes(range(256)) * 40
    asked: list[tuple[int, int]] = []

    def read(start: int, count: int) -> bytes:
        asked.append((start, count))
        return data[start : start + count]

    page = BytesPage(len(data), read)
    shown = text(page, 3)
    assert asked == [(48, 320)]
    assert shown.splitlines()[0].split()[:3] == ["00000030", "30", "31"]
    assert shown.splitlines()[0].endswith("0123456789:;<=>?")
    assert page.farthest(80, 20)[0] == 640 - 20


def test_words_are_folded_and_safe() -> None:
    page = WordsPage("a sentence " * 20, ("name", "\x1b[31m" + "x " * 60))
    assert "\x1b" not in text(page)
    assert all(len(line) <= 40 for line in text(page, width=40, height=20).splitlines())
    assert page.farthest(40, 3)[0] > 3


# What is made of each kind of record


@pytest.fixture
def items(tmp_path: Path) -> tuple[RunReader, dict[str, Recorded]]:
    reader = RunReader(run_with_records(tmp_path))
    reader.refresh()
    found = Recordings(reader)
    found.refresh()
    return reader, found.items


@pytest.mark.parametrize("plain", [False, True])
def test_everything_can_be_drawn_at_any_size(items: tuple[RunReader, dict[str, Recorded]], plain: bool) -> None:
    reader, recorded = items
    for item in recorded.values():
        for view in views_of(item, -1, reader.artifact):
            for width, height in SIZES:
                top, left = view.page.farthest(width, height)
                for place in ((0, 0), (top, left)):
                    lines = view.page.draw(paper(width, height, plain=plain), *place)
                    assert all(isinstance(line, Strip) for line in lines)
                    assert not any("\x1b" in line.text or "\u202e" in line.text for line in lines), item.name
                view.page.place(width, height, 0, 0)


def test_which_views_there_are(items: tuple[RunReader, dict[str, Recorded]]) -> None:
    reader, recorded = items
    views = {name: [view.name for view in views_of(item, -1, reader.artifact)]
             for name, item in recorded.items()}  # fmt: skip
    assert views["by epoch"] == ["chart", "charts", "table"]
    assert views["wide"] == ["charts", "table"]
    assert views["people"] == ["table"]
    assert views["fibonacci"] == ["chart", "values"]
    assert views["words"] == ["values"]
    assert views["confusion"] == ["counts", "shares", "map"]
    assert views["accuracy"] == ["ROC", "precision", "table"]
    assert views["residuals"] == ["histogram", "table"]
    assert views["predicted"] == ["chart", "histogram", "table"]
    assert views["samples"] == ["image"]


@pytest.mark.feature("charts", 121, "lists and tables of edges and counts as histograms", "v in Records")
def test_many_numbers_and_tables_of_counts_are_histograms() -> None:
    many, table = Recorded("weights", "list", 0), Recorded("grads", "table", 0)
    many.take([{"kind": "list", "value": [place % 9 for place in range(90)], "time": 1.0}])
    table.take([{"kind": "table", "value": {"counts": [3, 9, 1], "bin_edges": [0, 1, 2, 3]}, "time": 1.0}])
    views = {view.name: view.page for view in views_of(many, -1, lambda _: b"")}
    assert list(views) == ["chart", "histogram", "values"]
    bars = [line for line in text(views["histogram"], height=12).splitlines() if "█" in line]
    assert len({line.count("█") for line in bars}) == 1  # nine bins of ten
    views = {view.name: view.page for view in views_of(table, -1, lambda _: b"")}
    assert list(views) == ["histogram", "table"]
    rows = text(views["histogram"], height=12).splitlines()
    assert rows[1].count("█") < rows[8].count("█") < rows[10].count("█")


def test_what_cannot_be_shown_says_why(items: tuple[RunReader, dict[str, Recorded]]) -> None:
    reader, recorded = items

    def said(name: str) -> str:
        return text(views_of(recorded[name], -1, reader.artifact)[0].page)

    assert "No such file" in said("gone")
    assert "not valid" in said("outside")
    assert "matrix" in said("not one")


def test_an_image_that_is_a_link_is_not_read(items: tuple[RunReader, dict[str, Recorded]]) -> None:
    reader, _ = items
    with pytest.raises((ValueError, OSError)):
        reader.artifact("outputs/link")
    with pytest.raises((ValueError, OSError)):
        reader.artifact("outputs/folder-link/passwd")


# Evaluations


def test_curves_of_a_classifier() -> None:
    lines = evaluations.roc(accuracy_table())
    areas = [float(line.name.rpartition(" ")[2]) for line in lines]
    assert [line.name.rpartition(" ")[0] for line in lines] == CLASSES
    assert areas == sorted(areas)
    assert 0.7 < areas[0] < areas[-1] <= 1.0
    assert all((line.x[1:] >= line.x[:-1]).all() for line in lines)
    precise = evaluations.precision_recall(accuracy_table())
    assert all(0 <= value <= 1 for line in precise for value in line.y)


def test_the_area_of_a_known_curve() -> None:
    tables = [[[0, 0, 10, 10], [5, 0, 10, 5], [10, 10, 0, 0]]]
    data = {**accuracy_table(), "probability_tables": tables, "class_labels": ["a"]}
    (line,) = evaluations.roc(data)
    assert line.name == "a 0.750"


def test_empty_bins_have_no_prediction() -> None:
    data = {"bin_edges": [0, 1, 2], "bin_counts": [3, 0], "bin_averages": [0.4, 0.0], "bin_errors": [0.1, 0.0]}
    lines = {line.name: line for line in evaluations.predicted_against_true(data)}
    assert lines["predicted"].x.tolist() == [0.5]
    assert lines["+ error"].y.tolist() == [0.5]
    assert lines["true"].y.tolist() == [0, 1, 2]
