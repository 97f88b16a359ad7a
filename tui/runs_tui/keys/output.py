"""Keys of the Output tab."""

from runs_tui.keys import Key
from runs_tui.keys.motions import HALVES, LINES, PAGES, TOP

KEYS: tuple[Key, ...] = (
    Key("follow", "G,F,end", "follow", hint=True, help="to the end, and follow it; moving up pauses"),
    Key("search", "/", "search", hint=True, help="search: words, or /expression/; a capital letter makes case count"),
    Key("keep", "&", "filter", hint=True, help="only lines with these words, or /expression/; !words: those without"),
    Key("next_match", "n", "next", hint=True, help="the next match"),
    Key("previous_match", "N", "previous", help="the match before"),
    Key("next_error", "e", "error", hint=True, help="the next error or traceback, opened"),
    Key("previous_error", "E", "error before", help="the error or traceback before"),
    Key("choose_log", "o", "log", hint=True, help="which log: stdout, stderr, logging, ranks, attempts, files"),
    Key("show_time", "T", "time", hint=True, help="before each line its time of day, or that since the start"),
    Key("link", "=", "charts", hint=True, help="the charts, with the cursor at the time of this line; there = is back"),
    Key("wrap", "w", "wrap", hint=True, help="fold long lines, or cut them at the edge"),
    Key("lanes", "|", "lanes", help="stdout above, stderr below it, at the same time; again: one log"),
    Key("choose", "enter", "open", help="open or close a traceback; in the list: show the log under the cursor"),
    Key("select", "s", "select", help="select lines from here on: the keys that move make the selection longer"),
    Key("copy_lines", "y", "copy", help="copy what is selected, or this line (OSC 52, works over ssh)"),
    Key("mark", "m", "mark", help="mark this line, or take its mark away"),
    Key("next_mark", "'", "next mark", help="to the next marked line, after the last one to the first"),
    Key("write_out", "W", "write out", help="write what is selected, or all that is shown, into a file"),
    Key("open_pager", "v", "pager", help="the log in $PAGER (less -R), at this line"),
    Key("open_editor", "V", "editor", help="the log in $VISUAL or $EDITOR (vi), at this line"),
    *LINES,
    *PAGES,
    *HALVES,
    TOP,
    Key("left", "h,left", "left", help="half a screen to the left"),
    Key("right", "l,right", "right", help="half a screen to the right"),
)
