"""The last line of a file that was not ended with a newline: more of it may be to come, or it is all there is."""

from __future__ import annotations

from collections.abc import Callable

from runstore.reading.growing import GrowingFile

IsOver = Callable[[float], bool]
"""Whether nothing more is expected of a file that was last written then, unix seconds."""


class LastLine:
    """Of one file. Where it was taken as it is, all must be read anew should the file go on after all."""

    def __init__(self) -> None:
        self._size = 0

    def take(self, file: GrowingFile) -> None:
        """All up to the end of the file was read, as if it had a newline there."""
        file.offset = self._size = file.size

    @property
    def taken(self) -> bool:
        """Whether it was."""
        return self._size > 0

    def went_on(self, file: GrowingFile) -> bool:
        """Whether what was taken is not the last line, or not all of it: the file has another size now."""
        return self.taken and file.size != self._size
