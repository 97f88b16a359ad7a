"""The registry of keys: one key, one meaning; what must stay free stays free; users can change keys."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import pytest
from textual.app import App
from textual.dom import DOMNode

from runs_tui import keys
from runs_tui.app import RunsApp
from runs_tui.screens.actions import ActionsScreen
from runs_tui.screens.charts.x_axis import XAxisScreen
from runs_tui.screens.columns import ColumnsScreen
from runs_tui.screens.compare.differences import DifferencesPane
from runs_tui.screens.compare.screen import CompareScreen
from runs_tui.screens.compare.sweep import SweepPane
from runs_tui.screens.confirm import ConfirmScreen
from runs_tui.screens.group import GroupScreen
from runs_tui.screens.help import HelpScreen, HelpText
from runs_tui.screens.palette import PaletteScreen
from runs_tui.screens.run import RunScreen
from runs_tui.screens.runs import RunsScreen
from runs_tui.screens.tabs import TABS, pane_class
from runs_tui.screens.views import ViewsScreen
from runs_tui.widgets.prompt import Prompt
from runs_tui.widgets.query_prompt import QueryPrompt
from runs_tui.widgets.run_legend import RunLegend

HOLDERS: dict[str, type[DOMNode]] = {
    "everywhere": RunsApp,
    "runs": RunsScreen,
    "run": RunScreen,
    "help": HelpText,
    "palette": PaletteScreen,
    "prompt": Prompt,
    "filter": QueryPrompt,
    "actions": ActionsScreen,
    "confirm": ConfirmScreen,
    "columns": ColumnsScreen,
    "group": GroupScreen,
    "x_axis": XAxisScreen,
    "views": ViewsScreen,
    "compare": CompareScreen,
    "differences": DifferencesPane,
    "sweep": SweepPane,
    "legend": RunLegend,
    **{tab.name: pane_class(tab) for tab in TABS},  # type: ignore[dict-item]
}


@pytest.fixture
def config(home: str) -> Path:
    """The user's config.toml, and a registry that reads it anew."""
    keys.remaps.cache_clear()
    keys.keys.cache_clear()
    folder = Path(home) / ".config" / "runs-tui"
    folder.mkdir(parents=True)
    yield folder / "config.toml"
    keys.remaps.cache_clear()
    keys.keys.cache_clear()


@pytest.mark.parametrize("screen", keys.SCREENS)
def test_one_key_has_one_meaning_on_a_screen(screen: str) -> None:
    assert list(keys.clashes(screen)) == []


@pytest.mark.parametrize("screen", keys.SCREENS)
def test_global_keys_are_in_force_on_every_screen(screen: str) -> None:
    assert "everywhere" in keys.SCREENS[screen]


@pytest.mark.parametrize("scope", keys.SCOPES)
def test_every_scope_is_used_and_every_action_exists(scope: str) -> None:
    assert any(scope in scopes for scopes in keys.SCREENS.values())
    holder = HOLDERS[scope]
    for key in keys.keys(scope):
        name = key.action.partition("(")[0]
        assert callable(getattr(holder, f"action_{name}", None)), f"{holder.__name__} has no action_{name}"


def test_a_clash_is_found() -> None:
    taken = [*keys.clashes("runs")]
    assert taken == []
    keys.SCREENS["bad"] = ("runs", "overview")
    try:
        assert any("already means" in problem for problem in keys.clashes("bad"))
    finally:
        del keys.SCREENS["bad"]


@pytest.mark.parametrize("holder", [App, *HOLDERS.values(), HelpScreen], ids=lambda holder: holder.__name__)
def test_keys_of_terminal_multiplexers_are_never_bound(holder: type[DOMNode]) -> None:
    if holder is App:
        holder = RunsApp
    bound = {binding.key for binding in holder._merge_bindings().key_to_bindings.values() for binding in binding}
    assert not bound & keys.NEVER_BOUND


