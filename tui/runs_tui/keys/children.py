"""Keys of the Children tab."""

from runs_tui.keys import Key

KEYS: tuple[Key, ...] = (
    Key("open", "enter", "open", hint=True, help="open the child; q comes back here"),
    Key("output", "t", "output", hint=True, help="open the child at its output"),
    Key("sort", "s", "sort", hint=True, help="failed and live ones first, or in the order in which they were made"),
    Key("copy_id", "y", "copy id", help="copy the id of the child (OSC 52, works over ssh)"),
    Key("down", "j,down", "down"),
    Key("up", "k,up", "up"),
    Key("first", "g,home", "first"),
    Key("last", "G,end", "last"),
    Key("half_down", "ctrl+d", "half a page down"),
    Key("half_up", "ctrl+u", "half a page up"),
    Key("page_down", "space,pagedown", "a page down"),
    Key("page_up", "b,pageup", "a page up"),
    Key("left", "h,left", "close", help="hide the children of this child, or go to its parent"),
    Key("right", "l,right", "open", help="show the children of this child"),
)
