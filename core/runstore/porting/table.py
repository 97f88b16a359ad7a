"""The table of all names of the SDK and what becomes of them here, made from the code.

    python -m runstore.porting.table docs/azure-ml.md

writes it anew into the document, between its two marks.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from runstore.dropin.azureml._names import MODULES
from runstore.dropin.azureml._names.areas import AREAS, MODULES_OF_AREAS
from runstore.porting import local_api
from runstore.porting.findings import STAND_IN, STOPS, WORKS
from runstore.porting.judging import Judgement, judge_member, judge_use
from runstore.porting.kinds import Class
from runstore.porting.names import AZURE, Members, Part

BEGIN, END = "<!-- made from the code: begin -->\n", "<!-- end -->\n"

_NOTHING = Judgement(STOPS, "it does not exist here")
_ORDER = (WORKS, STAND_IN, STOPS)


def rows(part: Part) -> Iterator[tuple[str, str, Judgement]]:
    """Module or class, name, and what becomes of it, for every name of a part."""
    for module in part.modules.split():
        for name in MODULES.get(module, ()):
            yield module, name, _of_name(module, name)
    for owner in part.classes:
        for name in owner.members.split():
            yield owner.name, name, _of_member(owner, name)


def _of_name(module: str, name: str) -> Judgement:
    return judge_use(local_api.in_module(module, name)[1]) or Judgement(WORKS)


def _of_member(owner: Members, name: str) -> Judgement:
    kind = local_api.in_module(owner.module, owner.name)[1]
    if not isinstance(kind, Class):
        return judge_use(kind) or _NOTHING
    exists, member = local_api.in_class(kind.type, name, of_instance=True)
    return judge_member(kind.type, name, exists, member) if exists else Judgement(STOPS, "AttributeError")


def table() -> str:
    """The table in Markdown: for each module and class its names, those with the same fate in one row."""
    lines: list[str] = []
    for part in AZURE:
        grouped: dict[tuple[str, Judgement], list[str]] = {}
        for owner, name, judgement in rows(part):
            grouped.setdefault((owner, judgement), []).append(name)
        owners = list(dict.fromkeys(owner for owner, _ in grouped))
        lines += [f"### {part.title}", "", "| of | here | names |", "|---|---|---|"]
        for owner, judgement in sorted(grouped, key=lambda key: (owners.index(key[0]), _ORDER.index(key[1].verdict))):
            names = " ".join(f"`{name}`" for name in grouped[owner, judgement])
            lines.append(f"| `{owner}` | {_said(judgement)} | {names} |")
        lines.append("")
    lines += ["### Whole parts that are not here", "", "| modules | what to do |", "|---|---|"]
    for area, advice in AREAS.items():
        modules = " ".join(f"`{module}`" for module, its in MODULES_OF_AREAS.items() if its == area)
        if modules:
            lines.append(f"| {modules} | {advice} |")
    return "\n".join([*lines, ""])


def _said(judgement: Judgement) -> str:
    if judgement.verdict == STOPS:
        return f"error: {judgement.says}"
    return f"{judgement.verdict}: {judgement.says}" if judgement.says else judgement.verdict


def renewed(document: str) -> str:
    """A document with the table in place of the one between its marks; raises ValueError when it has no marks."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document needs the lines {BEGIN.strip()} and {END.strip()}")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(renewed(path.read_text()))
