"""A real terminal for tests: a program in a pty, its screen, its bytes, its processes."""

from tests.terminal.app import PtyApp, ScreenTimeout
from tests.terminal.keys import key_bytes
from tests.terminal.screen import Cell
from tests.terminal.sequences import control_sequences

__all__ = ["Cell", "PtyApp", "ScreenTimeout", "control_sequences", "key_bytes"]
