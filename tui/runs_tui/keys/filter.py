"""Keys of the filter of runs, beside those of its prompt; ``tab`` and ``shift+tab`` complete what is typed."""

from runs_tui.keys import Key

KEYS: tuple[Key, ...] = (
    Key("older", "up", "earlier filter", help="a filter used before on this run store"),
    Key("newer", "down", "later filter", help="the one after it, at last what was being typed"),
)
