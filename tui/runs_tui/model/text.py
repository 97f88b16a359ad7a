"""Text fitted to cells: every string of a run passes through here on its way to the screen."""

from __future__ import annotations

from rich.cells import cell_len, chop_cells, set_cell_size

from runstore.layout.printable import printable

__all__ = ["cell_len", "left", "middle", "right", "right_end", "safe", "wrap"]

_LONGEST = 2_000
"""Characters of one string that are looked at; no screen shows more on a line."""


def safe(text: object, limit: int = _LONGEST) -> str:
    """Text that a run wrote, printable and of bounded length."""
    return printable(text, limit)


def left(text: str, width: int) -> str:
    """``text`` in exactly ``width`` cells, cut at the end."""
    length = len(text) if text.isascii() else cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width > 1 else "…"[:width]
    return text + " " * (width - length)


def right(text: str, width: int) -> str:
    """``text`` in exactly ``width`` cells, aligned to the right, cut at the end."""
    length = len(text) if text.isascii() else cell_len(text)
    return left(text, width) if length >= width else " " * (width - length) + text


def right_end(text: str, width: int) -> str:
    """``text`` in at most ``width`` cells, cut at its start: ``…in/loss``."""
    if cell_len(text) <= width:
        return text
    while text and cell_len(text) > width - 1:
        text = text[1:]
    return "…" + text


def middle(text: str, width: int) -> str:
    """``text`` in exactly ``width`` cells, cut in the middle: the ends of names tell them apart."""
    if (len(text) if text.isascii() else cell_len(text)) <= width or width < 5:
        return left(text, width)
    tail = (width - 1) // 2
    head = set_cell_size(text, width - 1 - tail)
    end = text[-tail:]
    while cell_len(end) > tail:
        end = end[1:]
    return head + "…" + right(end, tail)


def wrap(text: str, width: int) -> list[str]:
    """``text`` folded at ``width`` cells, between words where that leaves lines at least half full."""
    width = max(width, 2)
    lines = []
    while cell_len(text) > width:
        head = chop_cells(text, width)[0]
        space = head.rfind(" ") if text[len(head) : len(head) + 1] != " " else len(head)
        cut = space if space * 2 >= len(head) else len(head)
        lines.append(head[:cut].rstrip(" "))
        text = text[cut:].lstrip(" ")
    return [*lines, text] if text or not lines else lines
