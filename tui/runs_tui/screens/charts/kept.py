"""How charts were looked at last, kept for each run store."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from runs_tui.model.kept import Kept
from runs_tui.plotting.axes import XKind
from runs_tui.screens.charts.view import ChartView, Ranks

_MOST = 500
"""Names kept of a kind."""


class KeptView:
    """Reads and writes all of a `ChartView` but limits and filter, which belong to the runs of the day."""

    def __init__(self, root: str) -> None:
        self._kept = Kept(root, "charts")
        self._content = self._kept.read()

    def restore(self, view: ChartView) -> ChartView:
        """``view`` with what was kept in it; what is damaged stays as it is."""
        content = self._content
        kept: dict[str, Any] = {
            name: content[name]
            for name in ("chosen", "log", "log_x", "robust", "system", "sections")
            if isinstance(content.get(name), bool)
        }
        smoothing, shape = content.get("smoothing"), content.get("shape")
        if isinstance(smoothing, (int, float)) and 0 <= smoothing < 1:
            kept["smoothing"] = float(smoothing)
        if content.get("x") in get_args(XKind) and isinstance(content.get("along"), str):
            kept |= {"x": content["x"], "along": content["along"]}
        if content.get("ranks") in get_args(Ranks):
            kept["ranks"] = content["ranks"]
        if isinstance(shape, list) and len(shape) == 2 and all(isinstance(side, int) and side > 0 for side in shape):
            kept["shape"] = (shape[0], shape[1])
        for name in ("pins", "folded"):
            names = content.get(name)
            if isinstance(names, list) and all(isinstance(each, str) for each in names):
                kept[name] = tuple(names[:_MOST])
        return replace(view, **kept)

    def keep(self, view: ChartView) -> None:
        """Remember this view, if it is another than the one before."""
        content = {
            "smoothing": view.smoothing,
            "chosen": view.chosen,
            "x": view.x,
            "along": view.along,
            "log": view.log,
            "log_x": view.log_x,
            "robust": view.robust,
            "ranks": view.ranks,
            "system": view.system,
            "sections": view.sections,
            "shape": list(view.shape) if view.shape else None,
            "pins": list(view.pins),
            "folded": list(view.folded),
        }
        if content != {name: self._content.get(name) for name in content}:
            self._content = content
            self._kept.write(content)
