"""Colours of borders, kept by what they depend on.

Textual 8.2 keeps them in a cache whose keys hold the `StylesCache` of the widget, too: the drawn lines of the last
1,024 widgets stay in memory, some 40 MB, when the widgets are gone.
"""

from __future__ import annotations

from functools import lru_cache, partial

from textual._styles_cache import StylesCache


def keep_by_colours() -> None:
    """From now on a widget that is gone leaves nothing in that cache."""
    plain = getattr(StylesCache.get_inner_outer, "__wrapped__", None)
    if plain is None:  # done already, or by Textual
        return
    kept = lru_cache(1024)(partial(plain, StylesCache))
    StylesCache.get_inner_outer = lambda _cache, *colours: kept(*colours)  # type: ignore[assignment,method-assign]
