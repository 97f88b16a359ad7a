"""`RunDetails(run).show()` at the prompt of an interpreter opens the app on the run, and comes back."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.terminal import PtyApp
from tests.tui.stores import make_run


def test_at_a_prompt_it_is_the_app(tmp_path: Path) -> None:
    make_run(tmp_path, "shown", "at-the-prompt")
    make_run(tmp_path, "shown", "another")
    with PtyApp([sys.executable, "-q"], 100, 30) as prompt:
        prompt.wait_for(">>>")
        prompt.type_text("from runstore import Workspace; from runstore.widget.run_details import RunDetails\n")
        prompt.type_text(f"runs = Workspace(root={str(tmp_path)!r}).experiments['shown'].get_runs()\n")
        prompt.type_text("RunDetails(next(run for run in runs if run.display_name == 'at-the-prompt')).show()\n")
        prompt.wait_for("shown / at-the-prompt", timeout=30)
        prompt.press("Q")
        prompt.wait_for(lambda prompt: prompt.text().rstrip().endswith("\n>>>"))  # a new prompt below those of before
        prompt.type_text("print('back', 6 * 7)\n")
        prompt.wait_for("back 42")
