"""Keys of the Compare screen, whatever tab is open."""

from runs_tui.keys import Key

KEYS: tuple[Key, ...] = (
    Key("tab(1)", "1", "charts", help="the charts of all runs over each other"),
    Key("tab(2)", "2", "differences", help="what differs between the runs: parameters, metrics, code, environment"),
    Key("tab(3)", "3", "sweep", help="a metric against a parameter, a point for each run"),
    Key(
        "group", "b", "group", hint=True, help="a band for each value of a parameter, tag or fact; or single runs again"
    ),
    Key("legend", "v", "runs", hint=True, help="to the list of runs and back: hide some, open one"),
)
