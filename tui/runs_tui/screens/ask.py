"""The text that an action needs: tags, a note, a name, arguments."""

from __future__ import annotations

from functools import partial

from textual.containers import Horizontal
from textual.widget import Widget

from runs_tui import keys
from runs_tui.actions import Refused
from runs_tui.actions.plans import Outcome, Plan
from runs_tui.screens.panel import PanelScreen
from runs_tui.screens.to_the_end import to_the_end
from runs_tui.widgets.note import Note
from runs_tui.widgets.prompt import Prompt
from runs_tui.widgets.target_list import TargetLine, TargetList
from runstore.layout.printable import printable


class AskScreen(PanelScreen[Outcome], inherit_bindings=False):
    """The runs that a plan concerns, and the prompt of its field.

    Enter does it; what is refused is said, and the text can be corrected. The result is what was done, or nothing.
    """

    DEFAULT_CSS = """
    AskScreen #ask { height: 1; }
    """
    keys_screen = "prompt"

    def __init__(self, plan: Plan) -> None:
        assert plan.field is not None
        enter = next(key.shown for key in keys.keys("prompt") if key.action == "submit")
        leave = next(key.shown for key in keys.keys("everywhere") if key.action == "escape")
        super().__init__(plan.title, plan.field.hint, [(enter, "do it"), (leave, "leave it")])
        self._plan = plan
        self._targets = [TargetLine(*target) for target in plan.targets]
        self._sign = f" {plan.title}: "
        self._prompt = Prompt(printable(plan.field.text), plan.field.hint, changed=self._changed, submit=self._submit)

    def body(self) -> list[Widget]:
        """The runs and the prompt."""
        sign = Note(self._sign, "accent")
        sign.styles.width = len(self._sign)
        return [TargetList(self._targets), Horizontal(sign, self._prompt, id="ask")]

    def lines_wanted(self) -> int:
        """One for each run, and the prompt."""
        return len(self._targets) + 1

    def on_mount(self) -> None:
        """The keys go to the prompt, behind what stands there."""
        super().on_mount()
        self.say("")
        self._prompt.focus()
        self._prompt.cursor_position = len(self._prompt.value)

    async def interrupt(self) -> bool:
        """Empty the prompt, or close."""
        if not self._prompt.value:
            return await self.back()
        self._prompt.value = ""
        return True

    def _changed(self, _text: str) -> None:
        """What was refused may not be any more."""
        self.say("")

    async def _submit(self) -> None:
        assert self._plan.field is not None
        try:
            text = meant(self._prompt.value, self._plan.field.text)
            outcome = await to_the_end(partial(self._plan.do, text))
        except Refused as error:
            self.say(str(error))
            return
        self.dismiss(outcome)


def meant(text: str, before: str) -> str:
    """What ``text`` says, which was edited from what is shown for ``before``: with the characters behind stand-ins.

    Raises `Refused` where one stands for several characters, or was there itself.
    """
    shown = printable(before)
    if text == shown:
        return before
    stand_ins: dict[str, set[str]] = {}
    for character, other in zip(before, shown, strict=True):
        if character != other and other in text:
            stand_ins.setdefault(other, set()).add(character)
    for other, characters in stand_ins.items():
        if len(characters) > 1 or other in before:
            raise Refused(f"{other} stands for what cannot be typed here: take it out, or leave the text as it was")
    return text.translate({ord(other): character for other, (character,) in stand_ins.items()})
