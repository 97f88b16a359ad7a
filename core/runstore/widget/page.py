"""The view as HTML. Every text that a run wrote is escaped; nothing in it can run."""

from __future__ import annotations

import base64
import os
from html import escape as _escape

from runstore.layout.printable import printable
from runstore.widget.evaluations import evaluation_figures
from runstore.widget.line_chart import line_chart, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_COLOURS = {
    "running": "#1565c0",
    "completed": "#2e7d32",
    "failed": "#c62828",
    "dead": "#c62828",
    "lost": "#c62828",
    "stalled": "#b26a00",
    "unresponsive": "#b26a00",
}
_OTHER = "#5f6368"
_MOST_CHARTS = 24
_MOST_FIGURES = 6
"""Tables, evaluations and images: so many of each."""
_MOST_ROWS = 20
_LARGEST_IMAGE = 2 << 20
_IMAGE_KINDS = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".gif": "gif", ".webp": "webp"}
_BOX = "border:1px solid rgba(128,128,128,.4);border-radius:4px;padding:6px 8px;margin:4px 0"
_CELL = "style='text-align:left;padding:1px 8px 1px 0;vertical-align:top;word-break:break-word'"


def escape(text: Any, limit: int = 500) -> str:
    """Text of a run for a page: no markup, no control characters, not endless."""
    return _escape(printable(text, limit), quote=True)


def head(contents: dict[str, Any]) -> str:
    """Title with the state, properties, values that were logged once, children."""
    colour = _COLOURS.get(contents["word"], _OTHER)
    title = "<div style='background:{};color:#fff;border-radius:4px;padding:4px 8px;font-weight:600'>{} / {} · {}</div>"
    parts = [
        title.format(
            colour, escape(contents["experiment"], 80), escape(contents["name"], 80), escape(contents["state"])
        )
    ]
    if contents["error"]:
        parts.append(
            "<pre style='color:#c62828;white-space:pre-wrap;margin:4px 0'>{}</pre>".format(escape(contents["error"]))
        )
    parts.extend("<div style='color:#b26a00'>{}</div>".format(escape(warning)) for warning in contents["warnings"][:5])
    rows = list(contents["properties"].items())
    rows += [
        (name, short(value) if isinstance(value, float) and value == value else value)
        for name, value in contents["values"].items()
    ]
    parts.append(_table([[label, value] for label, value in rows[:60]], strong=True))
    if contents["children"]:
        children = contents["children"]
        parts.append("<div><b>Children</b></div>")
        parts.append(_table([list(child.values()) for child in children], header=list(children[0])))
    return "<div style='{}'>{}</div>".format(_BOX, "".join(parts))


def figures(contents: dict[str, Any]) -> str:
    """Charts, tables and images."""
    parts = []
    charts = contents["charts"]
    for name, x, y in charts[:_MOST_CHARTS]:
        last = short(y[-1]) if y and y[-1] == y[-1] and abs(y[-1]) != float("inf") else str(y[-1]) if y else ""
        parts.append(_figure("{}  <b>{}</b>".format(escape(name, 60), escape(last)), line_chart(name, x, y)))
    for name, table in list(contents["tables"].items())[:_MOST_FIGURES]:
        columns = [value if isinstance(value, list) else [value] for value in table.values()]
        rows = [list(row) for row in zip(*(column[:_MOST_ROWS] for column in columns))]
        parts.append(_figure(escape(name, 60), _table(rows, header=list(table))))
    for name, kind, data in contents["evaluations"][-_MOST_FIGURES:]:
        parts.extend(_figure(escape(title, 80), drawn) for title, drawn in evaluation_figures(name, kind, data))
    for name, artifact in contents["images"][-_MOST_FIGURES:]:
        picture = _image(contents["folder"], artifact)
        if picture:
            parts.append(_figure(escape(name, 60), picture))
    more = len(charts) - _MOST_CHARTS
    note = "<div>{} more charts in runs-tui</div>".format(more) if more > 0 else ""
    if not parts:
        return ""
    return "<div style='display:flex;flex-wrap:wrap;gap:8px'>{}</div>{}".format("".join(parts), note)


def log(contents: dict[str, Any]) -> str:
    """The end of what is printed; it stays at its last line."""
    logs = contents["logs"]
    if not logs:
        text = "waiting for output" if contents["status"] not in ("Completed", "Failed", "Canceled") else "no output"
        return "<div style='{}'>{}</div>".format(_BOX, text)
    parts = []
    for place, (name, lines) in enumerate(logs.items()):
        body = "\n".join(escape(line, 2000) for line in lines)
        parts.append(
            "<details{}><summary>{}</summary><div style='max-height:260px;overflow:auto;display:flex;"
            "flex-direction:column-reverse'><pre style='margin:0;white-space:pre-wrap'>{}</pre></div></details>".format(
                " open" if place == 0 else "", escape(name), body
            )
        )
    return "<div style='{}'>{}</div>".format(_BOX, "".join(parts))


def _figure(title: str, body: str) -> str:
    return "<div style='{}'><div>{}</div>{}</div>".format(_BOX, title, body)


def _table(rows: list[list[Any]], header: list[Any] | None = None, strong: bool = False) -> str:
    parts = ["<table style='border-collapse:collapse;margin:4px 0;background:transparent'>"]
    if header:
        parts.append("<tr>{}</tr>".format("".join("<th {}>{}</th>".format(_CELL, escape(each, 80)) for each in header)))
    for row in rows:
        cells = []
        for place, value in enumerate(row):
            tag = "th" if strong and place == 0 else "td"
            cells.append("<{0} {1}>{2}</{0}>".format(tag, _CELL, escape(value)))
        parts.append("<tr>{}</tr>".format("".join(cells)))
    parts.append("</table>")
    return "".join(parts)


def _image(folder: str, artifact: str) -> str:
    """An image of the run inside the page; empty when it is missing, no image by its name, or too large."""
    from runstore.writing.artifacts import artifact_file

    kind = _IMAGE_KINDS.get(os.path.splitext(artifact)[1].lower())
    if kind is None:
        return ""
    try:
        path = artifact_file(folder, artifact)
        if os.path.getsize(path) > _LARGEST_IMAGE:
            return "<div>{}: over 2 MB, not shown</div>".format(escape(artifact))
        with open(path, "rb") as file:
            data = base64.b64encode(file.read()).decode("ascii")
    except Exception:  # a view goes on without a file that is not there
        return ""
    return "<img style='max-width:320px' src='data:image/{};base64,{}'>".format(kind, data)
