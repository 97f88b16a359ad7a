"""Keys of the Charts tab. In a full-screen chart the arrows move a cursor over its values."""

from runs_tui.keys import Key

KEYS: tuple[Key, ...] = (
    Key("full", "enter", "full screen", hint=True, help="the chart alone; again: back to all charts"),
    Key("smooth_more", "+", "smoother", hint=True, help="smooth more; the line before smoothing stays, faint"),
    Key("smooth_less", "-", "rougher", hint=True, help="smooth less"),
    Key("x_axis", "x", "x axis", hint=True, help="x axis: step, time since the start, time of day"),
    Key("log", "L", "log", hint=True, help="logarithmic y axis, or linear again"),
    Key("filter", "/", "filter", hint=True, help="show only metrics with these words in their names; -word without it"),
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
    Key("reset", "0", "reset", help="smoothing, axes and cursor as in the beginning"),
)
