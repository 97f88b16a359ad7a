"""`Config`: the parameters of a run, by attribute and by item; each change is recorded at once."""

from __future__ import annotations

from collections.abc import Mapping

from runstore.integrations.wandb.mapping import Values
from runstore.records.nested import flat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_DEEPEST = 16


class Config(Values):
    """Keeps values as they are given, and records those that are new under flat names such as ``model.layers``."""

    def update(self, values: Any, allow_val_change: bool | None = None) -> None:
        """Set several: a dict, or an object with attributes, such as a namespace of argparse."""
        new = plain_dict(values)
        self._values.update(new)
        if new:
            self._record(flat(new))

    def setdefaults(self, values: Any) -> None:
        """Set those that are not set."""
        self.update({key: value for key, value in plain_dict(values).items() if key not in self._values})

    def as_dict(self) -> dict[str, Any]:
        """A copy of all of them."""
        return dict(self._values)

    def _absent(self, key: str) -> Any:
        raise AttributeError("the config has no {!r}".format(key))


def plain_dict(values: Any) -> dict[str, Any]:
    """``values`` (a dict, another `Config`, a namespace, the flags of absl) as a dict."""
    if values is None:
        return {}
    if callable(getattr(values, "flag_values_dict", None)):
        values = values.flag_values_dict()
    elif not _is_mapping(values):
        values = vars(values) if hasattr(values, "__dict__") else dict(values)
    return {str(key): _plain(value, (values,)) for key, value in values.items()}


def _plain(value: Any, above: tuple[Any, ...]) -> Any:
    """Mappings of other kinds, such as OmegaConf's, as dicts; ``above`` are those that hold the value.

    One that is among them is ``...``; one that is too deep, or that cannot be read, stays as it is.
    """
    if not _is_mapping(value) or len(above) > _DEEPEST:
        return value
    if any(each is value for each in above):
        return "..."
    try:
        return {str(key): _plain(each, (*above, value)) for key, each in value.items()}
    except Exception:  # whatever an object of others raises: it is no mapping, after all
        return value


def _is_mapping(value: Any) -> bool:
    if isinstance(value, Mapping):
        return True
    if isinstance(value, type):
        return False
    return callable(getattr(value, "items", None)) and callable(getattr(value, "keys", None))
