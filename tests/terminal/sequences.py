"""Control sequences in recorded output: what a program told the terminal, beside text."""

import re
from collections import Counter

_SEQUENCE = re.compile(
    rb"\x1b\[(?P<prefix>[<=>?]?)(?P<params>[0-9;:]*)(?P<middle>[ -/]*)(?P<final>[@-~])"
    rb"|\x1b\](?P<osc>[0-9]*)[^\x07\x1b]*(?:\x07|\x1b\\)"
    rb"|\x1b(?P<string>[PX^_])[^\x1b]*\x1b\\"
    rb"|\x1b(?P<escape>[ -/]*[0-~])"
    rb"|(?P<control>[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]|\x1b)"
    rb"|(?P<c1>\xc2[\x80-\x9f])"
)


def control_sequences(raw: bytes) -> Counter[str]:
    """How often each kind of control sequence occurs in ``raw``, tab and newline left out.

    Kinds: ``CSI m``, ``CSI ?1049h`` (modes are told apart), ``OSC 52``, ``DCS``/``SOS``/``PM``/``APC``,
    ``ESC 7``, ``0x08`` for a lone control byte, ``C1 0x9b`` for a C1 control in UTF-8.
    """
    return Counter(_kind(match) for match in _SEQUENCE.finditer(raw))


def _kind(match: re.Match[bytes]) -> str:
    group = {name: value.decode("latin-1") for name, value in match.groupdict().items() if value is not None}
    if "final" in group:
        params = group["params"] if group["prefix"] else ""
        return f"CSI {group['prefix']}{params}{group['middle']}{group['final']}"
    if "osc" in group:
        return f"OSC {group['osc']}"
    if "string" in group:
        return {"P": "DCS", "X": "SOS", "^": "PM", "_": "APC"}[group["string"]]
    if "escape" in group:
        return f"ESC {group['escape']}"
    if "c1" in group:
        return f"C1 0x{match['c1'][1]:02x}"
    return f"0x{match['control'][0]:02x}"
