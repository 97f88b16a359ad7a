"""What a config and a summary have in common: values by attribute and by item."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, ItemsView, Iterator, KeysView
    from typing import Any


class Values:
    """``record`` is told of each change. A subclass says in `update` what is recorded."""

    def __init__(self, record: Callable[[dict[str, Any]], object]) -> None:
        object.__setattr__(self, "_record", record)
        object.__setattr__(self, "_values", {})

    def update(self, values: dict[str, Any]) -> None:
        """Set several."""
        self._values.update(values)
        self._record(values)

    def get(self, *arguments: Any) -> Any:
        """As that of a dict."""
        return self._values.get(*arguments)

    def keys(self) -> KeysView[str]:
        """The names."""
        keys: KeysView[str] = self._values.keys()
        return keys

    def items(self) -> ItemsView[str, Any]:
        """The names and values."""
        items: ItemsView[str, Any] = self._values.items()
        return items

    def _absent(self, key: str) -> Any:
        """What an attribute is that was not set."""
        return None

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __getattr__(self, key: str) -> Any:
        if key.startswith("_"):  # also while a copy of it is made
            raise AttributeError(key)
        return self._values[key] if key in self._values else self._absent(key)

    def __setattr__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return str(self._values)
