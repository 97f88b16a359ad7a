"""This Python, with a pip that is compiled once for all the environments that are made of it.

A new environment gets the pip that the wheel brought along with Python holds, and the first call of each would compile
it, which takes longer than all else. Here that wheel holds only the way to one pip that lies unpacked.
"""

from __future__ import annotations

import ensurepip
import functools
import os
import sys
import tempfile
import zipfile
from pathlib import Path

_WRAPPER = '#!/bin/sh\nPYTHONPATH="{place}" exec "{python}" "$@"\n'


@functools.cache
def quick_python() -> str:
    """The path of the interpreter, made at the first call; the real one where Python brings no wheel of pip along."""
    found = sorted(Path(ensurepip.__file__).with_name("_bundled").glob("pip-*.whl"))
    if not found:
        return sys.executable
    place = Path(_folder().name)
    bundled = place / "ensurepip" / "_bundled"
    bundled.mkdir(parents=True)
    (place / "ensurepip" / "__init__.py").touch()
    with zipfile.ZipFile(found[0]) as wheel, zipfile.ZipFile(bundled / found[0].name, "w") as short:
        wheel.extractall(place / "unpacked")
        for name in wheel.namelist():
            if ".dist-info/" in name:
                short.writestr(name, wheel.read(name))
        way = f"\n__path__ = [{str(place / 'unpacked' / 'pip')!r}]\n"
        short.writestr("pip/__init__.py", wheel.read("pip/__init__.py") + way.encode())
    python = place / "python"
    python.write_text(_WRAPPER.format(place=place, python=sys.executable))
    python.chmod(0o755)
    return os.fspath(python)


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Removed when this process ends."""
    return tempfile.TemporaryDirectory(prefix="quick-python-")
