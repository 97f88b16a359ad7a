"""Keys of a board of charts. In a full-screen chart the arrows move a cursor over its values."""

from runs_tui.keys import Key

KEYS: tuple[Key, ...] = (
    Key("full", "enter", "full screen", hint=True, help="the chart alone; again: back to all charts"),
    Key("smooth_more", "+", "smoother", hint=True, help="smooth more; the line before smoothing stays, faint"),
    Key("smooth_less", "-", "rougher", hint=True, help="smooth less"),
    Key("x_axis", "x", "x axis", hint=True, help="x axis: step, time since the start, time of day, epoch if logged"),
    Key("log", "L", "log", hint=True, help="logarithmic axes: y, x, both, or none again"),
    Key("filter", "/", "filter", hint=True, help="show only metrics with these words in their names; -word without it"),
    Key("zoom_in", "z", "zoom", hint=True, help="zoom in on x, around the cursor or the middle; all charts together"),
    Key("link", "=", "log line", hint=True, help="the output at the time of the cursor; there = leads back"),
    Key("zoom_out", "Z", "zoom out", help="zoom out again, as far as there are points"),
    Key("pan_left", "(,ctrl+left", "earlier", help="what is left of the part that is shown"),
    Key("pan_right", "),ctrl+right", "later", help="what is right of the part that is shown"),
    Key("limits", "X", "limits", help="type what the axes span: x=0:5000 y=0.1:2, either end may be left out"),
    Key("along", "m", "x metric", help="x axis: any metric, from a list"),
    Key("outliers", "o", "outliers", help="leave outliers out of the range of y, or take them in again"),
    Key("ranks", "r", "ranks", help="of several ranks: the lowest, a line for each, or the band between them"),
    Key("pin", "P", "pin", help="the chart comes first, or goes back to its place"),
    Key(
        "sections", "s", "sections", help="charts put together by the first part of their names (train/, val/), or not"
    ),
    Key("fold", "f", "fold", help="leave of this section only its head, or open it again"),
    Key("shape", "#", "columns", help="type columns and rows of a page: 3x2"),
    Key("write", "w", "write", help="write what is shown into a file: a picture (.svg, .png), or its numbers (.csv)"),
    Key("left", "h,left", "left", help="the chart to the left; full screen: the cursor to the left"),
    Key("right", "l,right", "right", help="the chart to the right; full screen: the cursor to the right"),
    Key("up", "k,up", "up", help="the chart above; full screen: the previous chart"),
    Key("down", "j,down", "down", help="the chart below; full screen: the next chart"),
    Key("fast_left", "<,shift+left", "fast left", help="full screen: the cursor fast to the left"),
    Key("fast_right", ">,shift+right", "fast right", help="full screen: the cursor fast to the right"),
    Key("first", "g,home", "first", help="the first chart; full screen: the cursor to the first value"),
    Key("last", "G,end", "last", help="the last chart; full screen: the cursor to the last value"),
    Key("page_down", "pagedown,ctrl+d", "next page"),
    Key("page_up", "pageup,ctrl+u", "previous page"),
    Key("system", "S", "system", help="show also the samples of processor, memory and GPU, or hide them"),
    Key("reset", "0", "reset", help="smoothing, axes, limits and cursor as in the beginning"),
)
