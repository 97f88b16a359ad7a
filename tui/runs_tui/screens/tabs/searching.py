"""Search in a text, for the panes that show one."""

from __future__ import annotations

from textual.widget import Widget

from runs_tui.widgets.log_search import LogSearch
from runs_tui.widgets.search_line import SearchLine
from runstore.exceptions import UserErrorException


class Searching(Widget):
    """The actions ``search next_match previous_match``, and the prompt they need."""

    _prompt: SearchLine | None = None

    def searched(self) -> LogSearch | None:
        """The text that is searched, if one is shown."""
        raise NotImplementedError

    async def action_search(self) -> None:
        """Ask what to look for."""
        if self.searched() is not None:
            await self.ask(SearchLine(self._search))

    async def ask(self, prompt: SearchLine) -> None:
        """Open a prompt, if none is open."""
        if self._prompt is None:
            self._prompt = prompt
            await self.mount(prompt)
            self.screen.set_focus(prompt.prompt)

    @property
    def typed(self) -> str:
        """What stands in the prompt."""
        return self._prompt.prompt.value if self._prompt is not None else ""

    def complain(self, problem: str) -> None:
        """Say in the prompt what is wrong with what was typed."""
        if self._prompt is not None:
            self._prompt.complain(problem)

    async def _search(self) -> None:
        """Look for what was typed; nothing typed is the next match of what was looked for before."""
        text = self.searched()
        if self._prompt is None or text is None:
            return
        typed = self.typed
        try:
            if typed:
                text.search(typed)
            else:
                text.next_match()
        except UserErrorException as error:
            self.complain(error.message)
            return
        await self.close_prompt()

    def action_next_match(self) -> None:
        """The next match."""
        if (text := self.searched()) is not None:
            text.next_match()

    def action_previous_match(self) -> None:
        """The match before."""
        if (text := self.searched()) is not None:
            text.next_match(back=True)

    def clear_prompt(self) -> bool:
        """Empty the prompt; whether there was anything in it."""
        return self._prompt is not None and self._prompt.clear()

    async def close_prompt(self) -> bool:
        """Close the prompt; whether it was open."""
        if self._prompt is None:
            return False
        prompt, self._prompt = self._prompt, None
        self.screen.set_focus(self)
        await prompt.remove()
        return True
