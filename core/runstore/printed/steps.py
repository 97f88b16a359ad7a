"""Steps: what a line says of how far it is, and one count of it through epochs, bars and resumed runs."""

from __future__ import annotations

import re

from runstore.printed.names import context_in

# Nowhere in this room may two patterns of spaces stand side by side: of a line full of spaces each way to share them
# between the two would be tried.
_WORD = re.compile(
    r"(?<![\w.-])(?P<word>global[_ ]?step|num_updates|(?:total_)?timesteps|step|iterations?|iter|it|update|batch|"
    r"episode|round|epoch|ep)(?:\((?P<on>train|val|test)\))?(?:\s*[:=#])?(?:\s*[\[(])?\s*(?P<at>[0-9]{1,15})(?![\w.]*[.:][0-9])"
    r"(?:\s*/\s*(?P<of>[0-9]{1,15}))?(?![0-9a-zA-Z]*[.][\w])",
    re.I,
)
_FRACTION = re.compile(r"(?<![\w./:=-])(?<!: )(?<!= )(?P<at>[0-9]{1,12})\s*/\s*(?P<of>[0-9]{1,12})(?![\w./])")
_AFTER_EPOCH = re.compile(r"[\])]?(?:\s*:)?(?:\s*[\[(])?\s*(?P<at>[0-9]{1,12})\s*/\s*(?P<of>[0-9]{1,12})")
_PASS = re.compile(
    r"^\W*(?:train|test|valid|validation|eval)\w*:\s*(?P<epoch>[0-9]{1,9})\s*\[\s*(?P<at>[0-9]{1,12})/(?P<of>[0-9]{1,12})",
    re.I,
)
_LEADING = re.compile(r"^\s*(?:\[(?P<round>[0-9]{1,9})\]\s|(?P<line>[0-9]{1,9}):\s)")
_PREPARING = re.compile(
    r"^\W*(?:map|filter|load|download|generat|tokeniz|fetch|extract|sav|cast|creat|read|scann?)", re.I
)
_ORDER = {"global_step": 0, "globalstep": 0, "global step": 0, "num_updates": 0, "total_timesteps": 0, "timesteps": 0}
_EPOCHS = ("epoch", "ep")
_MOST = 16


class Said:
    """What one line says: ``epoch``, ``count`` of ``total`` (0: not said), whether the count is ``absolute``."""

    __slots__ = ("absolute", "count", "epoch", "on", "sure", "total")

    def __init__(self) -> None:
        self.epoch: int | None = None
        self.count: int | None = None
        self.total = 0
        self.absolute = False
        self.on = ""
        """What the loop of the count runs on, where it says so: ``train``, ``val``, ``test`` ..."""
        self.sure = False
        """Whether a word, not only a fraction, says it."""

    def copy(self) -> Said:
        """Another one that says the same."""
        copied = Said()
        copied.epoch, copied.count, copied.total = self.epoch, self.count, self.total
        copied.absolute, copied.on, copied.sure = self.absolute, self.on, self.sure
        return copied

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Said) and all(getattr(self, each) == getattr(other, each) for each in self.__slots__)

    __hash__ = None  # type: ignore[assignment]  # it changes


def said_in(text: str) -> Said:
    """How far ``text`` says it is."""
    said = Said()
    best, behind = 9, 0
    for found in _WORD.finditer(text):
        word = found["word"].lower()
        said.sure = True
        if found["on"]:
            said.on = found["on"].lower()
        if word in _EPOCHS:
            behind = found.end()
            if said.epoch is None:
                said.epoch = int(found["at"])
                inner = _AFTER_EPOCH.match(text, found.end())
                if inner is not None and said.count is None:
                    said.count, said.total = int(inner["at"]), int(inner["of"])
            continue
        order = _ORDER.get(word, 1 if word in ("step", "iter", "iteration", "iterations", "it", "update") else 2)
        if order < best:
            best = order
            said.count, said.total = int(found["at"]), int(found["of"] or 0)
            said.absolute = order == 0
    if said.sure and said.count is not None:
        return said
    begun = _PASS.match(text)
    if begun is not None:
        said.epoch, said.count, said.total, said.sure = int(begun["epoch"]), int(begun["at"]), int(begun["of"]), True
        return said
    if not said.sure:
        leading = _LEADING.match(text)
        if leading is not None:
            said.count = int(leading["round"] or leading["line"])
            return said
    last = None
    for found in _FRACTION.finditer(text, behind):
        if int(found["of"]):
            last = found
    if last is not None and not _PREPARING.match(text):
        said.count, said.total = int(last["at"]), int(last["of"])
        said.on = said.on or context_in(text[: last.start()])
    return said


