"""What a run writes is text and no command: each screen of a hostile store, cell by cell, on a real terminal."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runstore.layout.paths import RunPaths
from runstore.layout.printable import printable
from runstore.writing.writer import RunWriter
from tests.terminal import PtyApp, control_sequences
from tests.tui.recorded_store import evaluation
from tests.tui.stores import make_run

HOSTILE = (
    "\x1b[2J\x1b[H",
    "\x1b]0;owned\x07",
    "\x1b]52;c;b3duZWQ=\x07",
    "a\r\nb\tc\x00d\x7f\x9b31m",
    "\u202egnirts desrever\u202c",
    "\u200b\u200d\ufeff\u2066zero",
    "日本語" * 50,
    "👩‍👩‍👧‍👦❤️🏳️‍🌈",
    "é" + "\u0301" * 40,
    "x" * 10_000,
)
SIZES = ((80, 24), (160, 45), (33, 9))
ALLOWED = {"CSI m", "CSI H", "CSI ?25l", "CSI ?25h", "CSI ?2026h", "CSI ?2026l"}
"""Colours, moves of the cursor, the cursor itself, and synchronised updates."""
MANY = 5_000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile")
    for number, text in enumerate(HOSTILE):
        hostile_run(root, number, text)
    many = make_run(root, name="many", steps=0, created=time.time() - 500, took=1)
    writer = RunWriter(many)
    for start in range(0, MANY, 500):
        for step in range(2):
            writer.log_metrics({f"{HOSTILE[n % 5]}/{n}": n + step for n in range(start, start + 500)}, step=step)
    writer.close()
    return root


def hostile_run(root: Path, number: int, text: str) -> None:
    """A run that has the text wherever a run can have one."""
    folder = make_run(
        root,
        name=f"{text}#{number}",
        run_id=f"run-{number}",
        status="Failed" if number % 2 else "Completed",
        exit={"code": 1, "signal": None, "error": f"{text}: {text}"},
        created=time.time() - number,
        took=1,
        metrics=(f"loss{text[:300]}", f"acc{text[:300]}"),
        params={text: text, "lr": text},
        tags={text: text},
        properties={text: text},
        host=text,
        user=text,
        command=[text],
        cwd=text,
        description=text,
        warnings=[text],
        git={"branch": text, "commit": text, "repository": text, "dirty": True},
        printed=f"{text}\n{text}".encode("utf-8", "surrogatepass"),
    )
    make_run(root, name=f"child {text}", parent=f"run-{number}", created=time.time() - 900, took=1, steps=2)
    writer = RunWriter(folder)
    name = text[:200]
    writer.record("row", name=name, value={text: text})
    writer.record("table", name=f"table {name}", value={text: [text, 1], "plain": [1, text]})
    writer.record("list", name=f"list {name}", value=[text, text])
    writer.record("image", name=f"image {name}", value=text)
    writer.record(
        "confusion_matrix", name=f"matrix {name}",
        value=evaluation("confusion_matrix", {"class_labels": [text, text], "matrix": [[1, 2], [3, 4]]}),
    )  # fmt: skip
    writer.log(f"text {name}", text, 1)
    writer.close()
    file_name = text.replace("\0", "").replace("/", "").encode()[:200].decode("utf-8", "ignore")
    for place in (Path(RunPaths(folder).files, "outputs"), Path(RunPaths(folder).files, "logs")):
        place.mkdir(exist_ok=True)
        (place / file_name).write_text(f"{text}\n{text}")


class Mirrored:
    """The app, and what it means to show."""

    def __init__(self, app: PtyApp, mirror: Path) -> None:
        self.app = app
        self._mirror = mirror
        self._asked = 0

    def press(self, *keys: str) -> None:
        """Press keys; then every cell of the terminal must come to be what the app drew."""
        self.app.press(*keys)
        deadline = time.monotonic() + 15
        while wrong := self._wrong():
            assert time.monotonic() < deadline, f"after {keys}: {wrong[:5]}\n{self.app.dump()}"
            time.sleep(0.05)

    def _wrong(self) -> list[str]:
        """What differs: line, column, what was drawn, what is there."""
        rows = self._drawn()
        shown = self.app.characters()
        if [len(row) for row in rows] != [len(row) for row in shown]:
            return [f"{len(rows)} lines drawn, {len(shown)} lines there"]
        return [
            f"{y}:{x} {cell!r} is {line[x]!r}"
            for y, (row, line) in enumerate(zip(rows, shown, strict=True))
            if row != line
            for x, cell in told(row)
            if cell != line[x]
        ]

    def _drawn(self) -> list[list[str]]:
        self._asked += 1
        self.app.press("f5")
        deadline = time.monotonic() + 60
        while True:
            try:
                written, rows, moved = json.loads(self._mirror.read_text("utf-8"))
                if written == self._asked:
                    assert not moved, moved
                    return list(rows)
            except FileNotFoundError:
                pass
            assert self.app.exit_code is None, self.app.raw.decode("utf-8", "replace")[-4000:]
            assert time.monotonic() < deadline, f"F5 is not answered\n{self.app.dump()}"
            time.sleep(0.01)


def told(row: list[str]) -> Iterator[tuple[int, str]]:
    """The cells about which all terminals agree: not the inside of a text with marks and joiners in it."""
    inside = False
    for x, cell in enumerate(row):
        inside = len(cell) > 1 or (inside and not cell)
        if not inside:
            yield x, cell


@contextmanager
def mirrored(store: Path, size: tuple[int, int], folder: Path) -> Iterator[Mirrored]:
    """The app in a terminal of this size, all runs listed; at the end only colours and moves have reached it."""
    script = [sys.executable, str(Path(__file__).with_name("mirrored_app.py")), str(store)]
    env = {"TZ": "UTC", "PYTHONPATH": str(Path(__file__).parents[2]), "MIRROR": str(folder / "mirror")}
    with PtyApp(script, *size, env=env, patience=20.0) as app:
        app.wait_for(lambda app: re.search("completed|failed|[✓✗]", app.text()))
        app.wait_quiet(0.7)
        began = app.bytes_out
        yield Mirrored(app, folder / "mirror")
        written = app.raw[began:].decode("utf-8", "replace")
        assert "owned" not in app.title
        assert set(control_sequences(app.raw[began:])) <= ALLOWED
        assert "\x1b]" not in written
        assert not any(printable(character) != character for character in set(written) - set("\x1b\r\n"))


@pytest.mark.feature("runs", 72, "see names with control characters as text", "")
@pytest.mark.parametrize("size", SIZES)
def test_every_screen_shows_what_was_drawn(store: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    with mirrored(store, size, tmp_path) as it:
        for _ in HOSTILE:
            it.press("j")
        it.press("g", "j")
        for keys in ("a t escape", "a n escape", "a d n", "? G q", ": escape", "/ o escape", "v escape", "b escape"):
            for key in keys.split():
                it.press(key)
        it.press("s", "s")
        it.press("enter", "1")
        for _ in range(4):
            it.press("J")
        it.press("G")
        for tab in "2345671":
            it.press(tab)
            it.press("j", "j")
            it.press("enter")
            it.press("escape" if tab in "24" else "K")


@pytest.mark.feature("charts", 93, "see what hostile runs have in common, as text", "c")
@pytest.mark.parametrize("size", SIZES)
def test_hostile_runs_are_compared(store: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    with mirrored(store, size, tmp_path) as it:
        it.press("C")
        for key in ("j", "enter", "h", "escape", "v", "j", "space", "v", "2", "G", "l", "d", "escape", "a", "L", "s"):
            it.press(key)
        for key in ("3", "x", "l", "j", "b", "down", "down", "down", "down", "down", "enter", "2", "1", "v", "2", "?"):
            it.press(key)


def test_thousands_of_names_fit_on_each_screen(store: Path, tmp_path: Path) -> None:
    with mirrored(store, (80, 24), tmp_path) as it:
        it.press("/", "n", "a", "m", "e", ":", "m", "a", "n", "y", "enter")
        it.press("enter", "1", "G")
        for key in ("2", "j", "enter", "escape", "G", "4", "6", "3"):
            it.press(key)
