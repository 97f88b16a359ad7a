"""Keys of the Records tab."""

from runs_tui.keys import Key
from runs_tui.keys.motions import BOTTOM, HALVES, TOP

KEYS: tuple[Key, ...] = (
    Key("full", "enter", "full screen", hint=True, help="what is chosen alone; again: back to the list"),
    Key("view", "v", "view", hint=True, help="the next way to look at it: chart, table, counts, shares, map"),
    Key("next", "n", "next", hint=True, help="the next of the list, also in full screen"),
    Key("previous", "N", "previous", help="the one before"),
    Key("down", "j,down", "down", help="down in the list; full screen: a row down"),
    Key("up", "k,up", "up", help="up in the list; full screen: a row up"),
    Key("page_down", "space,pagedown", "a page down", help="a page down in what is chosen"),
    Key("page_up", "b,pageup", "a page up", help="a page up in what is chosen"),
    *HALVES,
    TOP,
    BOTTOM,
    Key("left", "h,left", "left", help="columns to the left, or the image before"),
    Key("right", "l,right", "right", help="columns to the right, or the next image"),
)
