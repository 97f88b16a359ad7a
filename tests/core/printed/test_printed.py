"""Metrics in printed lines: those of well-known trainers, nothing in all else, whatever the bytes are."""

import copy
import math
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runstore.printed.clocks import seconds_in, time_in
from runstore.printed.lines import LONGEST, OutputLines, may_tell
from runstore.printed.objects import row_of
from runstore.printed.scraper import Scraper

HERE = Path(__file__).parent
NOTHING = (HERE / "nothing.txt").read_text().splitlines()


def trainers() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """(name, its lines, each with the step and the metrics that are expected of it, as text)."""
    for part in re.split(r"(?m)^# ", (HERE / "trainers.txt").read_text())[1:]:
        name, *rows = part.splitlines()
        lines: list[tuple[str, str]] = []
        for row in rows:
            if row.startswith("  => "):
                lines[-1] = lines[-1][0], row[5:]
            elif row:
                lines.append((row, ""))
        yield name, lines


TRAINERS = dict(trainers())


def shown(scraper: Scraper, line: str) -> str:
    found = scraper.read(line.encode())
    return "" if found is None else " ".join([str(found.step), *(f"{k}={v!r}" for k, v in found.values.items())])


@pytest.mark.feature(
    "foreign", 75, "see as metrics what a script only prints: the lines of well-known trainers are understood", "-"
)
@pytest.mark.parametrize("name", TRAINERS)
def test_what_trainers_print_becomes_metrics_at_their_steps(name: str) -> None:
    scraper = Scraper()
    lines = TRAINERS[name]
    assert [shown(scraper, line) for line, _ in lines] == [expected for _, expected in lines]
    assert any(expected for _, expected in lines)


@pytest.mark.parametrize("line", NOTHING)
def test_nothing_is_made_of_other_lines(line: str) -> None:
    assert shown(Scraper(), line) == ""


def test_nothing_is_read_out_of_a_traceback() -> None:
    scraper = Scraper()
    lines = [
        "Traceback (most recent call last):",
        '  File "train.py", line 31, in main',
        "    step=3; loss=0.5",
        "ValueError: loss: 3.0 is too large",
    ]
    assert [shown(scraper, line) for line in lines] == [""] * 4
    assert shown(scraper, "loss: 3.0") == "0 loss=3.0"


def test_a_line_that_is_drawn_anew_counts_once_for_each_change() -> None:
    bar = " 12%|█▏   | {n}/100 [00:03<00:20,  4.5it/s, loss={loss}]"
    frames = [
        bar.format(n=12, loss=0.5),
        bar.format(n=12, loss=0.5),
        bar.format(n=12, loss=0.4),
        bar.format(n=13, loss=0.4),
    ]
    lines = OutputLines()
    data = "\r".join(["", *frames, "done\n"]).encode()
    scraper = Scraper()
    found = [scraper.read(line) for start in range(0, len(data), 7) for line in lines.feed(data[start : start + 7])]
    assert [(row.step, row.values["loss"]) for row in found if row] == [(12, 0.5), (12, 0.4), (13, 0.4)]


def test_colours_and_movements_are_no_part_of_a_line() -> None:
    assert shown(Scraper(), "\x1b[2K\x1b[1mstep \x1b[32m3\x1b[0m loss: \x1b[31m0.5\x1b[0m") == "3 loss=0.5"


def test_values_that_are_no_finite_numbers() -> None:
    scraper = Scraper()
    found = scraper.read(b"step 1 loss: nan acc: -inf lr: 1e-05 ppl: 1,234.5")
    assert found is not None
    assert math.isnan(found.values["loss"])
    assert (found.values["acc"], found.values["lr"], found.values["ppl"]) == (-math.inf, 1e-05, 1234.5)


def test_a_run_that_was_resumed_goes_back() -> None:
    lines = [
        "epoch 2 iter 9: loss 0.5",
        "epoch 3 iter 0: loss 0.4",
        "epoch 3 iter 5: loss 0.3",
        "epoch 3 iter 2: loss 0.3",
    ]
    scraper = Scraper()
    assert [shown(scraper, line) for line in lines] == ["9 loss=0.5", "10 loss=0.4", "15 loss=0.3", "12 loss=0.3"]


