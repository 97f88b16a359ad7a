"""What a terminal sends for a key."""

_NAMED = {
    "enter": b"\r",
    "esc": b"\x1b",
    "escape": b"\x1b",
    "tab": b"\t",
    "shift+tab": b"\x1b[Z",
    "space": b" ",
    "backspace": b"\x7f",
    "delete": b"\x1b[3~",
    "insert": b"\x1b[2~",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "shift+up": b"\x1b[1;2A",
    "shift+down": b"\x1b[1;2B",
    "shift+right": b"\x1b[1;2C",
    "shift+left": b"\x1b[1;2D",
    "ctrl+up": b"\x1b[1;5A",
    "ctrl+down": b"\x1b[1;5B",
    "ctrl+right": b"\x1b[1;5C",
    "ctrl+left": b"\x1b[1;5D",
    "f1": b"\x1bOP",
    "f2": b"\x1bOQ",
    "f3": b"\x1bOR",
    "f4": b"\x1bOS",
    "f5": b"\x1b[15~",
}


def key_bytes(key: str) -> bytes:
    """The bytes of one key: a name such as ``down``, ``ctrl+d``, ``enter``, ``esc``, or one literal character.

    Raises `ValueError` for any other text, so that a mistyped name is not typed letter by letter.
    """
    if len(key) == 1:
        return key.encode()
    if key in _NAMED:
        return _NAMED[key]
    modifier, _, rest = key.partition("+")
    if modifier == "ctrl" and len(rest) == 1 and "@" <= rest.upper() <= "_":
        return bytes([ord(rest.upper()) & 0x1F])
    if modifier == "alt" and rest:
        return b"\x1b" + key_bytes(rest)
    names = ", ".join(sorted(_NAMED))
    raise ValueError(f"{key!r} is no key; known are one character, ctrl+x, alt+x, {names}")
