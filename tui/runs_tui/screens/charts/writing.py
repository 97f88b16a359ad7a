"""The charts on the screen as a file: a picture, or their numbers."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from runs_tui.screens.charts.asking import Asking
from runs_tui.screens.to_the_end import to_the_end
from runs_tui.widgets.prompt_line import PromptLine

if TYPE_CHECKING:
    from runs_tui.plotting.pictures import Panel

FORMS = (".svg", ".png", ".csv")
_LONGEST = 60


class Writing(Asking):
    """Asks for the name of the file, and writes it beside: the charts rest meanwhile, since they are what is read."""

    _would_replace = ""

    async def action_write(self) -> None:
        """Ask for a file."""
        if self._grid.tiles and self._prompt is None:
            self._would_replace = ""
            names = [tile.title.name for tile in self._grid.tiles]
            hint = f"a file that ends in {', '.join(FORMS[:-1])} or {FORMS[-1]}"
            await self.ask(PromptLine("write to:", file_name(names) + FORMS[0], hint, submit=self._take_file))

    async def _take_file(self) -> None:
        """Write it, or say why not; a file that is there is replaced when that is asked for twice."""
        from runs_tui.plotting.pictures import has_all_points

        if self._prompt is None:
            return
        panels, text = self._panels(), self._prompt.prompt.value.strip()
        path = os.path.abspath(os.path.expanduser(text))
        if not text:
            await self.close_prompt()
        elif not path.endswith(FORMS):
            self._prompt.say(f"the name must end in {', '.join(FORMS[:-1])} or {FORMS[-1]}", "warn")
        elif path.endswith(".csv") and not has_all_points(panels):
            self._prompt.say("only lines are kept here; points: runs-tui plot -o FILE.csv", "warn")
        elif os.path.lexists(path) and self._would_replace != path:
            self._would_replace = path
            self._prompt.say("it exists; enter again replaces it", "warn")
        elif self._resting:  # the end of the one would wake the charts that the other still reads
            self._prompt.say("still writing the last file", "warn")
        else:
            self._prompt.say("writing")
            self.run_worker(self._write(path, panels, self._prompt))

    def _panels(self) -> list[Panel]:
        """The charts on the screen."""
        from runs_tui.plotting.pictures import Panel

        return [
            Panel(tile.curves, tile.title, replace(tile.look, focus=False, cursor=None))
            for tile in self._grid.tiles
            if tile.curves
        ]

    async def _write(self, path: str, panels: Sequence[Panel], line: PromptLine) -> None:
        """Write it; what comes of that is said in the prompt where it was asked for, if that is still open."""
        trouble = ""
        self._resting = True
        try:
            await to_the_end(partial(_write, path, panels, self.app.theme.endswith("-light")))
        except OSError as error:
            trouble = f"{error.strerror or error}"
        finally:
            self._resting = False
        self.draw_charts()  # what has changed meanwhile
        if self._prompt is line:
            if trouble:
                line.say(trouble, "warn")
                return
            await self.close_prompt()
        self.tell(trouble or f"written: {path}")


def file_name(names: Sequence[str]) -> str:
    """A name for a file with these charts, of letters that every file system and shell takes."""
    name = names[0] if len(names) == 1 else "charts"
    return re.sub(r"[^A-Za-z0-9_.]+", "-", name).strip("-.")[:_LONGEST] or "chart"


def _write(path: str, panels: Sequence[Panel], light: bool) -> None:
    """The file, all of it or none."""
    from runs_tui.plotting.pictures import SCALE, csv_of, default_size, png_of, svg_of
    from runstore.writing.create import write_atomically

    width, height = default_size(len(panels))
    if path.endswith(".csv"):
        content = "".join(csv_of(panels)).encode("utf-8", "replace")
    elif path.endswith(".svg"):
        content = svg_of(panels, width, height, light=light).encode("utf-8", "replace")
    else:
        content = png_of(panels, round(width * SCALE), round(height * SCALE), light=light)
    write_atomically(path, content)
