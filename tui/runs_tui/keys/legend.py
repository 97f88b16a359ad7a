"""Keys of the list of runs that are compared."""

from runs_tui.keys import Key
from runs_tui.keys.motions import LIST

KEYS: tuple[Key, ...] = (
    Key("hide", "space", "hide", hint=True, help="hide the run or group, or show it again"),
    Key("only", "o", "only this", hint=True, help="hide all others; again: show all"),
    Key("open", "enter", "open", hint=True, help="open the run; q comes back here"),
    *LIST,
)
