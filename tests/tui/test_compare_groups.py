"""Groups of the Compare screen that change while they are looked at."""

from __future__ import annotations

from pathlib import Path

from runs_tui.screens.compare.screen import CompareScreen
from runstore.writing.owner import RunOwner
from tests.tui.app_host import app_on, until
from tests.tui.stores import LONG_AGO, make_run
from tests.tui.test_compare_screen import WIDE, compare, press, settle, text


async def test_a_hidden_group_that_takes_in_all_others_is_shown(tmp_path: Path) -> None:
    made = [
        make_run(
            tmp_path / "store", name=f"run-{number}", params={"lr": number}, created=LONG_AGO + number,
            status="Running" if number > 1 else "Completed",
        )
        for number in range(4)
    ]  # fmt: skip
    async with app_on(tmp_path / "store", WIDE, runs=4) as (app, pilot):
        await compare(pilot, "C", "b", *"state", "enter")
        shown = await press(pilot, "v", "space")
        assert "2 groups of 4 runs, 1 hidden · by state" in shown
        for folder in made[2:]:
            RunOwner(folder).finish("Completed")
        await until(pilot, lambda: "1 group of 4 runs" in text(pilot))
        await settle(pilot)
        assert "hidden" not in text(pilot)
        assert "loss ─" in text(pilot)
        shown = await press(pilot, "v", "2", "a")
        assert "ted ×4" in shown
        await press(pilot, "y", "d", "s", "f")
        assert isinstance(app.screen, CompareScreen)
        assert "ted ×4" in await press(pilot, "q")