def test_every_binding_comes_from_the_registry() -> None:
    registered = {f"{scope}.{key.action}" for scope in keys.SCOPES for key in keys.keys(scope)}
    for holder in (*HOLDERS.values(), HelpScreen):
        for bindings in holder._merge_bindings().key_to_bindings.values():
            assert {binding.id for binding in bindings} <= registered, holder


def test_hints_name_only_real_keys_and_end_with_help() -> None:
    for screen in keys.SCREENS:
        if screen != "prompt":
            assert keys.hints(screen)[-1] == ("?", "help")


def test_help_holds_every_key_of_a_screen() -> None:
    for screen, scopes in keys.SCREENS.items():
        text = " ".join(shown for _, rows in keys.help_sections(screen) for shown, _ in rows).split(" ")
        for scope in scopes:
            for key in keys.keys(scope):
                assert {keys.show_key(each) for each in key.each} <= set(text)


def test_long_names_of_keys_are_the_same_keys() -> None:
    assert keys.Key("a", "question_mark,right_square_bracket,slash,space,tab,ctrl+d", "").each == (
        "?", "]", "/", "space", "tab", "ctrl+d",
    )  # fmt: skip


def test_the_user_can_change_keys(config: Path) -> None:
    config.write_text('[keys.runs]\nmark = "m,insert"\n')
    mark = next(key for key in keys.keys("runs") if key.action == "mark")
    assert mark.each == ("m", "insert")
    assert [binding.key for binding in keys.bindings("runs") if binding.id == "runs.mark"] == ["m,insert"]
    assert ("m", "mark") in keys.hints("runs")
    keys.check()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[keys.runs]\nmark = "j"\n', "runs.down: j already means runs.mark"),
        ('[keys.runs]\nmark = "ctrl+a"\n', "ctrl+a must stay free"),
        ('[keys.runs]\nmark = "q"\n', "everywhere.back: q already means runs.mark"),
        ('[keys.runs]\nfly = "f"\n', "the actions are"),
        ('[keys.moon]\nmark = "f"\n', "the scopes are"),
        ("[keys.runs]\nmark = 3\n", "give a text of keys"),
        ("[keys.runs\n", "config.toml"),
        ("keys = 3\n", "must hold sections"),
    ],
)
def test_keys_that_cannot_be_used_are_told(config: Path, text: str, said: str) -> None:
    config.write_text(text)
    with pytest.raises(keys.KeyConfigError, match=r"config\.toml") as error:
        keys.check()
    assert said in str(error.value)


def test_the_registry_needs_no_textual() -> None:
    for scope in keys.SCOPES:
        assert importlib.import_module(f"runs_tui.keys.{scope}").KEYS


BEGIN, END = "<!-- made from the registry: begin -->\n", "<!-- made from the registry: end -->\n"


def test_the_keys_in_the_page_on_the_monitor_are_current() -> None:
    """``UPDATE_DUMPS=1`` writes them anew."""
    path = Path(__file__).parents[2] / "docs" / "monitor.md"
    before, rest = path.read_text().split(BEGIN)
    _, after = rest.split(END)
    page = f"{before}{BEGIN}{_keys_page()}{END}{after}"
    if os.environ.get("UPDATE_DUMPS"):
        path.write_text(page)
    assert path.read_text() == page


def _keys_page() -> str:
    lines = [
        "",
        "Made from the registry in `tui/runs_tui/keys`; the same text is behind `?` and in the palette (`:`).",
        "Each can be changed in `~/.config/runs-tui/config.toml`, by scope and action:",
        "",
        "```toml",
        "[keys.runs]",
        'mark = "m,insert"',
        "```",
        "",
    ]
    for scope, title in keys.SCOPES.items():
        lines += [f"### {title} (`{scope}`)", "", "| keys | action | what it does |", "|---|---|---|"]
        for key in keys.keys(scope):
            shown = " ".join(f"`{each}`" for each in key.each)
            lines.append(f"| {shown} | `{key.action}` | {key.help or key.label} |")
        lines.append("")
    return "\n".join([*lines, ""])
