"""YAML of conda files and run configurations: read and written as PyYAML does."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from runstore.exceptions import RunConfigurationException
from runstore.jobs.config.yaml_writing import write_yaml
from runstore.records.yaml_reading import read_yaml

LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\x85\u2028\u2029"), max_size=12)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
WORDS = st.sampled_from(
    ["yes", "No", "null", "~", "true", "0x1f", "1_000", "1e3", "12:30", "- a", "a: b", "a #b", "#a", "'q'", "", " a ",
     "numpy>=1.20,<2", "pytorch::pytorch=1.11.0", "-r https://host/x.txt [--no-deps]", "2019-01-01", "=", "<<", "%a",
     "@a", "&a", "*a", "!a", "|", ">", "?", "? a", "-", "--- a", "...", "{a}", "[a]", "a,b", "it's", 'a"b', ".5", "+1",
     "1.", "0o7", "08", ".inf", "a:", ":a", "é", "\ufeff", "\u00a0"]
)  # fmt: skip
KEYS = (LINE | WORDS).filter(lambda text: text and "\ufeff" not in text)
"""PyYAML writes an empty key in a form of its own."""
NUMBERS = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False)


def values(text):
    scalars = st.none() | st.booleans() | NUMBERS | text | WORDS
    return st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4))


@settings(max_examples=60, deadline=None)
@given(values(LINE), st.sampled_from([True, False, None]), st.integers(2, 6))
def test_what_pyyaml_writes_is_read_back(value, flow, indent):
    text = yaml.safe_dump(value, default_flow_style=flow, width=10**9, indent=indent, sort_keys=False)
    assert read_yaml(text) == value


@settings(max_examples=50, deadline=None)
@given(ANY)
def test_quoted_text_may_hold_anything(value):
    text = yaml.safe_dump([value, {"a": value}], default_style='"', width=10**9, default_flow_style=False)
    assert read_yaml(text) == [value, {"a": value}]


@settings(max_examples=60, deadline=None)
@given(values(ANY))
def test_what_is_written_pyyaml_and_we_read_back(value):
    text = write_yaml(value)
    assert yaml.safe_load(text) == value
    assert read_yaml(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "# only a comment\n",
        "name: x\ndependencies:\n- a   # why\n# between\n- pip:\n  - b\n  - 'c d'\nprefix: /opt/x\n",
        "a:\n    - b\n    -   c: 1\n        d: [1, 'x, y', {e: ~}]\n    - - deep\n      - er\n",
        "---\na: [1,\n  2,\n\n  3]\nb: {c: d,\n e: f}\n...\n",
        "a: |\n  FROM x\n\n  RUN y  # z\nb: >-\n  one\n  two\n\n  three\nc: |+\n  end\n\nd: 1\n",
        "a: |2\n    indented\n  b\n",
        "\"quoted key\": 1\n'other' : 2\na b : c\nurl: http://host:80/x#y\n",
        "- \n- a:\n- b: \n    c\n-\n  - d\n",
        "a:\n- b\nc:\n  d:\n  - e\n",
        "x: -1.5e3\ny: 0.10\nz: 3.10.4\nw: 'it''s'\nv: \"\\u00e9\\x41\\t\"\n",
        "\ufeffname: x\r\ndependencies:\r\n- a\r\n",
    ],
)
def test_forms_of_real_files(text):
    assert read_yaml(text) == yaml.safe_load(text)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a: &x 1\n", 1, "anchors"),
        ("a: *x\n", 1, "anchors"),
        ("a: !!python/object:os.system x\n", 1, "tags"),
        ("a:\n\t- b\n", 2, "tab"),
        ("a: 'b\n", 1, "does not end"),
        ("a: [b\n", 2, "not closed"),
        ("a: 1\na: 2\n", 2, "twice"),
        ("a: 1\n   b: 2\n", 2, "not expected"),
        ("- a\nb: 1\n", 2, "not expected"),
        ("a: 'b' c\n", 1, "not expected after"),
        ("a: 1\n---\nb: 2\n", 2, "not expected"),
        ('a: "\\q"\n', 1, "escape"),
        ("{? a: b}", 1, "cannot be read"),
        ("{[a]: b}", 1, "cannot be a key"),
        ("{a: 1, a: 2}", 1, "twice"),
        ("a: [b}]\n", 1, ""),
        ("[" * 5000, 1, ""),
        ("a:\n" + "".join(" " * depth + "- \n" for depth in range(1, 3000)), None, ""),
    ],
)
def test_what_is_not_understood_is_refused_by_line(text, line, what):
    with pytest.raises(RunConfigurationException) as error:
        read_yaml(text, "env.yml")
    assert what in error.value.message
    assert error.value.message.startswith("env.yml, line " + ("" if line is None else f"{line}: "))


def test_long_lines_are_read_in_no_time_and_long_numbers_as_text():
    assert read_yaml("a" + " " * 100_000 + "b") == "a" + " " * 100_000 + "b"
    assert read_yaml("9" * 5000) == "9" * 5000
    assert read_yaml("a  : 1") == {"a": 1}


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("ab:- \n'\"[]{},#|>&\t\\0.") | st.characters(), max_size=40))
def test_no_text_does_more_than_be_refused(text):
    try:
        read_yaml(text)
    except RunConfigurationException:
        pass
