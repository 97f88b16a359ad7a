"""Keys of the choice of a metric as x axis, beside those of its prompt."""

from runs_tui.keys import Key

KEYS: tuple[Key, ...] = (
    Key("down", "down", "down", hint=True),
    Key("up", "up", "up", hint=True),
    Key("page_down", "pagedown", "a page down"),
    Key("page_up", "pageup", "a page up"),
)
