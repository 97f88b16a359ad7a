"""Text files that grow, however large: their lines, what a terminal would show of them, and search."""

from runstore.reading.text.expressions import Expression
from runstore.reading.text.file import Line, TextFile
from runstore.reading.text.log_records import LogRecords
from runstore.reading.text.patterns import Both, Errors, Pattern, Words, parse_filter, parse_pattern
from runstore.reading.text.redrawn import last_states
from runstore.reading.text.screen import ScreenLine, decode, screen_line, screen_lines
from runstore.reading.text.search import Search
from runstore.reading.text.shown import ShownText

__all__ = [
    "Both",
    "Errors",
    "Expression",
    "Line",
    "LogRecords",
    "Pattern",
    "ScreenLine",
    "Search",
    "ShownText",
    "TextFile",
    "Words",
    "decode",
    "last_states",
    "parse_filter",
    "parse_pattern",
    "screen_line",
    "screen_lines",
]
