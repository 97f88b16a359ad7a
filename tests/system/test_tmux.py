"""The app inside tmux: sizes, leaving, and the terminal it leaves behind."""

import sys

import pytest


def shell(root):
    """Says something, opens the app, says how it ended, and stays. COLUMNS and LINES are as of another terminal."""
    return f"sh -c 'echo before; COLUMNS=70 LINES=20 {sys.executable} -m runs_tui {root}; echo after $?; exec sleep 60'"


@pytest.mark.parametrize(("cols", "rows"), [(80, 24), (200, 50)])
def test_the_app_shows_live_runs_and_leaves_the_screen_as_it_was(tmux, root, cols, rows):
    terminal = tmux(shell(root), cols, rows)
    terminal.wait_for("live-run")
    terminal.wait_for("running")
    assert all(len(line) <= cols for line in terminal.text().splitlines())
    terminal("send-keys", "-t", "main", "q")
    terminal.wait_for("after 0")
    assert terminal.text().split() == ["before", "after", "0"]


def test_the_app_follows_the_size_of_its_window(tmux, root):
    terminal = tmux(shell(root), 80, 24)
    terminal.wait_for("live-run")
    terminal("resize-window", "-t", "main", "-x", "160", "-y", "45")
    terminal.wait_for("experiments")
    terminal("resize-window", "-t", "main", "-x", "20", "-y", "5")
    terminal("resize-window", "-t", "main", "-x", "80", "-y", "24")
    terminal.wait_for("live-run")
    terminal("send-keys", "-t", "main", "q")
    terminal.wait_for("after 0")
