"""What the Files tab shows of one file: looked at on a thread, made anew only when the file has changed."""

from __future__ import annotations

import os
from functools import partial
from typing import NamedTuple

from runs_tui.images.picture import LARGEST, load_picture
from runs_tui.model.files import FileTree, Node
from runs_tui.model.peek import Peek, peek
from runs_tui.widgets.pages import Page
from runs_tui.widgets.pages.hexdump import BytesPage
from runs_tui.widgets.pages.picture import PicturePage
from runs_tui.widgets.pages.words import WordsPage
from runstore.reading.growing import read_range, read_small


class Look(NamedTuple):
    """The tree, and the chosen file; ``page`` is None where a text is to be shown."""

    tree: FileTree
    nodes: list[Node]
    node: Node | None = None
    stamp: tuple[int, int] = (0, 0)
    peek: Peek = Peek("empty", "")
    page: Page | None = None


def look(tree: FileTree, key: str, before: Look | None) -> Look:
    """The tree as it is now, and what the chosen file is; its page only when the file has changed."""
    nodes = tree.nodes()
    node = next((each for each in nodes if each.key == key), None)
    node = node or next((each for each in nodes if each.kind == "file"), nodes[0] if nodes else None)
    if node is None:
        return Look(tree, nodes)
    stamp = _stamp(node.path)
    if before is not None and before.node == node and before.stamp == stamp:
        return before._replace(nodes=nodes)
    if node.kind == "note":
        return Look(tree, nodes, node, stamp, Peek("note", ""))
    if node.kind == "folder":
        inside = "" if node.key.startswith("\0") else f"{tree.count(node)} entries"
        words = WordsPage("Enter closes it." if node.open else "Enter opens it.")
        return Look(tree, nodes, node, stamp, Peek("folder", inside), words)
    found = peek(node.path)
    return Look(tree, nodes, node, stamp, found, _page(node.path, found))


def _page(path: str, found: Peek) -> Page | None:
    if found.kind == "text":
        return None
    if found.kind == "image":
        try:
            return PicturePage(load_picture(read_small(path, LARGEST)))
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            return WordsPage(f"{found.about}", f"It is not drawn: {why}.")
    if found.kind == "bytes":
        return BytesPage(found.size, partial(_read, path))
    return WordsPage(found.about[:1].upper() + found.about[1:] + ".")


def _read(path: str, start: int, count: int) -> bytes:
    try:
        return read_range(path, start, count)
    except OSError:
        return b""


def _stamp(path: str) -> tuple[int, int]:
    try:
        found = os.lstat(path)
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns
