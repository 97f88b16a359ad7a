"""Which name of Azure ML SDK v1 leads where: the one truth for the drop-in, its documentation and ``azureml check``.

`MODULES` maps each module to its names, and each name to its home: ``package.module`` (the same name there) or
``package.module:name``. A home among `runstore.stand_ins` is a stand-in: it does what can be done on one machine. The
home ``!area`` means that the name exists and nothing more: using it raises an error with what to do instead; `AREAS`
holds those texts. Below an area's modules every name is of that kind.
"""

from __future__ import annotations

from importlib import import_module

from runstore.dropin.azureml._names.areas import AREAS, MODULES_OF_AREAS
from runstore.dropin.azureml._names.core import CORE
from runstore.dropin.azureml._names.data import DATA
from runstore.dropin.azureml._names.neighbours import NEIGHBOURS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MODULES: dict[str, dict[str, str]] = {"azureml": {}, **CORE, **DATA, **NEIGHBOURS}
"""Each module with its names and their homes."""

WORKS, STAND_IN, ERROR = "works", "stand-in", "error"
"""The three kinds of names; see `kind`."""


def area_of(module: str) -> str | None:
    """The area without a local counterpart that ``module`` belongs to, else None."""
    while module:
        if module in MODULES_OF_AREAS:
            return MODULES_OF_AREAS[module]
        module = module.rpartition(".")[0]
    return None


def home_of(module: str, name: str) -> str | None:
    """The home of a name as the tables write it; None for a name that does not exist."""
    home = MODULES.get(module, {}).get(name)
    if home is None and not name.startswith("__"):
        area = area_of(module)
        if area is not None and module + "." + name not in MODULES:
            return "!" + area
    return home


def kind(module: str, name: str) -> str | None:
    """`WORKS`, `STAND_IN` or `ERROR`; None for a name that does not exist. Modules count as working."""
    home = home_of(module, name)
    if home is None:
        return WORKS if module + "." + name in MODULES else None
    if home.startswith("!"):
        return ERROR
    return STAND_IN if home.startswith("runstore.stand_ins") else WORKS


def advice(module: str, name: str) -> str:
    """For a name of kind `ERROR`: why it cannot be used here and what to do instead; else an empty text."""
    home = home_of(module, name) or ""
    return AREAS[home[1:]] if home.startswith("!") else ""


def find(module: str, name: str) -> Any:
    """What ``name`` of ``module`` is; raises AttributeError when there is no such name."""
    home = home_of(module, name)
    if home is None:
        if module + "." + name in MODULES:
            return import_module(module + "." + name)
        raise AttributeError("module {!r} has no attribute {!r} on the local run store".format(module, name))
    if home.startswith("!"):
        from runstore.stand_ins.absent import absent

        return absent(module, name, AREAS[home[1:]])
    place, _, attribute = home.partition(":")
    return getattr(import_module(place), attribute or name)