class _Counter:
    """One loop: the count it was last at, the steps of its earlier rounds."""

    def __init__(self, total: int, absolute: bool) -> None:
        self.total = total
        self._longest = total
        self._absolute = absolute
        self.last = 0
        self.base = 0
        self.epoch: int | None = None
        self.used = False
        self._anew = False
        """Whether it began anew and stands still since: a bar is set back before it says its new epoch."""

    @property
    def step(self) -> int:
        return self.base + self.last

    @property
    def weight(self) -> float:
        """The outer loop has more to do; one without an end is the whole run."""
        return self._longest or float("inf")

    def may_become(self, said: Said, epoch: int | None) -> bool:
        """Whether it may be this loop that in a later epoch has another total: about as much to do."""
        if self._absolute or said.absolute or epoch is None or self.epoch is None or epoch <= self.epoch:
            return False
        return 0 < self.total <= 2 * said.total <= 4 * self.total

    def move(self, count: int, epoch: int | None, total: int) -> None:
        """Go to ``count`` of ``total``; a loop that begins anew, with an epoch or after its end, goes on from where it
        was.
        """
        known = epoch is not None and self.epoch is not None
        later = known and epoch > self.epoch  # type: ignore[operator]  # both are known
        if known and epoch < self.epoch and count < self.step:  # type: ignore[operator]
            self.base = max(self.base - (self.epoch - epoch) * self.total, 0)  # type: ignore[operator]  # resumed
        elif later and total != self.total:
            self.base += self.total
            self._anew = False
        elif count < self.last:
            ended = self.total > 0 and self.last >= 0.8 * self.total
            if later or (ended and epoch == self.epoch):
                self.base += self.total or self.last + (count == 0)
                self._anew = True
        elif count == self.last and later and not self._anew:
            self.base += self.total or self.last + (count == 0)
        elif count > self.last:
            self._anew = False
        self.last, self.epoch = count, epoch
        self.total, self._longest = total, max(self._longest, total)


class Steps:
    """One count of steps over all that is said. A loop that begins anew with each epoch goes on counting.

    So does the main loop where a later epoch has another total; both totals are known as its own from then on.

    A line that says only an epoch is at the last step, or at the epoch where no finer step was ever said; a small bar
    (of a validation) is at the step of the larger loop around it.
    """

    def __init__(self) -> None:
        self._epoch: int | None = None
        self._counters: dict[tuple[int, bool], _Counter] = {}
        self._main: _Counter | None = None

    def see(self, said: Said, values: bool) -> int | None:
        """Take in what a line says, and whether it has ``values``; the step of it, None when none was ever said."""
        if said.epoch is not None:
            self._epoch = said.epoch
        if said.count is not None:
            self._count(said, values)
        if values and self._main is not None:
            self._main.used = True
            return self._main.step
        return self._epoch if self._main is None else self._main.step

    def _count(self, said: Said, values: bool) -> None:
        assert said.count is not None
        inside = said.on not in ("", "train") and not said.absolute
        key = (-1 if said.absolute else said.total, inside)
        main = self._main
        counter = self._counters.get(key)
        if counter is None:
            goes_on = main is not None and main.used and not inside and main.may_become(said, self._epoch)
            if len(self._counters) >= _MOST:
                if not goes_on:
                    return
                del self._counters[next(old for old, each in self._counters.items() if each is main)]
            counter = main if goes_on and main is not None else _Counter(said.total, said.absolute)
            self._counters[key] = counter
        counter.move(said.count, self._epoch, counter.total if said.absolute else said.total)
        outer = main is None or (values and not inside and counter.weight >= main.weight)
        if outer or (main is not None and not main.used and not inside and main.last >= main.total > 0):
            self._main = counter
