"""Ticks: round, inside, in order, and never two with one name."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from runs_tui.plotting.ticks import (
    Tick,
    clock_ticks,
    duration_ticks,
    linear_ticks,
    log_duration_ticks,
    log_ticks,
    nice_step,
    time_step,
)  # fmt: skip

MOST = st.integers(1, 12)
BOUNDS = st.floats(-1e12, 1e12) | st.floats(-1.0, 1.0)


def check(ticks: list[Tick], low: float, high: float) -> None:
    """What holds for the ticks of every axis."""
    places = [tick.at for tick in ticks]
    assert all(low <= place <= high for place in places)
    assert all(a < b for a, b in pairwise(places))
    labels = [tick.label for tick in ticks]
    assert len(set(labels)) == len(labels)
    assert all(label.isascii() and label.strip() == label != "" for label in labels)


def value_of(label: str) -> Decimal:
    """The number that a label names."""
    units = {"k": 3, "M": 6, "G": 9, "T": 12}
    if label[-1] in units:
        return Decimal(label[:-1]).scaleb(units[label[-1]])
    return Decimal(label)


@given(BOUNDS, BOUNDS, MOST)
def test_linear_ticks(low: float, high: float, most: int) -> None:
    assume(high - low > max(abs(low), abs(high)) * 1e-9)
    ticks = linear_ticks(low, high, most)
    check(ticks, low, high)
    assert len(ticks) <= most + 1
    for tick in ticks:
        assert float(value_of(tick.label)) == tick.at
    for a, b in pairwise(ticks):
        step = value_of(b.label) - value_of(a.label)
        assert step.normalize().as_tuple().digits in ((1,), (2,), (5,))


@given(st.floats(1e-300, 1e300), MOST)
def test_a_step_is_1_2_or_5_and_fits(span: float, most: int) -> None:
    step = nice_step(span, most)
    assert step.normalize().as_tuple().digits in ((1,), (2,), (5,))
    assert float(step) * most >= span * (1 - 1e-9)
    assert float(step) * most <= span * 2.5 * (1 + 1e-9)


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6), MOST)
def test_steps_of_a_run_are_whole(low: int, span: int, most: int) -> None:
    ticks = linear_ticks(low, low + span, most, whole=True)
    check(ticks, low, low + span)
    assert all(tick.at == int(tick.at) for tick in ticks)


@given(st.floats(-290, 290), st.floats(1e-3, 500), st.integers(2, 12))
def test_log_ticks(first: float, decades: float, most: int) -> None:
    low, high = 10.0**first, 10.0 ** min(first + decades, 299)
    assume(high > low * 1.0001)
    ticks = log_ticks(low, high, most)
    check(ticks, low, high)
    assert len(ticks) <= most + 1
    if high / low >= 100 and len(ticks) > 1:
        assert all(value_of(tick.label).normalize().as_tuple().digits in ((1,), (2,), (5,)) for tick in ticks)


def seconds_of(label: str) -> float:
    """The duration that a label names."""
    text = label.removeprefix("-")
    days, _, rest = text.rpartition("d")
    total: float = 86400 * int(days or 0)
    if clock := re.fullmatch(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)", rest):
        hours, minutes, seconds = clock.groups()
        total += 3600 * int(hours) + 60 * int(minutes) + float(seconds)
    elif match := re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m?)?(?:(\d\d(?:\.\d+)?))?", rest) if "s" not in rest else None:
        hour, first, second = match.groups()
        if hour is None and "m" in rest:
            total += 60 * int(first or 0) + float(second or 0)
        else:
            total += 3600 * int(hour or 0) + 60 * int(first or 0)
    else:
        total += float(rest.removesuffix("s"))
    return -total if label.startswith("-") else total


@given(st.floats(-1e5, 1e5), st.floats(1e-3, 1e8), MOST)
def test_duration_ticks(low: float, span: float, most: int) -> None:
    ticks = duration_ticks(low, low + span, most)
    check(ticks, low, low + span)
    assert len(ticks) <= most + 1
    assert [seconds_of(tick.label) for tick in ticks] == pytest.approx([tick.at for tick in ticks])


@pytest.mark.parametrize(
    ("high", "labels"),
    [
        (0.4, ["0", "0.1s", "0.2s", "0.3s", "0.4s"]),
        (50, ["0", "10s", "20s", "30s", "40s", "50s"]),
        (100, ["0", "30s", "1m", "1m30"]),
        (1800, ["0", "10m", "20m", "30m"]),
        (9000, ["0", "30m", "1h", "1h30", "2h", "2h30"]),
        (100_000, ["0", "6h", "12h", "18h", "1d"]),
        (700_000, ["0", "2d", "4d", "6d", "8d"]),
    ],
)
def test_durations_are_named_as_people_do(high: float, labels: list[str]) -> None:
    assert [tick.label for tick in duration_ticks(0, high, 5)] == labels[: len(duration_ticks(0, high, 5))]
    assert len(duration_ticks(0, high, 5)) >= len(labels) - 1


ZONES = st.sampled_from([UTC, ZoneInfo("Asia/Kolkata"), timezone(timedelta(hours=-5))])


@given(st.floats(1e9, 2e9), st.floats(0.1, 5 * 86400), MOST, ZONES)
def test_clock_ticks(low: float, span: float, most: int, zone: timezone) -> None:
    high = low + span
    ticks = clock_ticks(low, high, most, zone)
    check(ticks, low, high)
    step = float(time_step(high - low, most))
    for tick in ticks:
        midnight = datetime.fromtimestamp(tick.at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
        if step <= 86400:
            since = tick.at - midnight.timestamp()
            assert math.isclose(since / step, round(since / step), abs_tol=1e-3)


def test_a_clock_shows_hours_minutes_seconds_and_days() -> None:
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=UTC).timestamp()
    assert [t.label for t in clock_ticks(noon, noon + 3600, 4, UTC)] == [
        "12:00",
        "12:15",
        "12:30",
        "12:45",
        "13:00",
    ]
    assert [t.label for t in clock_ticks(noon, noon + 20, 2, UTC)] == ["12:00:00", "12:00:10", "12:00:20"]
    assert [t.label for t in clock_ticks(noon, noon + 3 * 86400, 3, UTC)] == ["Nov 25", "Nov 26", "Nov 27"]
    assert [t.label for t in clock_ticks(noon, noon + 86401, 3, UTC)] == [
        "Tue 12:00",
        "Wed 00:00",
        "Wed 12:00",
    ]


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(params=["named", "own"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoneInfo | None]:
    """Berlin's, by name and as the viewer's own."""
    if request.param == "named":
        yield BERLIN
        return
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield None
    time.tzset()


@pytest.mark.parametrize(
    ("first", "days", "labels"),
    [
        ("2026-10-23T12:00", 4, ["Oct 24", "Oct 25", "Oct 26", "Oct 27"]),
        ("2026-03-27T12:00", 4, ["Mar 28", "Mar 29", "Mar 30", "Mar 31"]),
        ("2026-10-24T18:00", 1.5, ["Sat 18:00", "Sun 00:00", "Sun 06:00", "Sun 12:00", "Sun 18:00", "Mon 00:00"]),
    ],
)
def test_days_begin_at_midnight_on_both_sides_of_a_change_of_the_clock(
    first: str, days: float, labels: list[str], zone: ZoneInfo | None
) -> None:
    low = datetime.fromisoformat(first).replace(tzinfo=BERLIN).timestamp()
    ticks = clock_ticks(low, low + days * 86400, len(labels), zone)
    assert [tick.label for tick in ticks] == labels
    hours = [datetime.fromtimestamp(tick.at, BERLIN) for tick in ticks]
    assert all((each.hour % 6, each.minute, each.second) == (0, 0, 0) for each in hours)


def test_where_a_clock_left_out_a_day_no_place_has_two_names() -> None:
    zone = ZoneInfo("Pacific/Apia")  # which had no 30 December 2011
    low = datetime(2011, 12, 28, 12, tzinfo=zone).timestamp()
    check(clock_ticks(low, low + 4 * 86400, 5, zone), low, low + 4 * 86400)


@given(st.floats(-3, 8), st.floats(0.1, 10), MOST)
def test_log_ticks_of_durations(first: float, decades: float, most: int) -> None:
    low, high = 10.0**first, 10.0 ** (first + decades)
    ticks = log_duration_ticks(low, high, most)
    check(ticks, low, high)
    assert len(ticks) <= most + 1
    assert [seconds_of(tick.label) for tick in ticks] == pytest.approx([tick.at for tick in ticks])


def test_a_log_axis_of_durations_is_round_by_the_clock() -> None:
    assert [tick.label for tick in log_duration_ticks(1, 200_000, 6)] == ["1s", "10s", "1m", "10m", "1h", "10h", "1d"]
    assert [tick.label for tick in log_duration_ticks(1, 200_000, 3)] == ["1s", "1m", "1h", "1d"]
    assert [tick.label for tick in log_duration_ticks(20, 700, 7)] == ["20s", "30s", "1m", "2m", "5m", "10m"]


def test_steps_on_a_log_axis_are_whole_and_decades_stay_decades_where_there_is_little_room() -> None:
    assert [tick.label for tick in log_ticks(0.5, 1000, 5, whole=True)] == ["1", "10", "100", "1k"]
    assert [tick.label for tick in log_ticks(1e-3, 1e3, 1)] == ["0.001", "1k"]


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (1240, 1260, ["1240", "1245", "1250", "1255", "1260"]),
        (0, 2000, ["0", "500", "1k", "1.5k", "2k"]),
        (1_000_000, 1_000_040, ["1000000", "1000010", "1000020", "1000030", "1000040"]),
        (12_345_000, 12_347_000, ["12.3450M", "12.3455M", "12.3460M", "12.3465M", "12.3470M"]),
    ],
)
def test_all_labels_of_an_axis_have_one_form(low: float, high: float, labels: list[str]) -> None:
    assert [tick.label for tick in linear_ticks(low, high, 5)] == labels
