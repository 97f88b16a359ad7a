"""Keys of the Run screen, in each of its tabs."""

from runs_tui.keys import Key

KEYS: tuple[Key, ...] = (
    Key("tab(1)", "1", "overview"),
    Key("tab(2)", "2", "charts"),
    Key("tab(3)", "3", "output"),
    Key("tab(4)", "4", "records"),
    Key("tab(5)", "5", "files"),
    Key("tab(6)", "6", "children"),
    Key("next_run", "J,]", "next run", hint=True, help="the next run of the list, in the same tab"),
    Key("previous_run", "K,[", "previous run", hint=True, help="the previous run of the list, in the same tab"),
    Key("compare", "c", "compare", hint=True, help="compare the run with the best of its experiment"),
    Key("actions", "a", "actions", hint=True, help="cancel, tag, note, rename, archive, submit again, delete"),
    Key("bell", "!", "bell", help="ring when it ends, fails or its loss is NaN; again: off"),
    Key("next_experiment", "}", "next experiment", help="the first run of the next experiment"),
    Key("previous_experiment", "{", "previous experiment"),
    Key("parent", "u", "parent", help="up to the run that this one is a child of"),
)
