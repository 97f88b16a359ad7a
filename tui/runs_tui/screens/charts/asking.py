"""The keys of a board that ask for something to be typed or chosen."""

from __future__ import annotations

import re
from dataclasses import replace
from time import time

from runs_tui.plotting.limits import OPEN, AxisLimits, LimitsError, limits_text, parse_limits
from runs_tui.screens.charts.drawing import DrawnBoard
from runs_tui.widgets.filter_line import FilterLine
from runs_tui.widgets.prompt_line import PromptLine

_SHAPE = re.compile(r"\s*([1-9])\s*[x×*, ]\s*([1-9])\s*")


class Asking(DrawnBoard):
    """Filter, limits, shape of the page, and what is x."""

    async def action_filter(self) -> None:
        """Ask for words of names; what is typed is in force at once."""
        await self.ask(FilterLine(self._view.words, self._filter_by, self.close_prompt))
        self._count()

    async def action_limits(self) -> None:
        """Ask what the axes span."""
        if self.chosen is None:
            return
        now = AxisLimits(self._view.x_limits_of(self.chosen), self._view.limits_of(self.chosen.shown))
        text = limits_text(now, self._view.x)
        await self.ask(PromptLine("limits:", text, "x=0:5000 y=0.1:2; nothing: all", submit=self._take_limits))

    async def action_shape(self) -> None:
        """Ask for columns and rows."""
        text = "x".join(map(str, self._view.shape)) if self._view.shape is not None else ""
        hint = "3x2; nothing: as many as stay legible"
        await self.ask(PromptLine("columns x rows:", text, hint, submit=self._take_shape))

    async def action_along(self) -> None:
        """Choose a metric as x axis."""
        from runs_tui.screens.charts.x_axis import XAxisScreen

        source = self._source
        if source is None or not self._items:
            return
        names = [item.name for item in source.items(replace(self._view, words="")) if not item.sample]

        def chosen(name: str | None) -> None:
            if name is not None:
                self._look(self._view.over("value", name) if name else self._view.over("step"))

        await self.app.push_screen(XAxisScreen(names, self._view.along), chosen)

    async def back(self) -> bool:
        """Close the prompt, or go from one chart to all; whether there was anything to leave."""
        if self._prompt is not None:
            await self.close_prompt()
        elif self._alone:
            self._alone, self._cursor = False, None
            self.draw_charts()
        elif self._moment is not None:
            self._moment = None
            self.draw_charts()
        else:
            return False
        return True

    async def interrupt(self) -> bool:
        """Empty the prompt, or close an empty one; else drop the filter; else as `back`."""
        if self._prompt is not None and self._prompt.clear():
            return True
        if self._prompt is None and self._view.words:
            self._look(replace(self._view, words=""))
            return True
        return await self.back()

    async def ask(self, line: PromptLine) -> None:
        """Open a prompt, unless one is open."""
        if self._prompt is None:
            self._prompt = line
            await self.mount(line)
            self.screen.set_focus(line.prompt)
            self.draw_charts()

    async def close_prompt(self) -> None:
        """Give its line back, and the keys to the charts."""
        if self._prompt is not None:
            line, self._prompt = self._prompt, None
            self.screen.set_focus(self)
            await line.remove()
            self.draw_charts()

    def _filter_by(self, words: str) -> None:
        """Show only what matches, as it is typed."""
        self._look(replace(self._view, words=words))
        self._count()

    def _count(self) -> None:
        if isinstance(self._prompt, FilterLine) and self._source is not None:
            self._prompt.count(len(self._items), len(self._source.items(replace(self._view, words=""))))

    async def _take_limits(self) -> None:
        """What was typed is in force, or it is said what is wrong."""
        if self._prompt is None:
            return
        try:
            found = parse_limits(self._prompt.prompt.value, self._view.x, now=time())
        except LimitsError as error:
            self._prompt.say(str(error), "warn")
            return
        if self.other_x:
            if found.x != OPEN:
                self._prompt.say(self.other_x, "warn")
                return
            found = found._replace(x=self._view.x_limits)
        await self.close_prompt()
        if self.chosen is not None:
            self._look(self._view.limited(self.chosen.shown, *found))

    async def _take_shape(self) -> None:
        if self._prompt is None:
            return
        text = self._prompt.prompt.value
        found = _SHAPE.fullmatch(text)
        if text.strip() and found is None:
            self._prompt.say("write columns x rows, 1 to 9 each, such as 3x2", "warn")
            return
        await self.close_prompt()
        self._look(replace(self._view, shape=(int(found[1]), int(found[2])) if found else None))
