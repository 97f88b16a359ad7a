"""Makes the modules below ``azureml`` out of the tables of names, each when it is imported."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec

from runstore.dropin.azureml._names import MODULES, area_of, find
from runstore.dropin.azureml._notebook import let_pagers_end
from runstore.dropin.azureml._version import VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType
    from typing import Any

PACKAGE = "azureml"


def install(namespace: dict[str, Any]) -> None:
    """Make the package whose globals are ``namespace`` the parent of all modules of the tables."""
    let_pagers_end()
    _fill(PACKAGE, namespace)
    if not any(finder is Finder for finder in sys.meta_path):
        sys.meta_path.insert(0, Finder)


class Finder:
    """Finds, and makes, the modules below ``azureml``; all other names are left to the next finder."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """How to make the module ``name``; None when the tables do not know it."""
        if not name.startswith(PACKAGE + ".") or not (name in MODULES or area_of(name)):
            return None
        loader: Any = Finder
        return ModuleSpec(name, loader, origin=sys.modules[PACKAGE].__file__, is_package=True)

    @staticmethod
    def create_module(spec: ModuleSpec) -> None:
        """None: an ordinary module will do."""

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        """Give the module its lazy names."""
        _fill(module.__name__, module.__dict__)


def _fill(module: str, namespace: dict[str, Any]) -> None:
    """Give ``namespace`` the names of ``module``, each looked up when it is first asked for."""

    def lookup(name: str) -> Any:
        value = find(module, name)
        namespace[name] = value
        return value

    def names() -> list[str]:
        return sorted({*namespace, *MODULES.get(module, ())})

    namespace["__getattr__"] = lookup
    namespace["__dir__"] = names
    namespace["__all__"] = [name for name in MODULES.get(module, ()) if not name.startswith("_")]
    namespace.setdefault("__version__", VERSION)
    namespace.setdefault("__doc__", "``{}`` on the local run store.".format(module))
