"""Keys of the Files tab."""

from runs_tui.keys import Key
from runs_tui.keys.motions import BOTTOM, HALVES, TOP

KEYS: tuple[Key, ...] = (
    Key("full", "enter", "open", hint=True, help="open or close a folder; show a file alone, and the list again"),
    Key("search", "/", "search", hint=True, help="search in the text: words, or /expression/"),
    Key("next_match", "n", "next match", help="the next match"),
    Key("previous_match", "N", "match before", help="the match before"),
    Key("wrap", "w", "wrap", hint=True, help="fold long lines, or cut them at the edge"),
    Key("copy_path", "y", "copy path", hint=True, help="copy the path of the file (OSC 52, works over ssh)"),
    Key("down", "j,down", "down", help="down in the list; a file alone: a line down"),
    Key("up", "k,up", "up", help="up in the list; a file alone: a line up"),
    Key("page_down", "space,pagedown", "a page down", help="a page down in the file"),
    Key("page_up", "b,pageup", "a page up", help="a page up in the file"),
    *HALVES,
    TOP,
    BOTTOM,
    Key("left", "h,left", "left", help="close the folder, or to the one that it is in; a file alone: to the left"),
    Key("right", "l,right", "right", help="open the folder; a file alone: to the right"),
)
