"""Keys of a question that an action asks before it is done."""

from runs_tui.keys import Key

KEYS: tuple[Key, ...] = (
    Key("yes", "y", "yes", hint=True, help="do it"),
    Key("no", "n", "no", hint=True, help="leave everything as it is"),
)
