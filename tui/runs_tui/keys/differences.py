"""Keys of the table of differences between runs."""

from runs_tui.keys import Key
from runs_tui.keys.motions import LIST

KEYS: tuple[Key, ...] = (
    Key("everything", "a", "all", hint=True, help="also what is the same in all runs, or only what differs again"),
    Key(
        "sort", "s", "sort", hint=True, help="order the runs by the line under the cursor, best first; again: as before"
    ),
    Key("first_column", "f", "first", hint=True, help="put the run first, where it stays while the others scroll"),
    Key(
        "diff",
        "d",
        "diff",
        hint=True,
        help="a long text, such as a command, line by line against that of the first run",
    ),
    Key("wrap", "w", "wrap", help="fold long values, or cut them at the edge of their columns"),
    Key("filter", "/", "filter", hint=True, help="only lines with these words in their names; -word without it"),
    Key("open", "enter", "open", help="open the run; q comes back here"),
    Key("left", "h,left", "left", help="the run to the left"),
    Key("right", "l,right", "right", help="the run to the right"),
    Key("far_left", "H,shift+left", "first run", help="the first run"),
    Key("far_right", "L,shift+right", "last run", help="the last run"),
    Key("copy", "y", "copy", help="copy the value under the cursor (OSC 52, works over ssh)"),
    *LIST,
)
