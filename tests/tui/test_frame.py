"""Only cells that differ are sent; characters of unusual width are sent with their whole line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from runs_tui.app.frame import Frame, FrameUpdate
from tests.terminal.screen import Screen

BOLD, PLAIN = Style(bold=True), Style.null()
CONSOLE = Console(color_system="256", force_terminal=True)
WIDTH = 24


def sent(frame: Frame, *lines: Strip) -> str:
    """What is sent for a screen of these lines."""
    update = LayoutUpdate([[line] for line in lines], Region(0, 0, WIDTH, len(lines)))
    return FrameUpdate(frame, update).render_segments(CONSOLE)


def line(*parts: tuple[str, Style]) -> Strip:
    """A line of the full width."""
    return Strip([Segment(*part) for part in parts]).adjust_cell_length(WIDTH, PLAIN)


def test_what_is_there_is_not_sent_again() -> None:
    frame = Frame()
    first = line(("loss ", PLAIN), ("0.312", BOLD))
    assert "loss" in sent(frame, first)
    assert sent(frame, first) == ""
    assert sent(frame, line(("loss ", PLAIN), ("0.3", BOLD), ("12", BOLD))) == ""


def test_only_changed_cells_are_sent() -> None:
    frame = Frame()
    sent(frame, line(("loss ", PLAIN), ("0.312", BOLD)))
    assert sent(frame, line(("loss ", PLAIN), ("0.319", BOLD))) == "\x1b[1;10H\x1b[1m9\x1b[0m"


def test_far_changes_are_sent_apart_and_near_ones_together() -> None:
    frame = Frame()
    sent(frame, line(("a....b.................c", PLAIN)))
    assert sent(frame, line(("A....B.................C", PLAIN))) == "\x1b[1;1HA....B\x1b[1;24HC"


def test_a_frame_that_forgot_sends_all() -> None:
    frame = Frame()
    first = line(("text", PLAIN))
    sent(frame, first)
    frame.forget()
    assert "text" in sent(frame, first)


def test_no_control_character_passes() -> None:
    written = sent(Frame(), line(("a\tb\x1b[2Jc\x07", PLAIN)))
    assert not set("\t\x07") & set(written)
    assert "\x1b[2J" not in written


TEXT = st.text(st.sampled_from("ab .│⣷日本é\u0301🦊①"), max_size=12)
LINES = st.lists(st.tuples(TEXT, st.sampled_from([BOLD, PLAIN])), max_size=4)


@given(st.lists(LINES, min_size=2, max_size=6))
def test_the_terminal_shows_the_last_screen(screens: list[list[tuple[str, Style]]]) -> None:
    """Sent one after the other, screens leave on the terminal what the last one alone does."""
    frame, terminal = Frame(), Screen(WIDTH, 1)
    for parts in screens:
        terminal.feed(sent(frame, line(*parts).crop(0, WIDTH)).encode())
    alone = Screen(WIDTH, 1)
    alone.feed(sent(Frame(), line(*screens[-1]).crop(0, WIDTH)).encode())
    assert [cell[:4] for cell in terminal.cells()[0]] == [cell[:4] for cell in alone.cells()[0]]