def test_times_of_lines() -> None:
    utc = 1_714_557_600.0
    assert time_in("[2024-05-01T10:00:00.250Z] loss: 1") == utc + 0.25
    assert time_in("2024-05-01 12:00:00,250+02:00 loss: 1") == utc + 0.25
    assert time_in("loss: 1 at last") is None
    assert (seconds_in(utc), seconds_in(utc * 1000), seconds_in(12.5), seconds_in("x")) == (utc, utc, None, None)
    assert seconds_in(10**400) is None
    found = Scraper().read(b"2024-05-01T10:00:00Z step 1 loss 0.5")
    assert found is not None
    assert found.time == utc


def test_an_object_of_a_log_of_rows_may_have_any_names() -> None:
    row = row_of({"iteration": 7, "width": 3, "deep": {"x": "2.5", "on": True}, "ts": 1_714_557_600}, any_name=True)
    assert (row.step, row.time, row.values) == (7, 1_714_557_600.0, {"width": 3.0, "deep/x": 2.5})


@given(st.lists(st.one_of(st.binary(max_size=60), st.sampled_from([b"loss=", b"0.5", b"\n", b"\r", b"step 1 ", b"{"]))))
def test_any_bytes_can_be_read_and_how_they_are_cut_makes_no_difference(parts: list[bytes]) -> None:
    data = b"".join(parts)
    whole, cut = OutputLines(), OutputLines()
    lines = whole.feed(data)
    assert [line for part in parts for line in cut.feed(part)] == lines
    assert whole.pending == cut.pending
    one, other = Scraper(), Scraper()
    for line in lines:
        other = copy.deepcopy(other)
        assert repr(one.read(line)) == repr(other.read(line))


@given(
    st.from_regex(r"[a-z]{1,8}_loss", fullmatch=True),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(0, 10**9),
    st.sampled_from(["step {s}: {n}={v!r}", "{n}: {v!r} - step {s}", "[step {s}] {n} {v!r}", "step={s}, {n} = {v!r}"]),
)
def test_a_value_is_read_as_it_was_printed(name: str, value: float, step: int, form: str) -> None:
    found = Scraper().read(form.format(n=name, v=value, s=step).encode())
    assert found is not None
    assert found.step == step
    assert list(found.values.values()) == [value]


def test_lines_that_are_too_long_are_passed_over_in_bounded_memory() -> None:
    lines = OutputLines()
    for _ in range(5):
        assert lines.feed(b"x" * LONGEST) == []
        assert len(lines.pending) <= LONGEST
    assert lines.feed(b"loss=1\nloss=2\n") == [b"loss=2"]


def test_a_line_that_backtracks_costs_little() -> None:
    """Names, digits, brackets and spaces in thousands: no search may take more than linear time."""
    texts = ("a" * 4000, "loss" * 1000, "1," * 2000, "loss: " * 600, "epoch " * 600, "(" * 4000, "1/" * 2000)
    lines = [("step 1 loss " + text)[:4000] for text in texts]
    begins = ("epoch", "loss", "epoch 1", "loss:", "loss (", "epoch 1: [")
    lines += [begin + " " * 4000 + "x" for begin in begins]
    lines += ["|" + " " * 30_000 + "x loss", "| loss |" + " " * 30_000 + "x"]
    for line in lines:
        scraper = Scraper()
        scraper.read(b"epoch  loss  acc")  # the next line may be a row of this table
        before = time.thread_time()
        scraper.read(line.encode())
        assert time.thread_time() - before < 5, line[:20]  # what tries each way to share the spaces takes minutes


def test_the_cheap_look_passes_all_lines_with_metrics() -> None:
    boxed = "stable-baselines3"
    for name, lines in TRAINERS.items():
        for line, expected in lines:
            in_a_table = name in ("fastai", "spaCy", "Ultralytics", boxed) or name.endswith("one table")
            assert not expected or in_a_table or may_tell(line.encode()), line
    assert not may_tell(b"2024-01-01 12:00:00 worker 3 has fetched object 17\n" * 1000)
