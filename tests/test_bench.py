"""The benchmarks' own frame: what it fits, compares, keeps and writes, and that the writers do what they are asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from runs_tui.images.png import decode_png
from tests.bench.bench_writing import COSTS
from tests.bench.kept import OURS, Comparison, Growth, taken
from tests.bench.peers.setup import Unavailable
from tests.bench.peers.writer import WRITERS, Writer, size_of
from tests.bench.report import part, write
from tests.bench.results import compare, compared, grown, measured, section

pytestmark = pytest.mark.usefixtures("nothing_kept")


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    taken()
    yield
    taken()


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0, 2.0])
def test_the_fitted_exponent_is_that_of_the_cost(exponent: float) -> None:
    sizes = {size: [3.0 * size**exponent, 1e9, 2.9 * size**exponent] for size in (1, 10, 100, 1000)}
    assert Growth("what", "s", "runs", {"x": sizes}).exponent("x") == pytest.approx(exponent)


def test_tools_are_taken_in_turn_and_who_cannot_be_set_up_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    order: list[str] = []

    def way(tool: str, value: float) -> float:
        order.append(tool)
        if tool == "broken" and order.count(tool) == 2:
            raise Unavailable("it fell over")
        return value

    values = {"runs-tui": 2.0, "slow": 10.0, "broken": 1.0, "fast": 1.0}
    ways = {tool: (lambda tool=tool, value=value: way(tool, value)) for tool, value in values.items()}
    found = compare("logging", "us", ways, rounds=3, missing={"absent": "no network"})
    assert found == {"runs-tui": [2.0] * 3, "slow": [10.0] * 3, "fast": [1.0] * 3}
    assert order == [*values, *values, "runs-tui", "slow", "fast"]
    said = capsys.readouterr().out
    assert re.search(r"slow +10 +5 x\n", said)
    assert re.search(r"fast +1 +0.5 x +ahead of ours\n", said)
    assert re.search(r"broken +not measured: it fell over\n", said)
    assert re.search(r"absent +not measured: no network\n", said)


def test_who_is_ahead_depends_on_what_is_better() -> None:
    values = {"runs-tui": [4.0], "other": [5.0]}
    assert [Comparison("", "", values, better=better).ahead("other") for better in ("less", "more")] == [False, True]
    assert Comparison("", "", {"runs-tui": [0.0], "other": [5.0]}).ratio("other") is None


def test_a_part_is_written_in_its_place_and_the_others_stay(tmp_path: Path) -> None:
    results = tmp_path / "RESULTS.md"
    with section("Writing"):
        compared("one | scalar", "us", {"other": [4.0], "runs-tui": [2.0]}, missing={"gone": "no such package"})
        measured("CPU", "%", [1.0, 3.0, 2.0], "at most 3")
        grown("a step", "us", "points", {"runs-tui": {10: [1.0], 1000: [1.1]}, "other": {10: [1.0], 1000: [9.0]}}, True)
    first = part("writing", taken(), 0.5, pictures=tmp_path)
    for name, text in (("list", "of runs\n"), first, ("dropped", "long ago\n"), ("list", "of 10 runs\n")):
        write(("writing", "list", "dropped") if name == "dropped" else ("writing", "list"), (name, text), results)
    written = results.read_text()
    assert written.count("<!-- list -->\nof 10 runs\n<!-- /list -->") == 1
    assert "of runs" not in written
    assert "long ago" not in written
    assert written.index("<!-- writing -->") < written.index("<!-- list -->")
    assert "| one \\| scalar (us) | 2 | 4 · 2 × | not measured |" in written
    assert "Not measured: gone: no such package" in written
    assert "| CPU | 2 (1–3) % | at most 3 |" in written
    assert re.search(r"\| a step \(us\) against points \| runs-tui \| .* \| 0.02 \| is flat \|", written)
    linked = re.findall(r"!\[.*\]\(../../screenshots/(.*)\)", written)
    assert linked == ["bench-writing.svg", "growth-a-step.svg"]
    for name in linked:
        assert "runs-tui" in (tmp_path / name).read_text()
        assert decode_png((tmp_path / name).with_suffix(".png").read_bytes()).shape[1] > 900


@pytest.mark.parametrize("writer", [each for each in WRITERS if not each.requirements], ids=lambda each: each.name)
def test_a_writer_that_needs_no_venv_does_all_that_is_measured(writer: Writer, tmp_path: Path) -> None:
    writer.run(tmp_path / "bytes", "bytes")
    assert size_of(tmp_path / "bytes") > 1000
    for lost, of in writer.lost_to_kill([tmp_path / "killed", tmp_path / "again"], 0):
        assert (lost, of > 0) == (0, True)


def test_a_tool_that_is_not_there_is_unavailable_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="No module named 'with_nothing'"):
        Writer("absent", "nothing").run(tmp_path, "first")


def test_our_costs_are_told_for_every_row(tmp_path: Path) -> None:
    [ours] = [writer for writer in WRITERS if writer.name == OURS]
    ours.run(tmp_path, "first")
    found = ours.costs(tmp_path)
    assert found.keys() == COSTS.keys()
    assert all(value > 0 for value in found.values())
