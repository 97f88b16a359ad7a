"""What a line tells does not depend on whether lines of its shape came before."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runstore.printed.scraper import Scraper
from runstore.printed.shapes import Told, told_anew, told_in
from tests.core.printed.test_printed import NOTHING, TRAINERS

LINES = sorted({line for lines in TRAINERS.values() for line, _ in lines} | set(NOTHING))
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
NUMBERS = st.one_of(
    st.integers(0, 10**7).map(str),
    st.integers(0, 12).map(str),
    st.sampled_from(["0", "00", "007", "1", "1.0", "0.1234567890123456", "100", "999", "12345678901234567", "1e-05"]),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.floats(0, 1e6).map("{:.4f}".format),
)
PIECES = st.sampled_from(
    ["loss", " ", ": ", "=", "/", "step", "epoch", ", ", "[", "]", "(", ")", "%", "|", "val", "acc@1", "'s", "-", "+",
     ".", "1,234", "nan", "-inf", "e-", "e+300", "2024-01-01 10:00:00", "12:30", "ms", "it/s", "lr", "batch", "x"]
)  # fmt: skip


def plainly(text: str) -> str:
    """What the line tells when nothing is kept of other lines."""
    return shown(told_anew(text))


def shown(told: Told) -> str:
    said = [getattr(told.said, name) for name in type(told.said).__slots__]
    return repr((said, told.values, told.bar, told.time))


def filled(pieces: list[str], numbers: list[str]) -> str:
    """The pieces, one after the other; those that are numbers are replaced by ``numbers`` while there are some."""
    left = iter(numbers)
    return "".join(next(left, piece) if _NUMBER.fullmatch(piece) else piece for piece in pieces)


def by_shape(text: str) -> str:
    return shown(told_in(text))


@given(st.sampled_from(LINES), st.lists(st.lists(NUMBERS, min_size=24, max_size=24), min_size=3, max_size=5))
def test_lines_of_trainers_with_any_numbers(line: str, rows: list[list[str]]) -> None:
    for numbers in rows:
        text = filled(re.split(f"({_NUMBER.pattern})", line), numbers)
        assert by_shape(text) == plainly(text)


@given(
    st.lists(st.one_of(PIECES, NUMBERS), max_size=12), st.lists(st.lists(NUMBERS, min_size=12, max_size=12), max_size=4)
)
@example(
    [*["1", " "] * 32, *["loss ", "1", "e+", "999", " acc ", "1", "e+", "999"]], [["1"] * 33 + ["300", "1", "301"]]
)
@example(["1", "/", "5", " loss ", "1"], [["1", "0", "2"], ["1", "5", "2"], ["1", "0", "3"]])
@example(["1", "'s loss: ", "3"], [["2", "3"], ["3", "3"], ["4", "4"]])
@example(["loss==", "2.1", ".", "0"], [["2.1", "0"], ["2.1", "0.0"], ["2.1", "0.5"]])
@example(["map50-", "95", ": ", "0.5"], [["95", "0.5"], ["96", "0.5"], ["97", "0.5"]])
@example(["loss ", "1", ",", "234", ",", "5"], [["1", "234", "5"], ["2", "345", "678"], ["7", "100", "6"]])
def test_any_lines_with_any_numbers(pieces: list[str], rows: list[list[str]]) -> None:
    for numbers in [[], [], *rows, []]:
        text = filled(pieces, numbers)
        assert by_shape(text) == plainly(text)


@pytest.mark.parametrize("name", TRAINERS)
def test_a_long_log_of_one_trainer_says_the_same_to_the_end(name: str) -> None:
    """Its last epoch, when all shapes are known, as its first."""
    lines = [(line, expected) for line, expected in TRAINERS[name] if line]
    for _ in range(3):
        scraper = Scraper()
        values = [row.values for line, _ in lines if (row := scraper.read(line.encode())) is not None]
        assert len(values) == sum(bool(expected) for _, expected in lines)
        assert [f"{name}={value!r}" for row in values for name, value in row.items()] == [
            word for _, expected in lines for word in expected.split()[1:]
        ]


def test_a_percentage_of_many_digits_or_points() -> None:
    found = Scraper().read(b"step 1 Accuracy: 1/3 (33.333333333333336%)")
    assert found is not None
    assert found.values == {"Accuracy": 33.333333333333336}
    assert Scraper().read(b"Accuracy: 1/2 (1.2.3%)") is None
