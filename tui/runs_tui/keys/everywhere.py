"""Keys that mean the same on every screen; they belong to the app."""

from runs_tui.keys import Key

KEYS: tuple[Key, ...] = (
    Key("help", "?", "help", hint=True, help="this help"),
    Key("palette", ":,ctrl+p", "palette", help="every action here, by name"),
    Key("back", "q", "back", help="one level back; on Runs it quits"),
    Key("escape", "escape", "back", help="out of a prompt, a full screen, a screen; on Runs it drops filter and marks"),
    Key("quit_now", "Q", "quit", help="quit from anywhere"),
    Key("focus_next", "tab", "next pane", help="next pane; in the filter: complete what is typed"),
    Key("focus_previous", "shift+tab", "previous pane", help="previous pane; in the filter: the completion before"),
    Key("interrupt", "ctrl+c", "clear", help="clear the filter or the prompt"),
    Key("pause", "p", "pause", help="hold the screen still; again to go on"),
    Key("redraw", "ctrl+l", "redraw", help="draw the whole screen again"),
    Key("suspend_process", "ctrl+z", "suspend", help="back to the shell; fg returns"),
)
