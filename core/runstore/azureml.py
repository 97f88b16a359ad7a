"""``import runstore.azureml``: from here on ``import azureml`` gives the names of this library.

It works with the real package installed or not. Put the line before the first import of ``azureml``.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

DROPIN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "dropin")
"""The folder that holds the package ``azureml``."""

_PACKAGE = "azureml"


class Finder:
    """Finds the package ``azureml`` in the drop-in, before any other place is searched."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Where ``azureml`` is; every other name is left to the next finder."""
        return PathFinder.find_spec(name, [DROPIN]) if name == _PACKAGE else None


def install() -> None:
    """Make ``azureml`` that of this library in this process; a real one that was imported already is replaced."""
    if not any(finder is Finder for finder in sys.meta_path):
        sys.meta_path.insert(0, Finder)
    present = sys.modules.get(_PACKAGE)
    if present is None or os.path.dirname(os.path.dirname(getattr(present, "__file__", None) or "")) == DROPIN:
        return
    parts = [name for name in sys.modules if name.startswith(_PACKAGE + ".")]
    for name in [_PACKAGE, *parts]:
        del sys.modules[name]
    if parts:
        import warnings

        warnings.warn(
            "azureml was imported before runstore.azureml: what came from it still belongs to the real package; "
            "put `import runstore.azureml` first",
            stacklevel=3,
        )


install()
