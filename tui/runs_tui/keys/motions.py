"""Keys that move in lists and texts, the same in all of them. No scope of its own: scopes take what they need."""

from runs_tui.keys import Key

LINES: tuple[Key, ...] = (Key("down", "j,down", "down"), Key("up", "k,up", "up"))
PAGES: tuple[Key, ...] = (
    Key("page_down", "space,pagedown", "a page down"),
    Key("page_up", "b,pageup", "a page up"),
)
HALVES: tuple[Key, ...] = (
    Key("half_down", "ctrl+d", "half a page down"),
    Key("half_up", "ctrl+u", "half a page up"),
)
TOP = Key("first", "g,home", "top")
BOTTOM = Key("last", "G,end", "bottom")
LIST: tuple[Key, ...] = (
    *LINES,
    Key("first", "g,home", "first"),
    Key("last", "G,end", "last"),
    *HALVES,
    Key("page_down", "pagedown", "a page down"),
    Key("page_up", "pageup", "a page up"),
)
"""Of a list in which space and letters do something else."""
