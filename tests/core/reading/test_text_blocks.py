"""Blocks of lines equal what a terminal shows (pyte), and what a slow reader of tracebacks finds."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runstore.reading.text import ShownText, TextFile, screen_lines
from runstore.reading.text.redrawn import RedrawFinder
from runstore.reading.text.tracebacks import TracebackFinder


def shown(path: Path) -> list[str]:
    """Every line of a file as it is shown, from the last to the first and back."""
    file = TextFile(str(path))
    while not file.index():
        pass
    text = ShownText(file)
    forward, back = [], []
    at: int | None = 0 if file.size else None
    if at is not None:
        at = text.nearest(0)
    while at is not None:
        forward.append(at)
        at = text.after(at)
    at = text.last()
    while at is not None:
        back.append(at)
        at = text.before(at)
    assert forward == back[::-1]
    lines = [each.text.rstrip() for start in forward for each in screen_lines(text.line(start))]
    file.close()
    return lines


def terminal(content: bytes) -> list[str]:
    """What a terminal of many lines shows in the end."""
    screen = pyte.Screen(100, 150)
    pyte.ByteStream(screen).feed(content.replace(b"\n", b"\r\n"))
    return [line.rstrip() for line in screen.display]


def ended(lines: list[str]) -> list[str]:
    """Without empty lines at the end."""
    while lines and not lines[-1]:
        lines = lines[:-1]
    return lines


WORD = st.text("abcdef ", min_size=1, max_size=8).filter(str.strip)


@st.composite
def tqdm_like(draw: st.DrawFn) -> str:
    """Bars below each other: to a bar by newlines, back by upward moves."""
    height = draw(st.integers(2, 5))
    parts = []
    for _ in range(draw(st.integers(1, 8))):
        bar = draw(st.integers(0, height - 1))
        parts.append("\n" * bar + f"\r{draw(WORD):<10}" + "\x1b[A" * bar)
    return "".join(parts) + "\n" * height


@st.composite
def rich_like(draw: st.DrawFn) -> str:
    """A frame that is erased from its end up and drawn again; lines printed meanwhile stand above it."""
    height = draw(st.integers(1, 6))
    erase = "\r\x1b[2K" + "\x1b[1A\x1b[2K" * (height - 1)
    parts = []
    for number in range(draw(st.integers(1, 8))):
        rows = [f"\x1b[32m{draw(WORD)}\x1b[0m" for _ in range(height)]
        printed = draw(WORD) + "\n" if number and draw(st.booleans()) else ""
        parts.append((erase if number else "") + printed + "\n".join(rows))
    return "".join(parts) + "\n"


@st.composite
def compose_like(draw: st.DrawFn) -> str:
    """Whole lines, then back up to the first of them."""
    height = draw(st.integers(1, 6))
    frames = ["".join(f"\r{draw(WORD):<10}\x1b[K\n" for _ in range(height)) for _ in range(draw(st.integers(1, 5)))]
    return f"\x1b[{height}A".join(frames)


PROGRAM = st.lists(WORD.map(lambda word: word + "\n") | tqdm_like() | rich_like() | compose_like(), max_size=4)


@settings(max_examples=100, deadline=None)
@given(program=PROGRAM)
def test_what_is_redrawn_is_shown_as_on_a_terminal(
    program: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = "".join(program).encode()
    path = tmp_path_factory.getbasetemp() / "redrawn"
    path.write_bytes(content)
    assert ended(shown(path)) == ended(terminal(content))


@settings(max_examples=100, deadline=None)
@given(program=PROGRAM, pieces=st.lists(st.integers(1, 40), min_size=1, max_size=50))
def test_it_does_not_matter_in_which_pieces_the_text_comes(program: list[str], pieces: list[int]) -> None:
    content = "".join(program).encode()
    whole, other = RedrawFinder(), RedrawFinder()
    whole.feed(content, 0)
    at = 0
    while at < len(content):
        for length in pieces:
            if at < len(content):
                other.feed(content[at : at + length], at)
            at = min(at + length, len(content))
    assert other.blocks == whole.blocks
    assert (other.open is None) == (whole.open is None)
    if other.open is not None and whole.open is not None:
        assert other.open.rows == whole.open.rows
        assert other.open.start == whole.open.start


def test_hours_of_bars_with_lines_above_them_stay_in_order(tmp_path: Path) -> None:
    def frame(number: int) -> str:
        return f"outer {number // 10}\ninner {number}"

    erase = "\r\x1b[2K\x1b[1A\x1b[2K"
    content = frame(0) + "".join(f"{erase}line {number}\n{frame(number)}" for number in range(1, 1000)) + "\nend\n"
    path = tmp_path / "log"
    path.write_text(content)
    lines = shown(path)
    assert lines == [*(f"line {number}" for number in range(1, 1000)), "outer 99", "inner 999", "end"]


@pytest.mark.parametrize(
    "content", ["\x1b[A", "\x1b[99Ax\n", "a\n\x1b[5Ab\n", "\x1b[A" * 50, "a\n" * 300 + "\x1b[200Ab\n"]
)
def test_moves_beyond_the_top_stop_there(tmp_path: Path, content: str) -> None:
    path = tmp_path / "log"
    path.write_text(content)
    assert len(shown(path)) >= 1


MOVE = st.sampled_from(
    [b"\x1b[A", b"\x1b[2A", b"\n", b"\r", b"ab", b"\x1b", b"[", b"A", b"\x1bM", b"\x1b[B", b"\x1b[F"]
)


@settings(max_examples=100, deadline=None)
@given(content=st.lists(MOVE, max_size=40))
def test_nothing_breaks_whatever_is_printed(content: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(b"".join(content))
    shown(path)


# -- tracebacks

FRAMES = '  File "train.py", line 3, in main\n    raise ValueError("x")\n'
TRACEBACK = f"Traceback (most recent call last):\n{FRAMES}ValueError: x\n"
CHAIN = "\nDuring handling of the above exception, another exception occurred:\n\n"


def slow_tracebacks(content: str) -> list[tuple[int, int, str]]:
    """(start, end, last line) of each traceback, by one expression for all of it."""
    rank = r"(?:\[rank\d\]: )?"
    one = rf"{rank}Traceback \(most recent call last\):\n(?:{rank}(?:[ \t].*)?\n)*{rank}[^ \t\n].*\n"
    chain = rf"(?:\n*During handling of the above exception, another exception occurred:\n\n{one})*"
    found = re.finditer(rf"^{one}{chain}", content, re.M)
    ends = [(each.start(), each.end(), each.group().splitlines()[-1]) for each in found]
    return [(start, end, re.sub(r"^\[rank\d\]: ?", "", last)) for start, end, last in ends]


def ranked(text: str, rank: int) -> str:
    return "".join(f"[rank{rank}]: {line}\n" for line in text.splitlines())


PIECES = st.sampled_from(
    [
        "line\n",
        "\n",
        "  indented\n",
        TRACEBACK,
        TRACEBACK + CHAIN + TRACEBACK,
        ranked(TRACEBACK, 1),
        "Traceback\n",
        "x: Traceback (most recent call last):\n",
        FRAMES,
    ]
)


@settings(max_examples=200, deadline=None)
@given(pieces=st.lists(PIECES, max_size=8), length=st.sampled_from([1, 7, 100, 10_000]))
def test_tracebacks_are_found_wherever_the_text_is_cut(pieces: list[str], length: int) -> None:
    content = "".join(pieces)
    data = content.encode()
    finder = TracebackFinder()
    for at in range(0, len(data), length):
        finder.feed(data[at : at + length], at)
    found = [(block.start, block.end, data[slice(*block.rows[0])].decode()) for block in finder.blocks]
    assert found == slow_tracebacks(content)
    for block in finder.blocks:
        assert block.lines == data[block.start : block.end].count(b"\n")


def test_a_line_of_megabytes_before_a_traceback(tmp_path: Path) -> None:
    finder = TracebackFinder()
    data = b"x" * 3_000_000 + b"Traceback (most recent call last):\n" + b"\n" + TRACEBACK.encode()
    for at in range(0, len(data), 1 << 16):
        finder.feed(data[at : at + (1 << 16)], at)
    assert [block.start for block in finder.blocks] == [3_000_036]


def raised(error: BaseException) -> bytes:
    try:
        raise error
    except BaseException as caught:
        return "".join(traceback.format_exception(caught)).encode()


@pytest.mark.parametrize("length", [1, 50, 10_000])
def test_a_group_of_exceptions_is_one_and_so_is_what_comes_behind_a_bar(length: int) -> None:
    group = raised(ExceptionGroup("many", [ValueError("a"), ExceptionGroup("inner", [KeyError("c")])]))
    plain = raised(ValueError("x"))
    data = b"before\n" + group + b"after\n" + b"\x1b[?25h" + plain + b"done\n"
    finder = TracebackFinder()
    for at in range(0, len(data), length):
        finder.feed(data[at : at + length], at)
    shown_as = [data[slice(*block.rows[0])] for block in finder.blocks]
    assert shown_as == [b"ExceptionGroup: many (2 sub-exceptions)", b"ValueError: x"]
    assert [data[block.start : block.end] for block in finder.blocks] == [group, b"\x1b[?25h" + plain]
    assert finder.blocks[0].lines == group.count(b"\n")
