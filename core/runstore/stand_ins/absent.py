"""Names that exist so that a script can import them; using one says why it cannot work here and what to do instead."""

from __future__ import annotations

from runstore.exceptions import UserErrorException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


class _Refusing(type):
    """The type of such names: a call, and every public attribute, raises."""

    def __call__(cls, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse(cls)

    def __getattr__(cls, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError("type object {!r} has no attribute {!r}".format(cls.__name__, name))
        _refuse(cls, "." + name)

    def __iter__(cls) -> NoReturn:
        _refuse(cls)

    def __repr__(cls) -> str:
        return "<{}.{}, not available locally>".format(cls.__module__, cls.__qualname__)


def absent(module: str, name: str, advice: str) -> type:
    """A class ``module.name`` that can be imported, subclassed and used in isinstance and except, and no more.

    Calling it or asking for a public attribute raises `UserErrorException` with ``advice``.
    """
    bases: tuple[type, ...] = (Exception,) if name.endswith(("Exception", "Error")) else ()
    inside = {"__module__": module, "__doc__": "Not available locally: " + advice, "_advice": advice}
    return _Refusing(name, bases, inside)


def _refuse(cls: type, attribute: str = "") -> NoReturn:
    raise UserErrorException(
        "{}.{}{} is not available on the local run store: {}".format(
            cls.__module__, cls.__qualname__, attribute, getattr(cls, "_advice", "")
        )
    )
