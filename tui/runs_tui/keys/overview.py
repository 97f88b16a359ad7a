"""Keys of the Overview tab."""

from runs_tui.keys import Key

KEYS: tuple[Key, ...] = (
    Key("down", "j,down", "down"),
    Key("up", "k,up", "up"),
    Key("page_down", "space,pagedown", "a page down"),
    Key("page_up", "b,pageup", "a page up"),
    Key("half_down", "ctrl+d", "half a page down"),
    Key("half_up", "ctrl+u", "half a page up"),
    Key("first", "g,home", "top"),
    Key("last", "G,end", "bottom"),
)
