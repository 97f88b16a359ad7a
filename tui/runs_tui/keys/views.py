"""Keys of the list of saved views."""

from runs_tui.keys import Key

KEYS: tuple[Key, ...] = (
    Key("choose", "enter", "choose", hint=True, help="the view under the cursor"),
    Key("save", "s", "save", hint=True, help="save what is shown now as a view with a name"),
    Key("forget", "d", "forget", hint=True, help="forget the view under the cursor; asks for the key again"),
    *(Key(f"view({number})", str(number), f"view {number}") for number in range(1, 10)),
    Key("down", "j,down", "down"),
    Key("up", "k,up", "up"),
)
