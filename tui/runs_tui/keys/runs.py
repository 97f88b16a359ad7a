"""Keys of the Runs screen."""

from runs_tui.keys import Key
from runs_tui.keys.motions import LIST

KEYS: tuple[Key, ...] = (
    Key("open", "enter", "open", hint=True, help="open the run under the cursor"),
    Key(
        "mark", "space", "mark", hint=True, help="mark the run and go to the next; y copies the ids of all marked ones"
    ),
    Key(
        "compare",
        "c",
        "compare",
        hint=True,
        help="the marked runs, the run with the marked one, all of the group; else with the best of its experiment",
    ),
    Key("compare_all", "C", "compare all", help="all runs of the list, as it is filtered; of many only their lines"),
    Key("output", "t", "output", hint=True, help="open the run at its output"),
    Key("filter", "/", "filter", hint=True, help="only some runs: words, state:running lr>=1e-3 -tag:debug loss<0.3"),
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
        help="the next order: what asks for attention, newest, name, the columns from left to right, duration",
    ),
    Key("archived", "A", "archived", help="the archived runs instead of the others, and back"),
    Key("reverse", "S", "reverse", help="the order the other way round"),
    Key("columns", "v", "columns", help="choose the columns, and sort by any: facts, metrics, parameters, tags"),
    Key("columns_right", ">", "columns to the right", help="show the columns further to the right"),
    Key("columns_left", "<", "columns to the left", help="back to the columns on the left"),
    Key("views", "w", "views", help="saved views: choose one, save what is shown now, forget one"),
    Key("group", "b", "group", hint=True, help="group by experiment, state, user, host, any parameter or tag"),
    Key("fold", "left,h", "fold", help="fold the group; on a run, that of the run"),
    Key("unfold", "right,l", "unfold", help="open the group; enter does either"),
    Key("fold_all", "z", "fold all", help="fold all groups, or open them all"),
    Key("pin", "P", "pin", help="keep the run, the group or all marked runs on top, or let them go"),
    Key("hide", "x", "hide", help="leave the run, the group or all marked runs out of the list, or take them in again"),
    Key("hidden", "X", "hidden", help="the hidden runs among the others, and back"),
    Key("bell", "!", "bell", help="ring when it ends, fails or its loss is NaN; again: off"),
    Key("bell_all", "B", "bell for all", help="the same for every run"),
    Key("copy_id", "y", "copy id", help="copy the id of the run, or of all marked ones (OSC 52, works over ssh)"),
    Key("next_experiment", "}", "next experiment"),
    Key("previous_experiment", "{", "previous experiment"),
    *LIST,
)
