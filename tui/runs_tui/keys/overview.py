"""Keys of the Overview tab."""

from runs_tui.keys import Key
from runs_tui.keys.motions import BOTTOM, HALVES, LINES, PAGES, TOP

KEYS: tuple[Key, ...] = (*LINES, *PAGES, *HALVES, TOP, BOTTOM)
