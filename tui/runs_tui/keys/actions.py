"""Keys of the menu of actions. No action is done by one key: each asks first, or for a text."""

from runs_tui.keys import Key

KEYS: tuple[Key, ...] = (
    Key("act('cancel')", "c", "cancel", help="ask the run to end: politely, then by force"),
    Key("act('tag')", "t", "tag", help="set tags and take them away"),
    Key("act('note')", "n", "note", help="write a note on the run"),
    Key("act('rename')", "r", "rename", help="give the run another name"),
    Key("act('archive')", "v", "archive", help="out of the lists, or back into them"),
    Key("act('resubmit')", "s", "submit again", help="the same source with other arguments, as a new run"),
    Key("act('delete')", "d", "delete", help="into the trash, with its child runs"),
    Key("act('undo')", "u", "undo", help="bring back what was deleted last"),
    Key("choose", "enter", "choose", hint=True, help="the action under the cursor"),
    Key("down", "j,down", "down"),
    Key("up", "k,up", "up"),
)
