"""Short names that tell the open roots apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from runstore.layout.roots import LOCAL_ROOT


def root_names(roots: Sequence[str]) -> dict[str, str]:
    """As many of the last folders of each path as no other root ends with; ``.runs`` goes by the folder around it."""
    parts = {root: [part for part in root.split("/") if part] or [root] for root in roots}
    for path in parts.values():
        if path[-1] == LOCAL_ROOT and len(path) > 1:
            path.pop()
    names = {root: path[-1] for root, path in parts.items()}
    for count in range(2, max(map(len, parts.values()), default=0) + 1):
        taken = Counter(names.values())
        names = {root: "/".join(parts[root][-count:]) if taken[name] > 1 else name for root, name in names.items()}
    return names
