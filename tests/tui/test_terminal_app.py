"""The app in a real terminal: what is on the screen cell by cell, bytes, signals, sizes, bad input."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.terminal import PtyApp, ScreenTimeout
from tests.tui.stores import dead_run, log, make_run, some_runs

ROOT = Path(__file__).parents[2]
APP = [sys.executable, "-m", "runs_tui"]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    root = tmp_path / "store"
    some_runs(root)
    return root


def opened(store: Path | str, *options: str, cols: int = 80, rows: int = 24, **env: str) -> PtyApp:
    """The app on a store, its list on the screen."""
    app = PtyApp([*APP, str(store), *options], cols, rows, env={"TZ": "UTC", **env})
    app.wait_for("✓")
    app.wait_quiet(0.5)
    return app


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
def test_the_lean_screen_is_the_plain_screen(store: Path, size: tuple[int, int]) -> None:
    """The same keys, once through the frame of cells and once as Textual does it: each cell must be the same."""
    make_run(
        store, "wide-模型", "日本語-名前-ラン", created=1_690_000_000.0, params={"größe": "ñandú", "emoji": "🦊 fox"}
    )
    live = make_run(store, name="live-1", status="Running", steps=3, created=time.time() - 5000)
    script = [sys.executable, str(Path(__file__).with_name("plain_app.py")), str(store)]
    env = {"TZ": "UTC", "PYTHONPATH": str(ROOT)}
    with (
        PtyApp(script, *size, env={**env, "PLAIN": "1"}) as plain,
        PtyApp(script, *size, env={**env, "PLAIN": None}) as lean,
    ):
        for app in (plain, lean):  # all of the list is there, in its order
            app.wait_for(lambda app: re.search(r"▸ live-1.*running", app.text()))
            app.wait_quiet(1.0)
        steps: tuple[tuple[str, ...], ...] = (
            (), ("j",), ("j", "j"), ("G",), ("k",), ("/", "f", "o", "x"), ("enter",), ("escape",), ("space", "space"),
            ("s", "s"), ("escape",), ("enter",), ("1",), ("J",), ("G",), ("3",), ("2",), ("?",), ("q",), ("q",), ("}",),
            ("}",), ("{",), ("log",),             ("ctrl+l",), (":",), ("escape",),
        )  # fmt: skip
        for keys in steps:
            written = [(app, app.bytes_out) for app in (plain, lean)]
            for app in (plain, lean):
                if keys != ("log",):
                    app.press(*keys)
            if keys == ("log",):
                log(live, 20, start=3)
            for app, count in written:
                with contextlib.suppress(ScreenTimeout):  # some keys change nothing
                    app.wait_for(lambda app, count=count: app.bytes_out > count, timeout=0.4)
            same_cells(plain, lean, keys)
        assert lean.bytes_out < plain.bytes_out / 2


def same_cells(plain: PtyApp, lean: PtyApp, keys: tuple[str, ...]) -> None:
    """Wait until both screens rest, then compare."""
    deadline = time.monotonic() + 15
    while True:
        plain.wait_quiet(0.2)
        lean.wait_quiet(0.1)  # it had the other's time too
        a, b = plain.cells(), lean.cells()
        if a == b:
            return
        if time.monotonic() > deadline:
            rows = [y for y, (one, two) in enumerate(zip(a, b, strict=True)) if one != two]
            raise AssertionError(f"after {keys}: rows {rows} differ\n{plain.dump()}\n{lean.dump()}")


@pytest.mark.feature("runs", 118, "nothing is sent to the terminal while nothing happens", "")
def test_idle_is_silent(store: Path) -> None:
    with opened(store) as app:
        before = app.bytes_out
        time.sleep(3.0)
        assert app.bytes_out == before


def test_a_change_costs_few_bytes(store: Path) -> None:
    live = make_run(store, name="live-1", status="Running", steps=3, created=time.time())
    with opened(store, cols=200, rows=50) as app:
        app.wait_for("live-1")
        app.press("G")
        app.wait_quiet(0.5)
        before = app.bytes_out
        log(live, 1, start=41)
        app.wait_for(lambda app: re.search(r"live-1 .*running +41", app.text()))
        app.wait_quiet(0.5)
        assert app.bytes_out - before < 400


@pytest.mark.parametrize("size", [(20, 5), (1, 1), (3, 2), (40, 8), (300, 90)])
def test_any_size_is_sane(store: Path, size: tuple[int, int]) -> None:
    dead_run(store)
    with PtyApp([*APP, str(store)], *size) as app:
        app.wait_for(lambda app: b"?1049h" in app.raw)
        app.wait_quiet(0.7)
        app.press("j", "enter", "1", "2", "3", "?", "q", "q", "/", "x", "escape")
        app.wait_quiet(0.5)  # together with the next key it would be another one
        app.press("s")
        app.wait_quiet(0.5)
        whole(app, size)
        app.press("Q")
        assert app.wait() == 0


def test_a_storm_of_sizes_ends_on_a_whole_screen(store: Path) -> None:
    with opened(store) as app:
        for step in range(40):
            app.resize(20 + step * 4, 5 + step)
            time.sleep(0.01)
        app.resize(80, 24)
        app.wait_quiet(0.5)
        with opened(store) as fresh:
            fresh.wait_for(lambda fresh: fresh.text() == app.text())


SLOW_TO_TELL = """
import os, sys, time
from textual.drivers.linux_driver import LinuxDriver
from runs_tui.app import run_app

