"""Limits as they are typed, and windows that are zoomed and moved."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs_tui.plotting.axes import Bounds, XKind
from runs_tui.plotting.limits import AxisLimits, LimitsError, limits_text, moved, parse_limits, zoomed

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "kind", "x", "y"),
    [
        ("x=0:5000 y=0.1:2", "step", (0, 5000), (0.1, 2)),
        ("y=1e-3:", "step", (None, None), (1e-3, None)),
        ("x=:5k", "step", (None, 5000), (None, None)),
        ("x=1.5M..2M", "step", (1.5e6, 2e6), (None, None)),
        ("y=-2:-1", "step", (None, None), (-2, -1)),
        ("", "step", (None, None), (None, None)),
        ("x=90s:1h30m", "relative", (90, 5400), (None, None)),
        ("x=10:1d", "relative", (10, 86400), (None, None)),
        ("x=13:30..14:00", "wall", (NOON + 5400, NOON + 7200), (None, None)),
        ("x=2026-02-01T00:00..", "wall", (NOON + 43200, None), (None, None)),
    ],
)
def test_limits_are_read(text: str, kind: XKind, x: Bounds, y: Bounds) -> None:
    assert parse_limits(text, kind, now=NOON, zone=UTC) == AxisLimits(x, y)


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("5:2", "step", "5:2: write x=LOW:HIGH or y=LOW:HIGH"),
        ("x=5:2", "step", "x=5:2: 5 is not below 2"),
        ("x=1:1", "step", "not below"),
        ("z=1:2", "step", "z=1:2"),
        ("x=1:2 x=3:4", "step", "x is there twice"),
        ("y=a:2", "step", "a is not a number"),
        ("y=1", "step", "y=LOW:HIGH"),
        ("y=1:2:3", "step", "y=LOW:HIGH"),
        ("y=nan:2", "step", "not finite"),
        ("y=inf:", "step", "not finite"),
        (f"x={'9' * 400}h:", "relative", "not finite"),
        ("x=2h:1h", "relative", "not below"),
        ("x=2w:3w", "relative", "duration such as"),
        ("x=14:30:15:00", "wall", "x=14:30..15:00"),
        ("x=25:00..", "wall", "25:00 is no time"),
        ("x=2026-13-01T10:00..", "wall", "is no time"),
    ],
)
def test_what_is_no_limit_is_said(text: str, kind: XKind, said: str) -> None:
    with pytest.raises(LimitsError) as error:
        parse_limits(text, kind, now=NOON, zone=UTC)
    assert said in str(error.value)


def test_a_time_of_another_season_is_read_by_the_clock_of_that_season(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "x=2026-07-01T14:30:00..2026-07-01T15:30:00"
    berlin = ZoneInfo("Europe/Berlin")
    summer = datetime(2026, 7, 1, 14, 30, tzinfo=berlin).timestamp()
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        for zone in (None, berlin):
            read = parse_limits(text, "wall", now=NOON, zone=zone)
            assert read.x == (summer, summer + 3600)
            assert limits_text(read, "wall", zone) == text
    time.tzset()


WHOLE = st.integers(-(10**9), 10**9)


@given(st.none() | WHOLE, st.none() | st.integers(1, 10**6), st.sampled_from(["step", "value", "wall"]))
def test_what_is_shown_is_read_back(low: int | None, width: int | None, kind: XKind) -> None:
    start = low if kind != "wall" or low is None else NOON + abs(low) % 10**7
    stop = None if width is None else (start or NOON) + width
    typed = AxisLimits((start, stop), (None, None))
    read = parse_limits(limits_text(typed, kind, UTC), kind, now=0.0, zone=UTC)
    for one, other in zip(typed.x, read.x, strict=True):
        assert (one is None) == (other is None)
        assert one is None or other is None or abs(other - one) <= max(abs(one) / 1e5, (width or 0) / 200, 1.0)


@given(
    st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.floats(0, 1), st.floats(0.1, 8.0),
)  # fmt: skip
def test_a_zoom_keeps_its_centre_in_place(low: float, width: float, share: float, factor: float) -> None:
    window = low, low + width
    centre = low + share * width
    start, stop = zoomed(window, centre, factor)
    assert stop - start == pytest.approx(width * factor, rel=1e-6)
    assert (centre - start) / (stop - start) == pytest.approx(share, abs=1e-6)


@given(st.floats(-3, 6), st.floats(0.1, 6), st.floats(0, 1), st.floats(0.1, 4.0))
def test_on_a_log_axis_a_zoom_is_one_of_decades(low: float, decades: float, share: float, factor: float) -> None:
    window = 10**low, 10 ** (low + decades)
    centre = 10 ** (low + share * decades)
    start, stop = zoomed(window, centre, factor, log=True)
    assert math.log10(stop / start) == pytest.approx(decades * factor, rel=1e-6)
    assert math.log10(centre / start) == pytest.approx(share * decades * factor, abs=1e-6)


@given(st.floats(0.1, 1e3), st.floats(1.1, 1e3), st.floats(-2, 2))
def test_a_window_moves_by_a_part_of_its_width(low: float, ratio: float, part: float) -> None:
    window = low, low * ratio
    start, stop = moved(window, part)
    width = window[1] - window[0]
    assert (start - low, stop - start) == pytest.approx((part * width, width), rel=1e-6, abs=1e-9)
    start, stop = moved(window, part, log=True)
    assert stop / start == pytest.approx(ratio, rel=1e-6)
    assert start / low == pytest.approx(ratio**part, rel=1e-6)


HUGE_ONES = st.sampled_from([5e-324, 1e-308, 1e-300, 1.0, 1e15, 1e150, 1e299, 1e300, 1.7e308]) | st.floats(1e-3, 1e3)


@given(HUGE_ONES, HUGE_ONES, HUGE_ONES, st.sampled_from([0.5, 0.8, 1.25, 2.0]), st.booleans(), st.booleans())
def test_windows_stay_within_what_an_axis_can_have(
    one: float, other: float, centre: float, factor: float, log: bool, negative: bool
) -> None:
    window = min(one, other), max(one, other)
    if negative and not log:
        window = -window[1], window[0]
    for found in (zoomed(window, centre, factor, log), moved(window, factor, log), moved(window, -factor, log)):
        assert all(abs(end) <= 1e300 for end in found)
        assert found[0] > 0 or not log
        assert limits_text(AxisLimits(found, found), "value")
