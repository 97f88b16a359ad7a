"""Completion in shells: click's own, with what it lacks.

In bash: words as a person sees them, where bash parts them at ``:``, ``=`` and ``<``, and names that need quotes. In
fish: words with commas.
"""

from __future__ import annotations

import os
import re
import shlex

from click.shell_completion import BashComplete, CompletionItem, FishComplete, add_completion_class, split_arg_string

from runstore.layout.printable import printable

_SCRIPT = """\
%(complete_func)s() {
    local type value
    COMPREPLY=()
    while IFS=',' read -r type value; do
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done < <(COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_BREAKS="$COMP_WORDBREAKS" %(complete_var)s=bash_complete "$1")
    [[ ${#COMPREPLY[@]} == 1 && $COMPREPLY == *[:=./,] ]] && compopt -o nospace
    return 0
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""
_UNQUOTED = re.compile(r"[^\w@%+=:,./-]")
_SPACE = re.compile(r"\s")


class Bash(BashComplete):
    """Takes the line up to the cursor, and gives of each candidate what bash puts in place of its last part."""

    source_template = _SCRIPT

    def get_completion_args(self) -> tuple[list[str], str]:
        """See `click.shell_completion.ShellComplete`."""
        line = os.environ.get("COMP_LINE", "")
        words = split_arg_string(line)
        is_new = not line or (line[-1].isspace() and not _is_quoted(line))
        return words[1:] if is_new else words[1:-1], "" if is_new else words[-1] if len(words) > 1 else ""

    def format_completion(self, item: CompletionItem) -> str:
        """See `click.shell_completion.ShellComplete`."""
        line = os.environ.get("COMP_LINE", "")
        value = str(item.value)
        if item.type != "plain":
            return f"{item.type},{value}"
        if printable(value) != value:
            return ""
        if _is_quoted(line):
            return f"plain,{value}" if not set(value) & set("'\"\\$`!") else ""
        typed = "" if not line or line[-1].isspace() else _SPACE.split(line)[-1]
        breaks = os.environ.get("COMP_BREAKS", "")
        kept = max((typed.rfind(each) for each in breaks), default=-1) + 1
        if kept and value.startswith(typed):
            value = value[kept:]
        return f"plain,{shlex.quote(value) if _UNQUOTED.search(value) else value}"


class Fish(FishComplete):
    """What is offered may hold commas."""

    source_template = FishComplete.source_template.replace('string split ","', 'string split -m1 ","')


def _is_quoted(line: str) -> bool:
    """Whether the line ends within quotes."""
    open_quote = ""
    escaped = False
    for character in line:
        if escaped:
            escaped = False
        elif character == "\\" and open_quote != "'":
            escaped = True
        elif open_quote:
            open_quote = "" if character == open_quote else open_quote
        elif character in "'\"":
            open_quote = character
    return bool(open_quote)


def register() -> None:
    """Make click use them."""
    add_completion_class(Bash)
    add_completion_class(Fish)
