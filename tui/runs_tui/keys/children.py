"""Keys of the Children tab."""

from runs_tui.keys import Key
from runs_tui.keys.motions import HALVES, LINES, PAGES

KEYS: tuple[Key, ...] = (
    Key("open", "enter", "open", hint=True, help="open the child; q comes back here"),
    Key("output", "t", "output", hint=True, help="open the child at its output"),
    Key("sort", "s", "sort", hint=True, help="failed and live ones first, or in the order in which they were made"),
    Key("copy_id", "y", "copy id", help="copy the id of the child (OSC 52, works over ssh)"),
    *LINES,
    Key("first", "g,home", "first"),
    Key("last", "G,end", "last"),
    *HALVES,
    *PAGES,
    Key("left", "h,left", "close", help="hide the children of this child, or go to its parent"),
    Key("right", "l,right", "open", help="show the children of this child"),
)
