"""The Files tab: outputs, logs, uploads and snapshot of the run as a tree, and what is in the chosen file."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

from textual.timer import Timer
from textual.widget import Widget

from runs_tui import keys
from runs_tui.model import words
from runs_tui.model.deleted import DELETED, is_deleted
from runs_tui.model.files import FileTree, Node
from runs_tui.model.states import LIVE
from runs_tui.screens.tabs.file_look import Look, look
from runs_tui.screens.tabs.job import Job
from runs_tui.screens.tabs.searching import Searching
from runs_tui.screens.tabs.split import SplitPane
from runs_tui.widgets.log_search import LogSearch
from runs_tui.widgets.log_view import LogView
from runs_tui.widgets.moving import Movable
from runs_tui.widgets.pages import Page
from runs_tui.widgets.tree_list import Entry, TreeList
from runstore.reading.reader import Reader
from runstore.reading.row import RunRow

_LOOK = 2.0
"""Seconds between two looks at the folders of a live run: a file that comes tells nobody."""


class FilesPane(Searching, SplitPane, can_focus=True):
    """Folders are read as far as they are open, files as far as they are on the screen."""

    SCOPE = "files"
    BINDINGS = keys.bindings("files")

    def __init__(self) -> None:
        super().__init__(TreeList(self._size_of))
        self._text = LogSearch()
        self._row: RunRow | None = None
        self._tree: FileTree | None = None
        self._seen: Look | None = None
        self._paths: dict[str, Node] = {}
        self._job = Job(self, self._prepare, self._take)
        self._clock: Timer | None = None

    def others(self) -> list[Widget]:
        """Texts have a widget of their own, which reads only what it shows."""
        self._text.display = False
        return [self._text]

    def on_mount(self) -> None:
        """What was asked for before; and look again now and then."""
        self._clock = self.set_interval(_LOOK, self._look_again)
        self._job.begin()

    # -- what the Run screen asks for

    def show(self, reader: Reader, row: RunRow) -> None:
        """Show this run."""
        known = self._row is not None and row.key == self._row.key
        if not known:
            self._tree = FileTree(reader.files_folder if row.source else row.key, row.root, foreign=bool(row.source))
            self._seen = None
            self.entries.offer([], "reading ...")
            self._show_page(None)
        self._row = row
        if self._tree is not None:
            self._tree.use_snapshot(reader.manifest["snapshot"])
        self._job.ask(patient=known)

    async def back(self) -> bool:
        """Close the prompt, or leave the file alone; whether there was any of them."""
        return await self.close_prompt() or await super().back()

    async def interrupt(self) -> bool:
        """Empty the prompt, or do as `back`, or forget the search."""
        if self.clear_prompt() or await self.back():
            return True
        sought = bool(self._text.sought)
        if sought:
            self._text.search("")
        return sought

    def titles(self) -> tuple[str, str]:
        """The file and what it is; the state of a search."""
        seen = self._seen
        if seen is None or seen.node is None:
            return "", ""
        name = seen.node.key.lstrip("\0").replace("\0", "")
        right = ""
        if self._text.display and self._text.sought:
            matches = self._text.matches
            count = matches[0] if matches else 0
            right = self._text.answer or f"/{self._text.sought}  {count} {'match' if count == 1 else 'matches'}"
        about = "" if seen.peek.kind == "closed" else seen.peek.about
        return f"{name}  {about}".rstrip(), right

    def place(self) -> str:
        """Lines of a text, or what part of the page."""
        if not self._text.display:
            return super().place()
        lines, line = self._text.lines, self._text.line_number
        if lines is None or line is None:
            return "counting lines"
        return f"line {words.count(line)} of {words.count(lines)}" if lines > self._text.page else ""

    # -- looking

    def _look_again(self) -> None:
        if self._row is not None and self._row.state.word in LIVE and self.display and self.screen.is_current:
            self._job.ask()

    def _prepare(self) -> Callable[[], Look] | None:
        if self._tree is None:
            return None
        return partial(look, self._tree, self.entries.chosen.key if self.entries.chosen else "", self._seen)

    def _take(self, seen: Look) -> None:
        if seen.tree is not self._tree:
            return
        before, self._seen = self._seen, seen
        self._paths = {node.key: node for node in seen.nodes}
        count = self.entries.count
        key = seen.node.key if seen.node is not None and count == 0 else None
        gone = self._row is not None and is_deleted(self._row)
        empty = DELETED if gone else "The run has no files."
        self.entries.offer([_entry(node) for node in seen.nodes], empty, key)
        if self.entries.count != count:
            self.lay_out()
        chosen = self.entries.chosen.key if self.entries.chosen else ""
        if chosen != (seen.node.key if seen.node else ""):
            self._job.ask()
        same = before is not None and before.node is not None and seen.node is not None and before.node == seen.node
        if seen.peek.kind == "text" and seen.node is not None:
            self._show_text(seen.node.path, same=same and self._text.display)
        elif not same or before is None or before.page is not seen.page:
            self._show_page(seen.page, same=same)
        self.say()

    def _show_text(self, path: str, *, same: bool) -> None:
        self.sheet.display, self._text.display = False, True
        if same:
            self._text.look_again()
        else:
            self._text.open(path, at_end=False)

    def _show_page(self, page: Page | None, *, same: bool = False) -> None:
        if self._text.display:
            self._text.close()
        self.sheet.display, self._text.display = True, False
        self.sheet.show(page, same=same)

    def _size_of(self, entry: Entry) -> str:
        """Of a file on the screen; folders and links tell nothing."""
        node = self._paths.get(entry.key)
        if node is None or node.kind != "file":
            return "link" if node is not None and node.kind == "link" else ""
        try:
            return words.size(os.lstat(node.path).st_size)
        except OSError:
            return "gone"

    # -- events

    def on_tree_list_moved(self, event: TreeList.Moved) -> None:
        """Another file."""
        event.stop()
        self._job.ask()
        self.say()

    def on_tree_list_opened(self, event: TreeList.Opened) -> None:
        """A second click."""
        event.stop()
        self.action_full()

    def on_log_view_changed(self, event: LogView.Changed) -> None:
        """Place or search have changed."""
        event.stop()
        self.say()

    # -- keys

    def viewed(self) -> Movable:
        """The text or the page."""
        return self._text if self._text.display else self.sheet

    def searched(self) -> LogSearch | None:
        """The text, if it is one."""
        return self._text if self._text.display else None

    def action_full(self) -> None:
        """Open or close a folder; a file alone, or the list again."""
        node = self._node
        if self.alone:
            self.show_alone(alone=False)
        elif node is not None and node.kind == "folder":
            self._toggle(node)
        elif node is not None:
            self.show_alone(alone=True)

    def action_left(self) -> None:
        """Close the folder, or go to the one that this is in; alone: to the left."""
        node = self._node
        if self.alone:
            self._sideways(-1)
        elif node is not None and node.open:
            self._toggle(node)
        elif node is not None and node.depth:
            nodes = list(self._paths.values())
            above = [each for each in nodes[: nodes.index(node)] if each.depth == node.depth - 1]
            self.entries.go(above[-1].key)

    def action_right(self) -> None:
        """Open the folder; alone: to the right."""
        node = self._node
        if self.alone:
            self._sideways(1)
        elif node is not None and node.kind == "folder" and not node.open:
            self._toggle(node)

    def action_wrap(self) -> None:
        """Fold long lines or not."""
        if self._text.display:
            self._text.toggle_wrap()

    def action_copy_path(self) -> None:
        """Copy the path of the file or folder."""
        node = self._node
        if node is not None and node.kind != "note":
            self.app.copy_to_clipboard(node.path)
            say = getattr(self.screen, "say", None)
            if say is not None:
                say(f"copied {node.path}")

    @property
    def _node(self) -> Node | None:
        chosen = self.entries.chosen
        return self._paths.get(chosen.key) if chosen is not None else None

    def _toggle(self, node: Node) -> None:
        if self._tree is not None:
            self._tree.toggle(node.key)
            self._job.ask()

    def _sideways(self, by: int) -> None:
        if self._text.display:
            self._text.move_sideways(by)
        else:
            self.sheet.move_sideways(by)


def _entry(node: Node) -> Entry:
    sign = ("- " if node.open else "+ ") if node.kind == "folder" else "  "
    name = node.name + "/" if node.kind == "folder" else node.name
    return Entry(node.key, name, "", node.depth, sign, dim=node.kind in ("link", "other", "note"))
