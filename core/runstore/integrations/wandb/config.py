"""`Config`: the parameters of a run, by attribute and by item; each change is recorded at once."""

from __future__ import annotations

from runstore.integrations.wandb.mapping import Values
from runstore.records.nested import flat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


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
    if hasattr(values, "flag_values_dict"):
        values = values.flag_values_dict()
    elif hasattr(values, "items"):
        values = dict(values.items())
    elif hasattr(values, "__dict__"):
        values = vars(values)
    else:
        values = dict(values)
    return {str(key): _plain(value) for key, value in values.items()}


def _plain(value: Any) -> Any:
    """Mappings of other kinds, such as OmegaConf's, as dicts."""
    return plain_dict(value) if hasattr(value, "items") and not isinstance(value, type) else value
