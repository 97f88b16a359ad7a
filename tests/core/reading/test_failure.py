"""Why a run failed, and how far it is, from what it recorded and printed."""

from __future__ import annotations

from typing import Any

import pytest

from runstore.reading.failure import error_line, reason
from runstore.reading.progress import declared_total, progress_of
from runstore.records.manifest import new_manifest

TRACEBACK = [
    "step 3",
    "Traceback (most recent call last):",
    '  File "train.py", line 3, in <module>',
    "    fit()",
    "ValueError: bad value",
    "",
    "During handling of the above exception, another exception occurred:",
    "Traceback (most recent call last):",
    '  File "train.py", line 9, in <module>',
    "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB",
    "wandb: shutting down",
]


@pytest.mark.parametrize(
    ("record", "lines", "line", "why"),
    [
        ({"code": 1}, TRACEBACK[:5], "ValueError: bad value", "exit 1"),
        ({"code": 1}, TRACEBACK, TRACEBACK[9], "CUDA OOM"),
        ({"code": 1}, [f"[rank3]: {text}" for text in TRACEBACK[:5]], "ValueError: bad value", "exit 1"),
        ({"code": None, "signal": 9}, ["step 3"], None, "SIGKILL"),
        ({"code": None, "signal": "SIGTERM"}, [], None, "SIGTERM"),
        ({"code": -11, "signal": None}, [], None, "SIGSEGV"),
        ({"code": 1, "signal": None, "error": "MemoryError"}, [], "MemoryError", "out of memory"),
        ({"code": 3, "error": {"code": "UserError", "message": "no data\nat all"}}, [], "no data", "exit 3"),
        (
            {
                "code": None,
                "signal": None,
                "error": {
                    "code": "UserError",
                    "message": "User program failed with KeyError: 'x'",
                    "debugInfo": {"type": "KeyError", "message": "'x'", "stackTrace": "..."},
                },
            },
            [],
            "KeyError: 'x'",
            "KeyError",
        ),
        (None, [], None, ""),
        ({"code": None, "signal": "²"}, [], None, ""),
        ({"code": {}, "signal": [], "error": [1]}, ["Traceback (most recent call last):", "  x"], None, ""),
    ],
)
def test_the_telling_line_and_the_reason(
    record: dict[str, Any] | None, lines: list[str], line: str | None, why: str
) -> None:
    found = error_line(record, lines)
    assert found == line
    assert reason(record, found) == why


def test_no_control_character_is_in_the_line() -> None:
    assert error_line({"error": "bad \x1b]0;title\x07 \u202e name"}, []) == "bad ␛]0;title␇ \ufffd name"


@pytest.mark.parametrize(
    ("lines", "fraction", "eta", "total"),
    [
        ([" 61%|██████▏   | 18420/30000 [21:03<13:15, 14.6it/s]"], 0.614, 795, 30000),
        (["train: 100%|████| 1.20M/2.40M [1:00:03<1:00:00, 1.6it/s, loss=0.3]"], 0.5, 3600, 2400000),
        (["epoch 3/10:  50%|###   | 5/10 [00:10<00:10, 1it/s]"], 0.25, 10 + 7 * 20, None),
        ([" 0%|  | 0/10 [00:00<?, ?it/s]"], 0.0, None, 10),
        (["123/938 [==>...........] - ETA: 12s - loss: 0.3"], 123 / 938, 12, 938),
        (["  50/200 ━━━━━━━━━━━━━━━━━━━━ 1:05 12ms/step - loss: 0.3"], 0.25, 65, 200),
        (["12%|#  | 3/25 [00:01<00:09, 2it/s]", "saved a checkpoint"], 0.12, 9, 25),
        (["step 3 of many", "loss 1/3"], None, None, None),
        (["9" * 5000 + "/" + "9" * 5000 + "%|x|"], None, None, None),
        (["50%|##  | 1/2 [00:03<" + "9" * 400 + " days, 1:02:03, 1it/s]"], 0.5, 3723, 2),
    ],
)
def test_progress_bars(lines: list[str], fraction: float | None, eta: float | None, total: int | None) -> None:
    found = progress_of(None, 5, None, lines)
    assert found.fraction == pytest.approx(fraction)
    assert found.eta == eta
    assert found.total == total


def test_a_declared_total_goes_before_a_bar() -> None:
    manifest = new_manifest(params={"max_steps": 50}, properties={"total_steps": "200"})
    assert declared_total(manifest) == 200
    assert declared_total(new_manifest(params={"max_steps": "many", "num_steps": 7})) == 7
    assert declared_total(new_manifest(params={"max_steps": -1, "epochs": 3})) is None
    bar = " 61%|██████▏   | 18420/30000 [21:03<13:15, 14.6it/s]"
    assert progress_of(200, 50, 2.0, [bar]) == (0.25, 300.0, 200)
    assert progress_of(200, 500, 2.0, [bar]).total == 30000
    assert progress_of(10**400, 5, 2.0, []).fraction is None, "a damaged number"
