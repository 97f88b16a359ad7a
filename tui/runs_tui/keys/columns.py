"""Keys of the chooser of columns."""

from runs_tui.keys import Key
from runs_tui.keys.motions import LIST

KEYS: tuple[Key, ...] = (
    Key("show", "space", "show", hint=True, help="show or hide the column under the cursor"),
    Key("later", "J,shift+down", "later", hint=True, help="move a shown column to the right"),
    Key("earlier", "K,shift+up", "earlier", hint=True, help="move a shown column to the left"),
    Key("sort", "s", "sort", hint=True, help="sort the runs by this column"),
    Key("reverse", "S", "reverse", help="the order the other way round"),
    Key("filter", "/", "filter", hint=True, help="list only columns with these words"),
    Key("automatic", "0", "automatic", hint=True, help="let the columns be chosen by what tells most"),
    Key("done", "enter,v", "done", hint=True, help="back to the runs"),
    *LIST,
)
