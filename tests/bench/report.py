"""RESULTS.md: a part for each benchmark, replaced when that benchmark is measured again, and its plots."""

from __future__ import annotations

import math
import os
import platform
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.drawings import draw_comparisons, draw_growth
from tests.bench.kept import Comparison, Growth, Line, Measurement, Section
from tests.bench.peers.setup import versions
from tests.bench.table import figures, number

RESULTS = Path(__file__).parent / "RESULTS.md"
SCREENSHOTS = Path(__file__).parents[2] / "screenshots"

HEAD = """# Results of `make bench`

Written by `make bench`; a part alone by `python -m tests.bench --write NAME`. Each figure is a median with its least
and most value; tools are taken in turn on the same machine, and each figure of another tool has beside it how many
times ours it is. **Bold**: that tool is ahead of ours. A load above the count of cores says that other work ran
meanwhile: then only the ratios tell anything.
"""


def part(
    name: str, sections: Sequence[Section], load: float, failed: bool = False, pictures: Path = SCREENSHOTS
) -> tuple[str, str]:
    """The name of a benchmark, and the text of its part; draws its plots. ``load``: the machine's before it ran."""
    lines = [*_circumstances(load)]
    if failed:
        lines += ["", "**It ended before its end with an error: what follows is not all.**"]
    for section in sections:
        title = section.title or name.replace("_", " ").capitalize()
        lines += [
            "",
            f"## {title}",
            *_tables(section, name if _slug(title) == _slug(name) else f"{name}-{_slug(title)}", pictures),
        ]
    return name, "\n".join(lines).strip() + "\n"


def write(order: Sequence[str], changed: tuple[str, str], path: Path = RESULTS) -> None:
    """Put a part into its place in the file; the others stay as they are, those of no known name go."""
    found = re.findall(r"<!-- (\S+) -->\n(.*?)<!-- /\1 -->\n", path.read_text() if path.exists() else "", re.DOTALL)
    parts = {**dict(found), changed[0]: changed[1]}
    texts = [f"\n<!-- {name} -->\n{parts[name]}<!-- /{name} -->\n" for name in order if name in parts]
    path.write_text(HEAD + "".join(texts))


def _circumstances(load: float) -> Iterator[str]:
    """When, on which machine, and with which versions."""
    processors = Path("/proc/cpuinfo")
    model = re.search(r"model name\s*: (.*)", processors.read_text() if processors.exists() else "")
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    yield (
        f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, {platform.system()} "
        f"{platform.release().split('-')[0]}, {os.cpu_count()} cores ({model[1] if model else platform.machine()}), "
        f"{memory:.0f} GiB, load {load:.1f} before and {os.getloadavg()[0]:.1f} after."
    )
    if peers := versions():
        yield f"Peers: {', '.join(f'{name} {version}' for name, version in sorted(peers.items()))}."


def _tables(section: Section, name: str, pictures: Path) -> Iterator[str]:
    comparisons = [entry for entry in section.entries if isinstance(entry, Comparison)]
    if comparisons:
        yield from _comparison_table(comparisons)
        if any(len(entry.values) > 1 for entry in comparisons):
            picture = draw_comparisons(section.title or name, comparisons, pictures / f"bench-{name}.svg")
            yield from ("", f"![Times ours]({_link(picture)})")
    yield from _measurement_table([entry for entry in section.entries if isinstance(entry, Measurement)])
    growths = [entry for entry in section.entries if isinstance(entry, Growth)]
    yield from _growth_table(growths)
    for entry in growths:
        picture = draw_growth(entry, pictures / f"growth-{_slug(entry.what)}.svg")
        yield from ("", f"![{entry.what} against {entry.against}]({_link(picture)})")
    yield from _line_table([entry for entry in section.entries if isinstance(entry, Line)])


def _comparison_table(entries: Sequence[Comparison]) -> Iterator[str]:
    """A row for what was done, a column for each tool, ours first; then reasons."""
    tools = list(dict.fromkeys(tool for entry in entries for tool in (entry.ours, *entry.order(), *entry.missing)))
    yield from ("", *_heading(["what", *tools]))
    for entry in entries:
        more = "" if entry.better == "less" else ", more is better"
        yield _row([f"{entry.what} ({entry.unit}{more})", *(_cell(entry, tool) for tool in tools)])
    reasons = {f"{tool}: {reason}": None for entry in entries for tool, reason in entry.missing.items()}
    for reason in reasons:
        yield from ("", f"Not measured: {reason}")
    for entry in entries:
        if entry.why:
            yield from ("", f"{entry.what}: {entry.why}")


def _cell(entry: Comparison, tool: str) -> str:
    if tool in entry.missing:
        return "not measured"
    if tool not in entry.values:
        return ""
    ratio = entry.ratio(tool)
    text = figures(entry.values[tool]) + ("" if ratio is None else f" · {number(ratio)} ×")
    return f"**{text}**" if entry.ahead(tool) else text


def _measurement_table(entries: Sequence[Measurement]) -> Iterator[str]:
    if entries:
        yield from ("", *_heading(["what", "figure", "should be"]))
    for entry in entries:
        yield _row([entry.what, f"{figures(entry.values)} {entry.unit}", entry.target])


def _growth_table(entries: Sequence[Growth]) -> Iterator[str]:
    if entries:
        yield from ("", *_heading(["what", "tool", "cost at each size", "exponent", "should be flat"]))
    for entry in entries:
        for tool in entry.points:
            exponent = entry.exponent(tool)
            sizes = ", ".join(f"{size:,}: {number(cost)}" for size, cost in entry.medians(tool))
            fitted = "" if math.isnan(exponent) else f"{exponent:.2f}"
            flat = entry.judgement(tool).replace("is not", "**is not**")
            yield _row([f"{entry.what} ({entry.unit}) against {entry.against}", tool, sizes, fitted, flat])


def _line_table(entries: Sequence[Line]) -> Iterator[str]:
    if entries:
        yield from ("", *_heading(["what", "figure", "should be"]))
    for entry in entries:
        yield _row([entry.what, entry.figure, entry.budget])


def _heading(titles: Sequence[str]) -> list[str]:
    return [_row(titles), _row(["---"] * len(titles))]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _link(picture: Path) -> str:
    return f"../../screenshots/{picture.name}"
