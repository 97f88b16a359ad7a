"""Notebooks and scripts become Python whose lines keep their numbers, whatever Jupyter allows beside Python."""

import ast
import json

import pytest

from runstore.porting.cells import Unreadable, read_source


@pytest.fixture
def notebook(tmp_path):
    """Writes a notebook of code cells and reads it back as cells."""

    def write(*cells, **changes):
        content = {
            "nbformat": 4,
            "metadata": {"title": "azureml", "kernelspec": {"language": "python"}},
            "cells": [{"cell_type": "markdown", "source": "# not code"}]
            + [{"cell_type": "code", "source": cell} for cell in cells],
        }
        path = tmp_path / "notebook.ipynb"
        path.write_text(json.dumps({**content, **changes}))
        return read_source(str(path))

    return write


def lines_of(cell):
    """Line -> statement of a cell."""
    return {statement.lineno: ast.unparse(statement) for statement in cell.tree.body}


def test_a_script_is_one_cell_without_a_number(tmp_path):
    path = tmp_path / "train.py"
    path.write_text("import azureml\n\nprint(azureml)\n")
    (cell,) = read_source(str(path)).cells
    assert cell.number is None
    assert lines_of(cell) == {1: "import azureml", 3: "print(azureml)"}


def test_a_file_that_does_not_name_the_sdk_is_not_parsed(tmp_path):
    path = tmp_path / "train.py"
    path.write_text("print 'hello'")
    assert read_source(str(path)).cells == []


def test_cells_count_as_jupyter_counts_them(notebook):
    source = notebook("a = 1", "", "   \n", ["b = 2\n", "c = 3"])
    assert [(cell.number, lines_of(cell)) for cell in source.cells] == [
        (1, {1: "a = 1"}),
        (2, {1: "b = 2", 2: "c = 3"}),
    ]


def test_magics_and_commands_are_taken_out_and_told(notebook):
    (cell,) = notebook("%matplotlib inline\nx = 1\nfiles = !ls -l\n!pip install \\\n   torch\nx?\ny = 2").cells
    assert cell.stops is None
    assert lines_of(cell)[2] == "x = 1"
    assert lines_of(cell)[3] == "files = None"
    assert lines_of(cell)[7] == "y = 2"
    assert {words for _, words in cell.commands} >= {"%matplotlib inline", "files = !ls -l", "!pip install torch", "x?"}


def test_a_remainder_in_an_expression_is_no_magic(notebook):
    (cell,) = notebook("text = ('%d of %d'\n        % (1, 2))\nrest = (7\n% 2)").cells
    assert cell.stops is None
    assert cell.commands == ()
    assert lines_of(cell) == {1: "text = '%d of %d' % (1, 2)", 3: "rest = 7 % 2"}


@pytest.mark.parametrize("magic", ["%%time", "%%capture out", "\n\n%%timeit -n 1"])
def test_a_timed_cell_is_python_with_its_own_lines(notebook, magic):
    (cell,) = notebook(magic + "\n\nx = 1").cells
    assert lines_of(cell) == {3: "x = 1"}


def test_a_timed_line_is_python(notebook):
    (cell,) = notebook("%time x = train()\nif x:\n    %timeit -n 3 x()").cells
    assert lines_of(cell) == {1: "x = train()", 2: "if x:\n    x()"}


def test_an_indented_cell_runs_as_in_jupyter(notebook):
    (cell,) = notebook("  x = 1\n  y = 2").cells
    assert lines_of(cell) == {1: "x = 1", 2: "y = 2"}


def test_written_scripts_are_kept(notebook):
    source = notebook("%%writefile $folder/train.py\nimport os\n", "%%bash\nfor i in 1 2; do echo $i; done")
    assert source.written == {"$folder/train.py": "import os\n"}
    assert [cell.tree.body for cell in source.cells] == [[], []]
    assert [cell.stops for cell in source.cells] == [None, None]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("x = 1\nprint 'hello'", 2, "Python 2"),
        ("x = 1\ny = <your name>", 2, "no Python"),
        ("%%synapse\nval x = 1", 1, "%%synapse"),
    ],
)
def test_what_is_no_python_stops_at_its_line(notebook, text, line, why):
    (cell,) = notebook(text).cells
    assert cell.stops is not None
    assert cell.stops[0] == line
    assert why in cell.stops[1]


def test_notebooks_of_the_third_format_are_read(notebook):
    source = notebook(cells=None, worksheets=[{"cells": [{"cell_type": "code", "input": "x = 1"}]}])
    assert lines_of(source.cells[0]) == {1: "x = 1"}


@pytest.mark.parametrize(
    "content",
    [
        b"azureml",
        b'{"azureml": 1}',
        b'["azureml"]',
        b'{"azureml": 1, "cells": [{}]}',
        b'{"azureml": 1, "cells": 3}',
        b'{"azureml": 1, "cells": [[]]}',
        b"\xff\xfe azureml",
        b"[" * 100_000 + b"azureml",
    ],
)
def test_what_is_no_notebook_is_refused(tmp_path, content):
    path = tmp_path / "broken.ipynb"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match="notebook"):
        read_source(str(path))


def test_a_notebook_of_another_language_is_refused(notebook):
    with pytest.raises(Unreadable, match="scala"):
        notebook("val x = 1", metadata={"title": "azureml", "kernelspec": {"language": "scala"}})


def test_a_script_in_another_encoding_is_read_as_python_reads_it(tmp_path):
    path = tmp_path / "latin.py"
    path.write_bytes(b"# -*- coding: latin-1 -*-\nname = 'azureml\xe9'\n")
    (cell,) = read_source(str(path)).cells
    assert lines_of(cell) == {2: "name = 'azuremlé'"}


def test_bytes_that_are_no_script_stop(tmp_path):
    path = tmp_path / "data.py"
    path.write_bytes(b"x = 'azureml\x00'\n" * 3)
    (cell,) = read_source(str(path)).cells
    assert cell.stops
