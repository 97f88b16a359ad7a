"""The worker thread between the run sources and the screens.

A listener thread for each source waits for changes; one worker turns them into frozen snapshots. A snapshot
that was not taken yet is replaced by the next, so a slow terminal gets fewer of them, never a queue.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from runs_tui.model.bells import Bells
from runs_tui.model.first_page import FirstPage, Page, can_be_kept
from runs_tui.model.root_problems import RootProblems
from runs_tui.model.roster import Roster
from runs_tui.model.shown_runs import ShownRuns
from runs_tui.model.snapshot import Shown, Snapshot
from runs_tui.model.view import View
from runs_tui.model.views import Views
from runstore.reading.row import RunRow
from runstore.sources import RunSource

if TYPE_CHECKING:
    from concurrent.futures import Future

    from runstore.query import Names
    from runstore.reading.reader import Reader

TICK = 0.32
"""Seconds from one snapshot made for changed files to the next; what the user asks for is made at once."""
_RESTS = 3.0
"""So many times as long as a snapshot took, the worker rests at least: the keys need the processor, too."""
_LONGEST_REST = 1.0
_LISTEN = 2.0
_BEFORE = 0.01
"""Seconds before the next snapshot may be made at which a listener reads what has come since a change of a few runs:
about as long as that takes, since what is written meanwhile waits for the snapshot after."""
_PARTING = 3.0
"""Seconds within which a monitor that is left writes down what it has read."""
_UNSHOWN = 1.0
"""Seconds that reading waits at most until what was found first is on the screen: it would delay that."""
_PAINTED = 5.0
"""Seconds that reading waits at most until the page is painted, which takes as long as the start of the app."""
_FEW = 20
"""More runs than that are a list that fills, which is not held up."""
_MANY = 1_000
"""More runs than that, told at once, stay: no collection of garbage looks at them, each of which would hold up all
threads (for 100,000 runs more than a second)."""


def start_feed(roots: Sequence[str], view: View | None = None) -> Feed:
    """A feed that reads these run stores, first for this view, else for the one that was kept of them."""
    from runstore.sources.native import NativeSource
    from runstore.sources.opening import source_of

    view = view or Views(roots).last
    sources = [source_of(root) for root in roots]
    own = all(isinstance(source, NativeSource) for source in sources)
    feed = Feed(sources, view=view, page=FirstPage(roots) if own else None)
    feed.start()
    return feed


class Feed:
    """Makes snapshots until `close`.

    ``ready`` is called on the worker thread whenever there is a snapshot to `take`. All other methods are for
    the app's thread and return at once.
    """

    def __init__(
        self,
        sources: Sequence[RunSource],
        ready: Callable[[], None] | None = None,
        view: View | None = None,
        page: FirstPage | None = None,
    ) -> None:
        """``page``: the top of the list, shown until that is read, and kept for the next time."""
        self.roots = tuple(source.root for source in sources)
        self._sources = {source.root: source for source in sources}
        self._ready = ready or (lambda: None)
        self._lock = threading.Condition()
        self._roster = Roster(self.roots)
        self._shown = ShownRuns(self._sources)
        self._snapshot: Snapshot | None = None
        self.latest = Snapshot()
        """The last snapshot that was taken."""
        self.first_view = view or View()
        """What is shown first."""
        # What is waiting for the worker, under the lock:
        self._changed: dict[str, set[str]] = {root: set() for root in self.roots}
        self._view = self.first_view
        self._focus: str | None = None
        self._visible: tuple[str, ...] = ()
        self._followed: tuple[str, ...] = ()
        self._bells = Bells()
        self._errands: list[Callable[[Roster], None]] = []
        self._asked = False
        self._closed = False
        self._rung: list[str] = []
        self._due = 0.0
        """When the next snapshot may be made for changed files."""
        self._first_page = page
        self._page: Page | None = None
        """What is shown of the roots that are not in ``_told``."""
        self._kept: Snapshot | None = None
        """The newest snapshot that may be the page of the next time."""
        self._problems = RootProblems()
        self._told: set[str] = set()
        """The roots of which something was read."""
        self._listed: frozenset[str] = frozenset()
        """The roots of which every run that there was at the start has been told."""
        self._awaited = False
        """Whether somebody will say `shown`."""
        self._shown_once = threading.Event()

    def start(self) -> None:
        """Start reading."""
        threading.Thread(target=self._begin, name="feed", daemon=True).start()

    def close(self) -> None:
        """Stop; returns soon, also where a root does not answer: the threads end with their present step."""
        with self._lock:
            closed, self._closed = self._closed, True
            self._lock.notify_all()
        self._shown_once.set()
        if not closed:
            keeping = threading.Thread(target=self._keep, name="keep", daemon=True)
            keeping.start()
            keeping.join(_PARTING)

    def _keep(self) -> None:
        """Write down what makes the next start quick, the page first: an index of very many runs takes its time."""
        if self._first_page is not None and self._kept is not None:
            self._first_page.write(self._kept)
        for source in self._sources.values():
            source.close()

    def on_ready(self, ready: Callable[[], None]) -> None:
        """Call this from now on, and once now if a snapshot is waiting."""
        with self._lock:
            self._ready, self._awaited = ready, True
            waiting = self._snapshot is not None
        if waiting:
            ready()

    def take(self) -> Snapshot | None:
        """The newest snapshot that was not taken yet."""
        with self._lock:
            snapshot, self._snapshot = self._snapshot, None
            self.latest = snapshot or self.latest
            return snapshot

    def shown(self) -> None:
        """A snapshot with runs is on the screen."""
        if not self._shown_once.is_set():
            self._shown_once.set()
            self._ask(lambda: None)

    def wait_for_view(self, view: View, seconds: float) -> Snapshot | None:
        """Choose runs and their order; the snapshot of it, if it is made within so many seconds."""
        with self._lock:
            self._view = view
            self._asked = True
            self._lock.notify_all()

            def made() -> bool:
                return self._closed or (self._snapshot is not None and self._snapshot.view == view)

            if not self._lock.wait_for(made, seconds):
                return None
        return self.take()

    def focus(self, key: str | None) -> None:
        """Read this run whole, and again whenever it changes (`Snapshot.shown`)."""
        if key != self._focus:
            self._ask(lambda: setattr(self, "_focus", key))

    def visible(self, keys: Iterable[str]) -> None:
        """The runs on the screen, whose files are watched most closely."""
        keys = tuple(keys)
        if keys != self._visible:
            with self._lock:
                self._visible = keys
                self._lock.notify_all()

    def follow(self, keys: Iterable[str]) -> None:
        """Tell of these runs whatever view there is, also when they are gone (`Snapshot.followed`)."""
        keys = tuple(keys)
        if keys != self._followed:
            self._ask(lambda: setattr(self, "_followed", keys))

    def open(self, row: RunRow) -> Reader:
        """A reader of its own for a run, not yet refreshed: for a caller that reads on a thread of its own.

        Raises LookupError where another tool's run is gone.
        """
        return self._sources[row.root].open(row.key)

    def touch(self, root: str, keys: Iterable[str]) -> None:
        """The person has just changed, deleted or brought back these runs of a root: read them now."""
        self._sources[root].touch(keys)

    def looked_at(self, key: str) -> None:
        """The user has opened this run: it no longer asks for attention."""
        self._send(lambda roster: roster.looked_at(key))

    def pin(self, keys: Sequence[str]) -> None:
        """Keep these runs on top of the list; if all of them are there already, let them go."""
        self._send(lambda roster: roster.pin(keys))

    def hide(self, keys: Sequence[str]) -> None:
        """Leave these runs out of the list; if all of them are left out already, take them in again."""
        self._send(lambda roster: roster.hide(keys))

    @property
    def bells(self) -> Bells:
        """Which runs ring."""
        return self._bells

    def ring(self, bells: Bells) -> None:
        """Say when these runs end, fail, or lose their loss (`rung`)."""
        self._ask(lambda: setattr(self, "_bells", bells))

    def rung(self) -> list[str]:
        """What rang since the last call, a line for each run."""
        with self._lock:
            rung, self._rung = self._rung, []
            return rung

    def names(self) -> Future[Names]:
        """What the runs are called and have, for completing a query; the worker will tell."""
        from concurrent.futures import Future

        future: Future[Names] = Future()
        self._send(lambda roster: future.set_result(roster.names()))
        return future

    def _send(self, errand: Callable[[Roster], None]) -> None:
        self._ask(lambda: self._errands.append(errand))

    def _ask(self, change: Callable[[], None]) -> None:
        with self._lock:
            change()
            self._asked = True
            self._lock.notify_all()

    def _begin(self) -> None:
        """Show the page that was kept, if there is one, and only then read: both at once would delay what is seen."""
        try:
            self._page = self._first_page.read(self.first_view) if self._first_page is not None else None
            if self._page is not None:
                for root, rows in self._page.rows.items():
                    self._roster.update(root, rows)
                self._make({}, self.first_view, None, ())
        except Exception as error:  # the list itself may be better
            self._roster.problem = f"{type(error).__name__}: {error}"
        for source in self._sources.values():
            threading.Thread(target=self._listen, args=(source,), name="listen", daemon=True).start()
        self._work()

    def _listen(self, source: RunSource) -> None:
        first = True
        if self._page is not None:
            self._shown_once.wait(_PAINTED)
        while True:
            try:
                changed = source.changes(_LISTEN)
            except Exception as error:  # a source that breaks must not end the monitor
                if self._closed:
                    return
                self._complain(source.root, error)
                time.sleep(_LISTEN)
                continue
            self._complain(source.root, None)
            if self._closed:
                return
            if source.root not in self._listed and source.listed:  # a moment ago it had not told of the last runs yet
                with self._lock:
                    self._changed[source.root] |= {*changed, ""}
                    self._listed |= {source.root}
                    self._lock.notify_all()
            if changed:
                with self._lock:
                    self._changed[source.root] |= changed
                    self._lock.notify_all()
                if first and (source.listed or changed == {""}):  # only that: out of an index
                    self._shown_once.wait(_UNSHOWN)
                first = False
                if len(changed) <= _FEW and "" not in changed:
                    time.sleep(self._until_next_reading())

    def _complain(self, root: str, error: Exception | None) -> None:
        if self._problems.tell(root, error):
            self._roster.problem = self._problems.first
            self._ask(lambda: None)

    def _until_next_reading(self) -> float:
        """Seconds that a listener rests: each snapshot has what was written until just before it."""
        now = time.monotonic()
        due = self._due if self._due > now else now + TICK  # else what was just told is made at once
        return due - now - _BEFORE if due - now > 1.5 * _BEFORE else due + TICK - now - _BEFORE

    def _work(self) -> None:
        watched = None
        while True:
            with self._lock:
                while not self._closed and not self._asked:
                    due = self._due if any(self._changed.values()) else self._roster.outdated_at
                    wait = due - time.monotonic()
                    if wait <= 0 or self._visible != watched:
                        break
                    self._lock.wait(min(wait, threading.TIMEOUT_MAX))
                if self._closed:
                    return
                changed = {root: keys for root, keys in self._changed.items() if keys}
                for root in changed:
                    self._changed[root] = set()
                asked, self._asked = self._asked, False
                view, focus, visible = self._view, self._focus, self._visible
                errands, self._errands = self._errands, []
                listed = self._listed
                self._roster.bells = self._bells
            try:
                if changed or asked or self._roster.outdated():
                    begun = time.monotonic()
                    self._make(changed, view, focus, errands, listed)
                    ended = time.monotonic()
                    self._due = max(begun + TICK, ended + min((ended - begun) * _RESTS, _LONGEST_REST))
                self._watch(visible, focus)
            except Exception as error:
                self._roster.problem = f"{type(error).__name__}: {error}"
            watched = visible

    def _make(
        self,
        reported: dict[str, set[str]],
        view: View,
        focus: str | None,
        errands: Sequence[Callable[[Roster], None]],
        listed: frozenset[str] = frozenset(),
    ) -> None:
        """Make a snapshot and hand it over, in place of one that was not taken."""
        roster = self._roster
        for root in reported:
            news = self._news(root, root in listed)
            roster.update(root, news)
            if len(news) > _MANY:
                gc.freeze()
        for errand in errands:
            errand(roster)
        changed = {key for keys in reported.values() for key in keys}
        followed = {key: roster.row(key) for key in self._followed}
        shown = self._read(focus, changed)
        whole = len(listed) == len(self._sources)
        snapshot = replace(roster.snapshot(view), shown=shown, followed=followed, whole=whole)
        if len(self._told) == len(self._sources):
            self._kept = snapshot if can_be_kept(view) else self._kept
        elif self._page is not None:
            snapshot = self._page.completed(snapshot)
        with self._lock:
            self._snapshot = snapshot
            self._rung += roster.rung
            roster.rung = []
            self._lock.notify_all()
            ready = self._ready
        ready()
        if roster.unfinished:
            self._ask(lambda: None)

    def _news(self, root: str, listed: bool) -> Mapping[str, RunRow | None]:
        """What a source has to tell, and which runs of the page are gone."""
        source = self._sources[root]
        news = source.news()
        self._told.add(root)
        return news if self._page is None else self._page.corrected(root, news, listed=listed)

    def _read(self, key: str | None, changed: set[str]) -> Shown | None:
        """The run with this key, its reader refreshed if the run changed or was not at hand."""
        if key is None or (self._awaited and not self._shown_once.is_set()):
            return None
        row = self._shown.row(key, self._roster.row(key))
        if row is None:
            return None
        shown = self._shown.read(row, key in changed)
        if self._shown.unfinished:
            self._ask(lambda: None)
        if shown is None:
            return None
        return self._shown.keep(shown, self._roster.family(row), self._roster.parent(row), row)

    def _watch(self, visible: tuple[str, ...], focus: str | None) -> None:
        for root, source in self._sources.items():
            keys = [key for key in dict.fromkeys((focus, *visible)) if key and self._roster.root_of(key) == root]
            source.focus(keys)
