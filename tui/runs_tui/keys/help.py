"""Keys of the help screen."""

from runs_tui.keys import Key
from runs_tui.keys.overview import KEYS as _TEXT

KEYS: tuple[Key, ...] = _TEXT
