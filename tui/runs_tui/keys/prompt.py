"""Keys inside a prompt (the filter); all other characters are text."""

from runs_tui.keys import Key

KEYS: tuple[Key, ...] = (
    Key("submit", "enter", "keep"),
    Key("cursor_left", "left", "left"),
    Key("cursor_right", "right", "right"),
    Key("cursor_left_word", "ctrl+left", "a word left"),
    Key("cursor_right_word", "ctrl+right", "a word right"),
    Key("home", "home", "start"),
    Key("end", "end,ctrl+e", "end"),
    Key("delete_left", "backspace", "delete left"),
    Key("delete_right", "delete", "delete right"),
    Key("delete_left_word", "ctrl+w", "delete a word"),
    Key("delete_left_all", "ctrl+u", "delete all to the left"),
)
