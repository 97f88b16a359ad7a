"""Keys of the Output tab."""

from runs_tui.keys import Key
from runs_tui.keys.motions import HALVES, LINES, PAGES, TOP

KEYS: tuple[Key, ...] = (
    Key("follow", "G,F,end", "follow", hint=True, help="to the end, and follow it; moving up pauses"),
    Key("search", "/", "search", hint=True, help="search: words, or /expression/; a capital letter makes case count"),
    Key("next_match", "n", "next", hint=True, help="the next match"),
    Key("previous_match", "N", "previous", help="the match before"),
    Key("wrap", "w", "wrap", hint=True, help="fold long lines, or cut them at the edge"),
    Key("next_error", "e", "error", hint=True, help="the next error or traceback"),
    Key("previous_error", "E", "error before", help="the error or traceback before"),
    Key("choose_log", "o", "log", hint=True, help="which log: stdout, stderr, logging, ranks, attempts, system"),
    Key("choose", "enter", "choose", help="show the log under the cursor"),
    *LINES,
    *PAGES,
    *HALVES,
    TOP,
    Key("left", "h,left", "left", help="half a screen to the left"),
    Key("right", "l,right", "right", help="half a screen to the right"),
)
