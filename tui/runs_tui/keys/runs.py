"""Keys of the Runs screen."""

from runs_tui.keys import Key

KEYS: tuple[Key, ...] = (
    Key("open", "enter", "open", hint=True, help="open the run under the cursor"),
    Key(
        "mark", "space", "mark", hint=True, help="mark the run and go to the next; y copies the ids of all marked ones"
    ),
    Key("output", "t", "output", hint=True, help="open the run at its output"),
    Key("filter", "/", "filter", hint=True, help="show only runs with these words in name, experiment, state or tags"),
    Key(
        "actions",
        "a",
        "actions",
        hint=True,
        help="cancel, tag, note, rename, archive, delete: the run or all marked ones",
    ),
    Key(
        "sort",
        "s",
        "sort",
        hint=True,
        help="the next order: what asks for attention, newest, name, state, step, metrics, duration",
    ),
    Key("archived", "A", "archived", help="the archived runs instead of the others, and back"),
    Key("reverse", "S", "reverse", help="the order the other way round"),
    Key("copy_id", "y", "copy id", help="copy the id of the run, or of all marked ones (OSC 52, works over ssh)"),
    Key("next_experiment", "}", "next experiment"),
    Key("previous_experiment", "{", "previous experiment"),
    Key("down", "j,down", "down"),
    Key("up", "k,up", "up"),
    Key("first", "g,home", "first"),
    Key("last", "G,end", "last"),
    Key("half_down", "ctrl+d", "half a page down"),
    Key("half_up", "ctrl+u", "half a page up"),
    Key("page_down", "pagedown", "a page down"),
    Key("page_up", "pageup", "a page up"),
)
