"""The harness itself, against small programs."""

import sys
import time

import psutil
import pytest

from tests.terminal import PtyApp, ScreenTimeout, control_sequences, key_bytes

ECHO = """
import os, signal, sys, termios, tty
tty.setraw(0)
def size(*_):
    columns, lines = os.get_terminal_size()
    os.write(1, f"\\x1b[Hsize {columns}x{lines}\\x1b[K".encode())
signal.signal(signal.SIGWINCH, size)
size()
os.write(1, b"\\x1b[?2026$p\\x1b[>1u\\x1b[2;1H")
os.write(1, b"\\x1b[1;2;38;2;10;200;30;48;5;196mA\\x1b[22mB\\x1b[0m \\xe6\\xbc\\xa2\\xe2\\xa3\\xbf")
while (key := os.read(0, 16)) != b"q":
    os.write(1, b"\\x1b[3;1Hgot " + repr(key).encode() + b"\\x1b[K")
"""


@pytest.fixture
def echo():
    with PtyApp([sys.executable, "-c", ECHO], cols=40, rows=6) as app:
        app.wait_for("size")
        yield app


def test_screen_cells_and_lines(echo):
    echo.wait_for("A")
    assert echo.lines()[0] == f"{'size 40x6':40}"
    assert echo.lines()[1].startswith("AB 漢⣿")
    first, second, _, wide, rest = echo.cells()[1][:5]
    assert (first.char, first.fg, first.bg, first.bold, first.dim) == ("A", "#0ac81e", "#ff0000", True, True)
    assert (second.char, second.fg, second.bold, second.dim) == ("B", "#0ac81e", False, False)
    assert (wide.char, rest.char, wide.fg) == ("漢", "", "default")


@pytest.mark.parametrize(
    ("key", "sent"),
    [("down", r"\x1b[B"), ("ctrl+d", r"\x04"), ("enter", r"\r"), ("esc", r"\x1b"), ("é", r"\xc3\xa9")],
)
def test_keys_reach_the_program(echo, key, sent):
    echo.press(key)
    echo.wait_for(f"got {bytes(sent, 'ascii').decode('unicode_escape').encode('latin-1')!r}")


def test_an_unknown_key_is_refused():
    with pytest.raises(ValueError, match="pgdwn"):
        key_bytes("pgdwn")


def test_resize_reaches_program_and_screen(echo):
    echo.resize(60, 10)
    echo.wait_for("size 60x10")
    assert [len(line) for line in echo.lines()].count(60) >= 9


def test_raw_output_names_its_sequences(echo):
    echo.wait_for("⣿")
    assert set(control_sequences(echo.raw)) == {"CSI H", "CSI K", "CSI m", "CSI ?2026$p", "CSI >1u"}
    assert echo.bytes_out == len(echo.raw) == echo.arrivals[-1][1]


@pytest.mark.parametrize(
    ("raw", "kinds"),
    [
        (b"\x1b]52;c;aGk=\x07\x1b]0;t\x1b\\", {"OSC 52", "OSC 0"}),
        (b"\x1bPq\x1b\\\x1b_Gi\x1b\\", {"DCS", "APC"}),
        (b"a\tb\r\n\x08\x1b7", {"0x0d", "0x08", "ESC 7"}),
        (b"\xc2\x9b31m\x1b[?1049h", {"C1 0x9b", "CSI ?1049h"}),
        ("⣿漢é".encode(), set()),
    ],
)
def test_control_sequences_are_told_apart(raw, kinds):
    assert set(control_sequences(raw)) == kinds


def test_a_full_screen_program_leaves_what_was_there():
    script = (
        r"import sys; print('before\n\x1b[?1049h\x1b[2J\x1b[Hfull'); sys.stdin.readline(); print('\x1b[?1049lafter')"
    )
    with PtyApp([sys.executable, "-c", script]) as app:
        app.wait_for("full")
        assert "before" not in app.text()
        app.press("enter")
        app.wait()
        assert app.text().split() == ["before", "after"]


def test_exit_code_and_end(echo):
    assert echo.exit_code is None
    echo.press("q")
    assert echo.wait() == 0
    assert echo.exit_code == 0


def test_a_wait_in_vain_shows_the_screen(echo):
    with pytest.raises(ScreenTimeout, match=r"(?s)'nothing': not within 0.1 s.*│size 40x6 "):
        echo.wait_for("nothing", timeout=0.1)


def test_a_wait_ends_with_the_program():
    with PtyApp([sys.executable, "-c", "print('bye'); raise SystemExit(3)"]) as app:
        started = time.monotonic()
        with pytest.raises(ScreenTimeout, match=r"(?s)ended with 3.*bye"):
            app.wait_for("nothing", timeout=60)
        assert time.monotonic() - started < 30


def test_the_terminal_is_the_programs_own(tmp_path):
    script = "import os; print(os.getcwd(), os.environ['COLORTERM'], 'TMUX' in os.environ, os.environ['X']);"
    script += "os.close(os.open('/dev/tty', os.O_RDWR)); print('owned', os.getsid(0) == os.getpid())"
    with PtyApp([sys.executable, "-c", script], env={"X": "1", "TMUX": "y", "HOME": None}, cwd=tmp_path) as app:
        assert app.wait() == 0
        assert app.text().replace("\n", "").startswith(f"{tmp_path} truecolor True 1owned True")


BUSY = """
import time
while time.process_time() < 0.3: pass
print("done", flush=True)
time.sleep(60)
"""

STUBBORN = """
import signal, time
for number in (signal.SIGHUP, signal.SIGTERM): signal.signal(number, signal.SIG_IGN)
print("up", flush=True)
time.sleep(60)
"""


def parent_of(child):
    return [
        sys.executable,
        "-c",
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])",
    ]


def test_measures_children_too():
    with PtyApp(parent_of(BUSY)) as app:
        app.wait_for("done")
        assert app.cpu_seconds() >= 0.2
        assert app.rss() > 5 << 20


def test_close_tells_of_processes_that_would_not_go():
    app = PtyApp(parent_of(STUBBORN))
    app.wait_for("up")
    children = psutil.Process(app.pid).children()
    with pytest.raises(AssertionError, match=r"(?s)outlived their terminal: .*SIG_IGN"):
        app.close(timeout=0.3)
    assert not psutil.wait_procs(children, timeout=5)[1]
    assert app.exit_code is not None
