"""Output passed on in pieces is the same as in one, and nothing of it acts on a terminal."""

from __future__ import annotations

import os
import re
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runstore.records.console import GAP_SUFFIX, encode_gap
from runstore.runs.streaming import LogFollower

PIECES = (
    *("a", "größer", "m", "[", "]0;title", "\n", "\r\n", "\r", "\t", "\b", "\0", "\x07", "\x9b", "\u202e"),
    *("\x1b", "\x1b[31m", "\x1b[K", "\x1b[2J", "\x1b[5;", "\x1b(B", "\x1b]0;t\x07", "\x1bP", "\x1b\\"),
)


def shown(path: Path, parts: list[bytes]) -> str:
    follower = LogFollower(str(path))
    path.write_bytes(b"")
    text = ""
    for part in parts:
        with open(path, "ab") as file:
            file.write(part)
        text += "".join(follower.new_text())
    return text + follower.rest()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.data())
def test_in_pieces_and_in_one(tmp_path: Path, text: str, data: st.DataObject) -> None:
    content = text.encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=6)))
    edges = [0, *cuts, len(content)]
    whole = shown(tmp_path / "log", [content])
    assert shown(tmp_path / "log", [content[a:b] for a, b in pairwise(edges)]) == whole
    left = re.sub(r"\x1b\[[0-9;:]*[mK]", "", whole)
    assert not re.search(r"[\x00-\x07\x0b-\x0c\x0e-\x1f\x7f-\x9f\u202e]", left)


def test_a_gap_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"head\n" + b"\0" * 1000 + b"tail\n")
    Path(str(path) + GAP_SUFFIX).write_bytes(encode_gap(5, 1005))
    assert "".join(LogFollower(str(path)).new_text()) == "head\ntail\n"


def test_what_is_no_file_of_a_run_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    os.symlink(secret, tmp_path / "log")
    assert list(LogFollower(str(tmp_path / "log")).new_text()) == []