def slow(self):
    size = os.get_terminal_size(sys.__stdin__.fileno())
    until = time.monotonic() + 0.5
    while time.monotonic() < until:
        time.sleep(0.01)
    return size

LinuxDriver._get_terminal_size = slow
sys.exit(run_app([sys.argv[1]]))
"""


def test_the_newest_size_counts_though_it_comes_while_the_one_before_is_asked_for(store: Path) -> None:
    with PtyApp([sys.executable, "-c", SLOW_TO_TELL, str(store)], 80, 24) as app:
        app.wait_for("✓")
        app.wait_quiet(0.5)
        app.resize(100, 30)
        time.sleep(0.2)
        app.resize(120, 35)
        app.wait_for(lambda app: "enter open" in app.lines()[34] and "┬" in app.lines()[1])
        app.wait_quiet(1.0)
        assert "enter open" in app.lines()[34]


def test_after_a_resize_nothing_is_drawn_outside(store: Path) -> None:
    with PtyApp([*APP, str(store)], 200, 50) as app:
        app.wait_for("✓")
        app.wait_quiet(0.5)
        before = len(app.raw)
        app.resize(80, 24)
        app.wait_quiet(0.6)
        places = re.findall(rb"\x1b\[(\d+);(\d+)H", app.raw[before:])
        assert {int(row) for row, _ in places} == set(range(1, 25))
        assert max(int(column) for _, column in places) <= 80


def test_a_size_in_the_environment_is_not_believed(store: Path) -> None:
    with opened(store, COLUMNS="50", LINES="10") as app:
        app.resize(120, 35)
        app.wait_for(lambda app: "┬" in app.lines()[1])


@pytest.mark.feature("runs", 73, "leave the mouse to the terminal", "--no-mouse")
def test_a_mouse_that_is_off_is_never_asked_for(store: Path) -> None:
    with opened(store, "--no-mouse") as app:
        assert b"?1000h" not in app.raw
        app.press("Q")
        assert app.wait() == 0
    with opened(store) as app:
        assert b"?1000h" in app.raw


@pytest.mark.feature("runs", 119, "open one run at once", "runs-tui --run RUN")
def test_a_run_can_be_opened_at_once(store: Path, tmp_path: Path) -> None:
    """The list lies behind it, with the cursor on it."""
    other = tmp_path / "other"
    make_run(store, "chosen", "one-of-many")
    with opened(store, "--run", "chosen/one-of-many") as app:
        app.wait_for("chosen / one-of-many")
        app.press("q")
        app.wait_for("▸ one-of-many")
    make_run(other, "chosen", "newest", created=time.time() + 1)
    for meant in ("newest", "last"):
        with PtyApp([*APP, str(store), str(other), "--run", meant], 100, 30) as app:
            app.wait_for("chosen / newest")
    with PtyApp([*APP, str(store), "--run", "no-such-run"], 80, 24) as app:
        assert app.wait() == 2
        assert "no-such-run" in app.text()


@pytest.mark.feature("runs", 74, "have no colours", "NO_COLOR")
def test_no_color(store: Path) -> None:
    with opened(store, NO_COLOR="1") as app:
        app.press("j", "enter", "q")
        app.wait_for("▸ calm-owl-11")
        app.wait_quiet(0.4)
        shown = [cell for row in app.cells() for cell in row]
        assert {cell.fg for cell in shown} | {cell.bg for cell in shown} == {"default"}
        assert "▸ calm-owl-11" in app.text()


@pytest.mark.feature("runs", 64, "choose a theme", "--theme")
@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light", "runs-light"])
def test_themes(store: Path, theme: str) -> None:
    with opened(store, "--theme", theme) as app:
        assert "calm-owl-11" in app.text()
        if theme.startswith("ansi"):
            assert not re.search(rb"\x1b\[[0-9;]*38;[25]", app.raw)


@pytest.mark.feature("runs", 120, "times in UTC", "--utc")
def test_utc(store: Path) -> None:
    with PtyApp([*APP, str(store), "--utc"], env={"TZ": "Asia/Tokyo"}) as app:
        app.wait_for("✓")
        app.press("j", "enter", "1")
        app.wait_for("2023-11-14 23:03:20")
    with PtyApp([*APP, str(store)], env={"TZ": "Asia/Tokyo"}) as app:
        app.wait_for("✓")
        app.press("j", "enter", "1")
        app.wait_for("2023-11-15 08:03:20")


def test_a_theme_that_does_not_exist(store: Path) -> None:
    with PtyApp([*APP, str(store), "--theme", "nope"]) as app:
        assert app.wait() == 2
        assert "there is no theme 'nope'" in app.text()


@pytest.mark.feature("runs", 75, "change any key", "[keys.runs] in config.toml")
def test_keys_of_the_user(store: Path, home: str) -> None:
    config = Path(home, ".config/runs-tui/config.toml")
    config.parent.mkdir(parents=True)
    config.write_text('[keys.runs]\nmark = "m"\n')
    with opened(store) as app:
        assert "m mark" in app.text()
        app.press("m")
        app.wait_for("1 marked")
        app.press("space")
        app.wait_quiet(0.3)
        assert "1 marked" in app.text()
    config.write_text('[keys.runs]\nmark = "j"\n')
    with PtyApp([*APP, str(store)]) as app:
        assert app.wait() == 2
        assert "runs.down: j already means runs.mark" in app.text().replace("\n", "")


@pytest.mark.feature("runs", 78, "type ahead", "")
def test_what_is_typed_ahead_is_taken_in_order(store: Path) -> None:
    with opened(store) as app:
        app.send(b"/fox\r\r1")
        app.wait_for("[1o]")
        assert "brave-fox-12" in app.lines()[0]


@pytest.mark.feature("runs", 77, "end it by a signal or a hang-up, the terminal as before", "")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_cleanly(store: Path, number: signal.Signals) -> None:
    with opened(store) as app:
        os.kill(app.pid, number)
        assert app.wait(5) == 128 + number
        assert b"?1049l" in app.raw
        assert b"?25h" in app.raw


def test_leaving_gives_the_terminal_back(store: Path) -> None:
    with opened(store) as app:
        app.press("q")
        began = time.monotonic()
        assert app.wait() == 0
        assert time.monotonic() - began < 5
        assert {"?1049l", "?25h"} <= set(re.findall(r"\?\d+[hl]", app.raw.decode("utf-8", "replace")))


def test_what_is_typed_after_leaving_is_dropped(store: Path) -> None:
    with opened(store) as app:
        app.send(b"q/v:\r")
        assert app.wait() == 0
        assert b"Traceback" not in app.raw
        assert b"Error" not in app.raw


@pytest.mark.feature("runs", 76, "go back to the shell and return", "ctrl+z, fg")
def test_suspend_and_return(store: Path) -> None:
    shell = ["bash", "--norc", "-i"]
    with PtyApp(shell, env={"PS1": "$ ", "TZ": "UTC"}) as app:
        app.wait_for("$")
        app.send(f"{sys.executable} -m runs_tui {store}\r".encode())
        app.wait_for("✓")
        app.wait_quiet(0.5)
        app.press("j")
        app.wait_quiet(0.3)
        before = app.text()
        app.press("ctrl+z")
        app.wait_for("Stopped")
        app.send(b"echo back-in-the-shell\r")
        app.wait_for("back-in-the-shell")
        app.send(b"fg\r")
        app.wait_for("calm-owl-11")
        app.wait_quiet(0.6)
        assert app.text() == before
        app.press("k")
        app.wait_for("▸ queued-1")
        app.press("Q")
        app.send(b"exit\r")


def test_a_stop_without_notice_takes_no_keys_and_leaves_the_terminal_as_it_was(store: Path) -> None:
    """SIGSTOP tells the app nothing; what it finds afterwards is its own terminal, or that of a shell."""
    shell = ["sh", "-c", 'stty -a >before; "$@"; stty -a >after; echo left', "sh", *APP, str(store)]
    with PtyApp(shell, env={"TZ": "UTC"}, cwd=store.parent) as app:
        app.wait_for("✓")
        app.wait_quiet(0.5)
        (child,) = psutil.Process(app.pid).children()
        app.press("j")
        app.wait_for("▸ calm-owl-11")
        threads = child.num_threads()
        for _ in range(4):
            child.send_signal(signal.SIGSTOP)
            child.send_signal(signal.SIGCONT)
            app.wait_quiet(0.3)
        assert child.num_threads() <= threads + 1
        for _ in range(4):
            app.press("k", "j")
        app.press("k")
        app.wait_for("▸ queued-1")
        app.press("q")
        app.wait_for("left")
    assert (store.parent / "after").read_text() == (store.parent / "before").read_text()


def test_signals_to_stop_and_go_on_may_come_in_the_middle_of_drawing(store: Path) -> None:
    with opened(store) as app:
        process = psutil.Process(app.pid)
        for number in range(60):
            app.press("j" if number % 2 else "k", "j", "k")
            time.sleep(number % 20 / 1000)
            process.send_signal(signal.SIGCONT if number % 3 else signal.SIGTSTP)
            process.send_signal(signal.SIGCONT)
        time.sleep(0.5)
        process.send_signal(signal.SIGCONT)  # it may have stopped after the last one
        deadline = time.monotonic() + 30
        while "▸ queued-1" not in app.text():  # what is typed while the terminal is given back is lost
            assert time.monotonic() < deadline, app.dump()
            app.press("k")
            time.sleep(0.1)
        app.press("j")
        app.wait_for("▸ calm-owl-11")


def test_what_a_library_writes_to_standard_error_is_not_on_the_screen(store: Path) -> None:
    script = [sys.executable, str(Path(__file__).with_name("plain_app.py")), str(store)]
    with PtyApp(script, env={"TZ": "UTC", "PYTHONPATH": str(ROOT), "STRAY": "\x1b[2Jstray\n"}) as app:
        app.wait_for("✓")
        app.press("j")
        app.wait_for("▸ calm-owl-11")
        app.wait_quiet(0.3)
        assert b"stray" not in app.raw
        app.press("q")
        app.wait_for(lambda app: b"left: " in app.raw)
        drawn, _, after = app.raw.rpartition(b"\x1b[?1049l")
        assert b"stray" not in drawn
        assert b"stray" in after


def test_no_thread_wakes_often_while_nothing_happens(tmp_path: Path) -> None:
    make_run(tmp_path)
    with opened(tmp_path) as app:
        app.wait_quiet(1.0)
        before = woken(app.pid)
        time.sleep(2.0)
        often = [count - before.get(thread, 0) for thread, count in woken(app.pid).items()]
        assert max(often) < 14  # Textual's own thread for the keys: 20
        app.press("escape", "?")
        app.wait_for("saved views: choose one")


def woken(pid: int) -> dict[str, int]:
    """How often each thread has slept so far."""
    found = {}
    for status in Path(f"/proc/{pid}/task").glob("*/status"):
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("voluntary_ctxt_switches"))
        found[status.parent.name] = int(line.split()[1])
    return found


def test_without_a_shell_it_is_not_suspended(store: Path) -> None:
    with opened(store) as app:
        app.press("ctrl+z")
        app.wait_for("no shell on this terminal")
        app.press("j")
        app.wait_for("▸ calm-owl-11")


def test_a_root_that_does_not_exist(tmp_path: Path) -> None:
    with PtyApp([*APP, str(tmp_path / "nowhere")]) as app:
        assert app.wait() == 2
        assert "runs-tui init" in app.text()


def test_an_empty_root(tmp_path: Path) -> None:
    with PtyApp([*APP, str(tmp_path)]) as app:
        app.wait_for("runs-tui run -- python train.py")
        make_run(tmp_path, name="first-one")
        app.wait_for("first-one")


@pytest.mark.feature("runs", 117, "a run whose process is gone is shown as dead at once", "")
def test_a_death_is_shown(store: Path) -> None:
    import subprocess

    script = (
        "import sys, time\nfrom runstore.writing.create import create_run\n"
        "from runstore.writing.owner import RunOwner\n"
        "folder = create_run(sys.argv[1], 'resnet-lr', display_name='doomed-1')\nowner = RunOwner(folder)\n"
        "owner.begin_attempt()\nowner.update(status='Running', started=time.time())\n"
        "print('up', flush=True)\ntime.sleep(600)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script, str(store)], stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        child.stdout.readline()
        with opened(store) as app:
            app.wait_for(lambda app: re.search(r"doomed-1 +● running", app.text()))
            child.kill()
            child.wait()
            app.wait_for(lambda app: re.search(r"doomed-1 +☠ dead", app.text()))
            assert "process gone" in app.text()
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def whole(app: PtyApp, size: tuple[int, int]) -> None:
    """The screen is as wide and high as the terminal, and alive."""
    assert app.exit_code is None, app.raw.decode("utf-8", "replace")[-4000:]
    assert [len(row) for row in app.cells()] == [size[0]] * size[1]


HANGING = """
import sys, threading
import runs_tui.screens.tabs.files as files
from runs_tui.app import run_app
files.look = lambda *_: threading.Event().wait()
sys.exit(run_app([sys.argv[1]]))
"""


def test_the_shell_is_back_at_once_while_a_tab_waits_for_a_mount(store: Path) -> None:
    """A call into a mount that does not answer may take for ever: here it does."""
    with PtyApp([sys.executable, "-c", HANGING, str(store)], 80, 24) as app:
        app.wait_for("✓")
        app.press("j", "enter", "5")
        app.wait_for("reading ...")
        app.press("Q")
        assert app.wait() == 0
