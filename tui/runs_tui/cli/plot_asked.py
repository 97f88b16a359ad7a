"""What a call of ``runs-tui plot`` asks for, checked."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any, Literal, cast

from runs_tui.cli.errors import Problem

if TYPE_CHECKING:
    from runs_tui.model.fields import Field
    from runs_tui.plotting.axes import Bounds, XKind
    from runs_tui.plotting.limits import AxisLimits
    from runs_tui.plotting.look import Look
    from runstore.reading.row import RunRow

Format = Literal["txt", "svg", "png", "csv"]
Kind = Literal["line", "hist", "bars"]
_FORMATS: tuple[Format, ...] = ("txt", "svg", "png", "csv")
_PATTERN = frozenset("*?[")


@dataclass(frozen=True)
class Asked:
    """``along``: the metric whose values are x, where ``x`` is "value". Sizes are 0 where none was given. ``exact``:
    whether numbers are written, not only drawn."""

    output: str
    format: Format
    x: XKind
    along: str
    smooth: float
    log: bool
    log_x: bool
    x_limits: Bounds
    y_limits: Bounds
    robust: bool
    by: Field | None
    ranks: str
    kind: Kind
    exact: bool
    width: int
    height: int
    theme: str
    zone: tzinfo | None

    @property
    def look(self) -> Look:
        """How every chart is drawn."""
        from runs_tui.plotting.look import Look

        return Look(log=self.log, log_x=self.log_x, x_limits=self.x_limits, y_limits=self.y_limits,
                    robust=self.robust, zone=self.zone)  # fmt: skip

    @property
    def words(self) -> list[str]:
        """What is said of it beside the name of a chart."""
        if self.kind != "line":
            return []
        over = {"relative": "over time", "wall": "over clock", "value": f"over {self.along}"}
        log = {(True, False): "log", (False, True): "log x", (True, True): "log xy"}
        return [
            *([over[self.x]] if self.x in over else []),
            *([f"smooth {self.smooth:g}"] if self.smooth else []),
            *([log[self.log, self.log_x]] if (self.log, self.log_x) in log else []),
            *(["no outliers"] if self.robust else []),
        ]


def asked_of(rows: Sequence[RunRow], given: Mapping[str, Any], *, exact: bool) -> Asked:
    """The options of the command as what they mean for these runs; raises `Problem` for those that mean nothing."""
    kind: Kind = given["kind"]
    if kind != "line":
        _refuse_for(kind, given)
    if given["group_by"] and given["ranks"] != "first":
        raise Problem("--group-by and --ranks cannot be put together: a group has the lowest rank of each run")
    x = cast("XKind", given["x"] if given["x"] in ("step", "relative", "wall") else "value")
    zone = UTC if given["utc"] else None
    limits = _limits(given["limits"], x, rows, zone)
    format_ = _format(given["output"], given["format_"])
    if kind == "bars" and format_ in ("svg", "png"):
        raise Problem("--kind bars is drawn as text: give -o FILE.txt or FILE.csv, or --json")
    return Asked(
        output=given["output"],
        format=format_,
        x=x,
        along=given["x"] if x == "value" else "",
        smooth=given["smooth"],
        log="y" in (given["log"] or ""),
        log_x="x" in (given["log"] or ""),
        x_limits=limits.x,
        y_limits=limits.y,
        robust=given["robust"],
        by=_field(rows, given["group_by"]),
        ranks=given["ranks"],
        kind=kind,
        exact=exact or format_ == "csv",
        width=given["width"] or 0,
        height=given["height"] or 0,
        theme=_theme(format_, given["theme"]),
        zone=zone,
    )


def metrics_of(rows: Sequence[RunRow], given: Sequence[str]) -> list[str]:
    """The metrics that are meant: names as they are, and for a pattern those of the runs that fit."""
    from fnmatch import fnmatchcase

    from runstore.series import natural_key

    known = sorted({name for row in rows for name in row.metrics}, key=natural_key)
    found: list[str] = []
    for each in given:
        fitting = [each] if each in known or not _PATTERN & set(each) else [n for n in known if fnmatchcase(n, each)]
        if not fitting:
            raise Problem(f"no run has a metric {each!r}; there is {', '.join(known[:12]) or 'none at all'}")
        found += fitting
    return list(dict.fromkeys(found))


def _refuse_for(kind: Kind, given: Mapping[str, Any]) -> None:
    """Raise `Problem` for what has no meaning for a histogram, or for bars."""
    plain = {"smooth": 0.0, "x": "step", "log": None, "limits": "", "robust": False, "group_by": None, "ranks": "first"}
    names = {"robust": "no-outliers", "group_by": "group-by"}
    for name, usual in plain.items():
        if given[name] != usual:
            raise Problem(f"--{names.get(name, name)} has no meaning with --kind {kind}")


def _format(output: str, given: Format | None) -> Format:
    if given is not None:
        return given
    if output == "-":
        return "txt"
    ending = os.path.splitext(output)[1].lower().removeprefix(".")
    for each in _FORMATS:
        if ending == each:
            return each
    raise Problem(f"{output}: give a name that ends in .svg, .png, .csv or .txt, or --format")


def _field(rows: Sequence[RunRow], name: str | None) -> Field | None:
    from runs_tui.cli.listing import field_of

    return field_of(rows, name) if name else None


def _limits(text: str, x: XKind, rows: Sequence[RunRow], zone: tzinfo | None) -> AxisLimits:
    """Times of day are those of the day on which the first of the runs was last active."""
    from runs_tui.plotting.limits import LimitsError, parse_limits

    try:
        return parse_limits(text, x, rows[0].active or 0.0, zone)
    except LimitsError as error:
        raise Problem(f"--limits: {error}") from error


def _theme(format_: Format, given: str | None) -> str:
    """The name of the theme: of pictures the light one unless the dark one was asked for, else that of the terminal."""
    from runs_tui.themes import theme_for

    if format_ in ("svg", "png"):
        return f"runs-{given or 'light'}"
    environ = dict(os.environ)
    return theme_for(environ, f"runs-{given}" if given and not environ.get("NO_COLOR") else None)
