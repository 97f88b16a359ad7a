"""Keys of the picture of a metric against a parameter."""

from runs_tui.keys import Key

KEYS: tuple[Key, ...] = (
    Key("next_parameter", "x", "parameter", hint=True, help="the next parameter; the metric goes most with the first"),
    Key("previous_parameter", "X", "parameter before"),
    Key(
        "together", "t", "all", hint=True, help="all parameters side by side, a line for each run; or one of them again"
    ),
    Key("next_metric", "j,down", "metric", hint=True, help="the next metric"),
    Key("previous_metric", "k,up", "metric before"),
    Key("right", "l,right", "run", hint=True, help="the cursor to the next run to the right"),
    Key("left", "h,left", "left", help="the cursor to the next run to the left"),
    Key("first", "g,home", "first", help="the run with the least value of the parameter"),
    Key("last", "G,end", "last", help="the run with the greatest value of the parameter"),
    Key("log", "L", "log", hint=True, help="logarithmic axes: x, y, both, none"),
    Key("open", "enter", "open", hint=True, help="open the run under the cursor; q comes back here"),
)
