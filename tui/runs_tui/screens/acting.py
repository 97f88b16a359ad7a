"""What the screens with runs share: the menu of actions, and the way from a choice to what is done."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from runs_tui.model.feed import Feed
from runs_tui.screens.to_the_end import to_the_end
from runstore.reading.row import RunRow

if TYPE_CHECKING:
    from runs_tui.actions.plans import Outcome, Plan
    from runs_tui.screens.compare.choosing import Choice

    Base = Screen[Any]
else:
    Base = object


class Acting(Base):
    """A screen whose runs can be acted on: it says which, and what becomes of it when they are gone."""

    _feed: Feed

    def acted_on(self) -> Sequence[RunRow]:
        """The runs that an action is about: the marked ones, else the one under the cursor."""
        raise NotImplementedError

    def acted(self, outcome: Outcome) -> None:
        """Something was done: say so."""
        raise NotImplementedError

    def say(self, message: str) -> None:
        """Show a short message."""
        raise NotImplementedError

    def _rows_now(self) -> list[RunRow]:
        """`acted_on` as last read: this screen gets no snapshots while the menu is open."""
        return self._feed.latest.renewed(self.acted_on())

    def action_bell(self) -> None:
        """Ring when the runs end, fail or lose their loss; if they all do already, let them be silent."""
        rows = self._rows_now()
        before = self._feed.bells
        after = before.flipped(rows)
        if after == before:
            self.say("only a run that is going on can ring" if rows else "")
            return
        self._feed.ring(after)
        number = len(after.keys ^ before.keys)
        who = next(row.name for row in rows if row.key in after.keys ^ before.keys) if number == 1 else f"{number} runs"
        self.say(f"{who}: the bell rings at the end" if after.keys > before.keys else f"{who}: no bell")

    async def compare(self, choice: Choice) -> None:
        """Show these runs side by side."""
        if len(choice.rows) < 2:
            self.say("there is no other run to compare with" if choice.rows else "")
            return
        from runs_tui.screens.compare.screen import CompareScreen

        await self.app.push_screen(CompareScreen(self._feed, choice.rows, choice.said))

    async def action_actions(self) -> None:
        """Show the menu."""
        from runs_tui.screens.actions import ActionsScreen

        async def chosen(name: str | None) -> None:
            if name is not None:  # by now another run may be under the cursor
                await self._begin(name, self._feed.latest.renewed(rows))

        rows = self._rows_now()
        self._feed.follow(row.key for row in rows)
        await self.app.push_screen(ActionsScreen(rows, self._feed.roots), chosen)

    async def action_act(self, name: str) -> None:
        """Begin an action: ask whether, or for what it needs."""
        await self._begin(name, self._rows_now())

    async def _begin(self, name: str, rows: Sequence[RunRow]) -> None:
        from runs_tui.actions import Refused
        from runs_tui.actions.plans import plan

        try:
            found = plan(name, rows, self._feed.roots)
        except Refused as error:
            self.say(f"{name}: {error}")
            return
        if found.field is not None:
            from runs_tui.screens.ask import AskScreen

            await self.app.push_screen(AskScreen(found), self._done)
            return
        from runs_tui.screens.confirm import ConfirmScreen

        async def answered(yes: bool | None) -> None:
            if yes:
                await self._do(found)

        await self.app.push_screen(ConfirmScreen(found), answered)

    async def _do(self, plan: Plan) -> None:
        from runs_tui.actions import Refused

        try:
            outcome = await to_the_end(partial(plan.do, ""))
        except Refused as error:
            self.say(f"{plan.title}: {error}")
            return
        self._done(outcome)

    def _done(self, outcome: Outcome | None) -> None:
        if outcome is None:
            return
        for root, changed in outcome.changed.items():
            self._feed.touch(root, changed)
        self.acted(outcome)
