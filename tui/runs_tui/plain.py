"""Terminals without Unicode: which they are, and what stands for our characters there, cell by cell."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Mapping
from typing import Any

ASKED = "RUNS_TUI_ASCII"
"""The variable that asks for ASCII, whatever the terminal."""
_PLAIN_TERMINALS = frozenset({"linux", "dumb", "vt100", "vt102", "vt220"})
"""Terminals whose fonts have few of our characters, by TERM."""
_PAIRS = (
    "─- ━= │| ┃| ┌+ ┐+ └+ ┘+ ├+ ┤+ ┬+ ┴+ ┼+ ╭+ ╮+ ╰+ ╯+ …~ ·- •o ▸> ▹> ▾v ▼v ▲^ ›> ‹< ↑^ ↓v →> ←< ×x ±~ ≤< ≥> "
    "✓+ ✗x ●* ◐~ ◑? ☠X ◌. ◍o ○o ■# ◆+ –- —- ‘' ’' “\" ”\" "
    "▁_ ▂. ▃- ▄- ▅= ▆= ▇# █# ▀' ░. ▒: ▓% ▏. ▎. ▍: ▌: ▋: ▊# ▉#"
)
_ASCII, _ERRORS = "runs_tui_ascii", "runs-tui"
_UPPER_DOTS, _LOWER_DOTS = 0x1B, 0xE4  # of a braille character: two rows of dots each


def is_plain(environ: Mapping[str, str]) -> bool:
    """Whether the terminal of this environment shows ASCII only: it was asked for, or TERM or the locale says so."""
    if environ.get(ASKED, "") not in ("", "0"):
        return True
    kind = environ.get("LC_CTYPE", "")
    if sys.flags.utf8_mode and kind == "C.UTF-8":
        kind = ""  # Python itself has set this, for a locale that the machine does not have
    locale = environ.get("LC_ALL") or kind or environ.get("LANG") or ""
    charset = locale.partition(".")[2].partition("@")[0].replace("-", "").lower()
    return environ.get("TERM") in _PLAIN_TERMINALS or charset not in ("", "utf8")


class _StandIns(dict[str, str]):
    """One ASCII character for each other one that takes one cell."""

    def __missing__(self, character: str) -> str:
        import unicodedata

        code = ord(character)
        if 0x2800 <= code < 0x2900:
            found = " '.:"[bool(code & _UPPER_DOTS) + 2 * bool(code & _LOWER_DOTS)]
        else:
            letter = unicodedata.normalize("NFKD", character)[0]
            found = letter if letter.isascii() and letter.isprintable() else "?"
        self[character] = found
        return found


_stand_ins = _StandIns({pair[0]: pair[1] for pair in _PAIRS.split()})


def stand_in(character: str) -> str:
    """The ASCII character that says most of what this one says; ``?`` where there is none."""
    return character if character.isascii() else _stand_ins[character]


def write_what_it_can(stream: Any, environ: Mapping[str, str]) -> None:
    """Let a stream write a stand-in for what it cannot encode, or what its terminal cannot show."""
    if stream is None or not hasattr(stream, "reconfigure"):
        return
    if stream.isatty() and is_plain(environ):
        codecs.register(_ascii)
        stream.reconfigure(encoding=_ASCII, errors=_ERRORS)
    elif codecs.lookup(stream.encoding).name != "utf-8" or stream.errors == "strict":
        stream.reconfigure(errors=_ERRORS)
    codecs.register_error(_ERRORS, _encoding_error)


def _ascii(name: str) -> codecs.CodecInfo | None:
    """ASCII by another name: Click takes a stream that says ``ascii`` for a mistake and writes UTF-8 to it."""
    info = codecs.lookup("ascii")
    return codecs.CodecInfo(*info, info.incrementalencoder, info.incrementaldecoder, _ASCII) if name == _ASCII else None


def _encoding_error(error: UnicodeError) -> tuple[str, int]:
    """What is written for characters that a stream cannot encode."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(stand_in, error.object[error.start : error.end])), error.end
