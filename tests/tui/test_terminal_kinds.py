"""Terminals of all kinds, and the settings of the user that go with them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.terminal import PtyApp
from tests.tui.stores import some_runs
from tests.tui.test_terminal_app import APP, opened, whole


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("kinds")
    some_runs(root)
    return root


@pytest.fixture
def config(home: str) -> Path:
    path = Path(home, ".config/runs-tui/config.toml")
    path.parent.mkdir(parents=True)
    return path


@pytest.mark.parametrize("kind", ["dumb", "unknown"])
def test_a_terminal_that_moves_no_cursor_is_told_what_to_use(store: Path, kind: str) -> None:
    with PtyApp([*APP, str(store)], env={"TERM": kind}) as app:
        assert app.wait() == 2
        assert "runs-tui ls" in app.text()
        assert b"\x1b[?1049h" not in app.raw


@pytest.mark.feature("runs", 66, "use it inside tmux and screen, with as many colours as they have", "TERM")
@pytest.mark.parametrize(
    ("term", "colours"),
    [("screen", 16), ("tmux", 16), ("xterm", 16), ("screen-256color", 256), ("tmux-256color", 256)],
)
def test_no_more_colours_than_the_terminal_has(store: Path, term: str, colours: int) -> None:
    with PtyApp([*APP, str(store)], env={"TERM": term, "COLORTERM": None, "TMUX": "/tmp/tmux,1,0"}) as app:
        app.wait_for("✓")
        app.press("enter", "2")
        app.wait_for("[2c]")
        app.press("q")
        app.wait_for("▸")
        assert not re.search(rb"\x1b\[[0-9;]*[34]8;2;", app.raw)
        assert bool(re.search(rb"\x1b\[[0-9;]*[34]8;5;", app.raw)) == (colours == 256)


PLAIN = [{"LC_ALL": "en_US.ISO-8859-1"}, {"TERM": "linux"}, {"RUNS_TUI_ASCII": "1"}]


@pytest.mark.feature("runs", 67, "use it on a terminal without Unicode", "--ascii, TERM, LANG")
@pytest.mark.parametrize("env", PLAIN)
def test_where_there_is_no_unicode_the_screen_is_of_ascii(store: Path, env: dict[str, str]) -> None:
    with PtyApp([*APP, str(store)], 160, 45, env=env) as app:
        app.wait_for("+ completed")
        app.wait_quiet(0.4)
        assert set(app.lines()[1].strip()) == set("-+")
        app.press("G")
        app.wait_for("> sweep-0.40")
        for keys in ("enter 1", "2 enter escape", "3", "4", "5", "6", "?", "q", ":", "escape", "a", "escape"):
            app.press(*keys.split())
            app.wait_quiet(0.3)
        whole(app, (160, 45))
        assert app.raw.isascii()


def test_ascii_may_be_asked_for(store: Path, config: Path) -> None:
    with PtyApp([*APP, str(store), "--ascii"]) as app:
        app.wait_for("+ completed")
        assert app.raw.isascii()
    config.write_text("ascii = true\n")
    with PtyApp([*APP, str(store)]) as app:
        app.wait_for("+ completed")
        assert app.raw.isascii()


@pytest.mark.feature("runs", 68, "set theme, mouse, zone and characters for good", "config.toml")
def test_the_settings_of_the_user_hold_until_an_option_says_otherwise(store: Path, config: Path) -> None:
    config.write_text('root = "~/runs"\ntheme = "ansi-light"\nmouse = false\nutc = true\n')
    with opened(store, TZ="Asia/Tokyo") as app:
        assert b"?1000h" not in app.raw
        assert not re.search(rb"\x1b\[[0-9;]*38;[25]", app.raw)
        app.press("j", "enter", "1")
        app.wait_for("2023-11-14 23:03:20")
    with opened(store, "--mouse", "--theme", "runs-dark") as app:
        assert b"?1000h" in app.raw
        assert re.search(rb"\x1b\[[0-9;]*38;5", app.raw)


@pytest.mark.feature("runs", 69, "be told of a setting that cannot be used", "config.toml")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('thema = "x"', "there is no setting 'thema'; the settings are theme, mouse"),
        ("mouse = 1", "mouse = 1: give true or false"),
        ("theme = 3", "theme = 3: give a text in quotes"),
        ('theme = "no-such"', "there is no theme 'no-such'"),
        ("theme = ", "config.toml: Invalid value"),
        ("root = 5", "root = 5: give a path on one line"),
        ('root = ""', "root = '': give a path on one line"),
        (r'root = "/a\\b"', r"give a path on one line, in single quotes"),
        ("root = '''/a'''", "root = '/a': give a path on one line"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(store: Path, config: Path, text: str, said: str) -> None:
    config.write_text(text + "\n")
    with PtyApp([*APP, str(store)], 200, 24) as app:
        assert app.wait() == 2
        assert said in app.text()


def test_a_theme_that_was_chosen_goes_before_no_color(store: Path) -> None:
    with opened(store, "--theme", "runs-dark", NO_COLOR="1") as app:
        assert re.search(rb"\x1b\[[0-9;]*38;5", app.raw)


def test_a_list_on_a_terminal_without_unicode_is_of_ascii(store: Path) -> None:
    with PtyApp([*APP, "ls", "--root", str(store)], 100, 24, env={"LC_ALL": "en_US.ISO-8859-1"}) as app:
        assert app.wait() == 0
        assert "+ completed" in app.text()
        assert app.raw.isascii()


@pytest.mark.feature("runs", 70, "use it in any size of terminal, down to one cell", "")
@pytest.mark.parametrize("keys", ["", "enter 2", "enter 3", "?", ":", "a", "/"])
def test_one_cell_is_enough_on_each_screen(store: Path, keys: str) -> None:
    with opened(store) as app:
        app.press(*keys.split())
        for size in ((1, 1), (2, 40), (120, 1), (20, 5)):
            app.resize(*size)
            app.wait_quiet(0.2)
            whole(app, size)
        app.resize(80, 24)
        app.press("escape", "escape", "g")
        app.wait_for("? help")
        whole(app, (80, 24))
