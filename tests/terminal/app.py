"""A program in a real pty, driven by keys and watched through the screen it draws."""

import contextlib
import os
import pty
import select
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

from tests.terminal.keys import key_bytes
from tests.terminal.processes import Session
from tests.terminal.screen import Cell, Screen

# Settings of the person who runs the tests must not change what the program draws.
_DROPPED = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES", "TERM_PROGRAM", "TMUX", "STY")
_HELD_UP = 0.2  # of the time in which nothing was written: who waits for a processor so long is not quiet but held up
_ESCAPE_PAUSE = 0.15  # seconds after Esc, so that the next key is not taken for alt+key


class ScreenTimeout(AssertionError):
    """The screen did not come to show what was waited for; the message holds what it shows."""


class PtyApp:
    """Runs ``argv`` as the leader of a new session on its own terminal.

    ``env`` is added to the present environment (a value None removes a name). Use it as a context manager,
    or call `close`: both end the whole session and raise `AssertionError` if a process would not go.
    """

    def __init__(
        self,
        argv: Sequence[str | os.PathLike[str]],
        cols: int = 80,
        rows: int = 24,
        env: Mapping[str, str | None] | None = None,
        cwd: str | os.PathLike[str] | None = None,
        patience: float = 5.0,
    ) -> None:
        """``patience``: seconds that all processes have to end in when they are told to."""
        self._patience = patience
        self._screen = Screen(cols, rows)
        self._raw = bytearray()
        self._drawn = 0  # how many bytes of _raw the screen has been fed with
        self._arrivals: list[tuple[float, int]] = []
        self._changed = threading.Condition()
        self._ended = False
        self._closed = False
        self._master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (rows, cols))
        self._wake, self._stop = os.pipe()
        self._reading = threading.Event()
        self._reading.set()
        self._session = Session([os.fspath(part) for part in argv], os.ttyname(slave), _environment(env or {}), cwd)
        os.close(slave)
        self._reader = threading.Thread(target=self._read, name="pty reader", daemon=True)
        self._reader.start()

    # What the terminal shows

    def lines(self) -> list[str]:
        """The screen's lines, each padded with blanks to the full width."""
        with self._changed:
            return self._drawn_screen().lines()

    def text(self) -> str:
        """The whole screen as one string, without the blanks at the line ends."""
        return "\n".join(line.rstrip() for line in self.lines())

    def characters(self) -> list[list[str]]:
        """What stands in each cell, row by row; the second cell of a wide character holds nothing."""
        with self._changed:
            return self._drawn_screen().characters()

    def cells(self) -> list[list[Cell]]:
        """The screen's cells, row by row, with colours and attributes."""
        with self._changed:
            return self._drawn_screen().cells()

    @property
    def title(self) -> str:
        """The title the program gave its window."""
        with self._changed:
            return self._drawn_screen().title

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and row of the cursor, from 0."""
        with self._changed:
            return self._drawn_screen().cursor

    # What the program wrote

    @property
    def raw(self) -> bytes:
        """Everything written to the terminal so far."""
        with self._changed:
            return bytes(self._raw)

    @property
    def bytes_out(self) -> int:
        """How many bytes were written to the terminal so far."""
        return len(self._raw)

    @property
    def arrivals(self) -> list[tuple[float, int]]:
        """``(time.monotonic(), bytes_out then)`` of every read from the terminal: when output came."""
        with self._changed:
            return list(self._arrivals)

    # What the person does

    def press(self, *keys: str) -> None:
        """Presses keys one after the other: ``press("down", "ctrl+d", "x")``."""
        for key in keys:
            self.send(key_bytes(key))
            if key in ("esc", "escape"):
                time.sleep(_ESCAPE_PAUSE)

    def type_text(self, text: str) -> None:
        """Types ``text`` letter by letter."""
        for letter in text:
            self.send(letter.encode())

    def send(self, data: bytes) -> None:
        """Sends bytes as if typed."""
        os.write(self._master, data)

    def resize(self, cols: int, rows: int) -> None:
        """Changes the size of the terminal; the program gets SIGWINCH."""
        with self._changed:
            self._drawn_screen().resize(cols, rows)
            termios.tcsetwinsize(self._master, (rows, cols))

    def hold(self) -> None:
        """Takes nothing any more that the program writes, as a terminal after ctrl+s."""
        self._reading.clear()

    def release(self) -> None:
        """Goes on reading."""
        self._reading.set()

    # Waiting

    def wait_for(self, what: str | Callable[["PtyApp"], object], timeout: float = 30.0) -> None:
        """Waits until the screen holds the text ``what``, or until ``what(app)`` is true.

        Raises `ScreenTimeout` with the screen after ``timeout`` seconds, or once the program has ended.
        """
        deadline = time.monotonic() + timeout
        while True:
            with self._changed:
                seen, ended = len(self._raw), self._ended
            if (what in self.text()) if isinstance(what, str) else what(self):
                return
            left = deadline - time.monotonic()
            if left <= 0 or ended:
                name = repr(what) if isinstance(what, str) else getattr(what, "__name__", "the condition")
                why = f"the program ended with {self.wait()}" if ended else f"not within {timeout:g} s"
                raise ScreenTimeout(f"{name}: {why}\n{self.dump()}")
            # A condition may look at more than the screen (a file, a process): look again now and then.
            self._await_output(seen, min(left, 0.05))

    def wait_quiet(self, seconds: float = 0.3, timeout: float = 30.0) -> None:
        """Waits until nothing has been written for ``seconds``, and not for want of a processor."""
        deadline = time.monotonic() + timeout
        while True:
            waited = self._session.waited_seconds()
            more = self._await_output(self.bytes_out, seconds)
            if not more and self._session.waited_seconds() - waited < _HELD_UP * seconds:
                return
            if time.monotonic() > deadline:
                raise ScreenTimeout(f"output went on for {timeout:g} s\n{self.dump()}")

    def wait(self, timeout: float = 30.0) -> int:
        """Waits for the program's end and all of its output; its exit code, negative for a signal."""
        code = self._session.wait(timeout)
        if code is None:
            raise ScreenTimeout(f"still running after {timeout:g} s\n{self.dump()}")
        self._reader.join(1.0)  # a process left behind may hold the terminal open
        return code

    def dump(self) -> str:
        """The screen in a frame, for messages."""
        lines = self.lines()
        width = max(map(len, lines), default=0)
        return "\n".join([f"┌{'─' * width}┐", *(f"│{line:{width}}│" for line in lines), f"└{'─' * width}┘"])

    # The processes

    @property
    def pid(self) -> int:
        """The program's process; its children are found from there."""
        return self._session.pid

    @property
    def exit_code(self) -> int | None:
        """None while the program runs, else its exit code, negative for a signal."""
        return self._session.poll()

    def cpu_seconds(self) -> float:
        """User and system time of the program and its children so far."""
        return self._session.cpu_seconds()

    def rss(self) -> int:
        """Resident memory of the program and its children, in bytes."""
        return self._session.rss()

    def close(self, timeout: float | None = None) -> None:
        """Hangs up and ends the session; raises `AssertionError` if a process outlives ``timeout`` (as was chosen)."""
        if self._closed:
            return
        self._closed = True
        self.release()
        left = self._session.end(self._patience if timeout is None else timeout)
        os.write(self._stop, b".")
        self._reader.join()
        for descriptor in (self._master, self._wake, self._stop):
            os.close(descriptor)
        assert not left, f"processes outlived their terminal: {'; '.join(left)}"

    def __enter__(self) -> "PtyApp":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            with contextlib.suppress(AssertionError):  # the first failure is the one to show
                self.close()

    def _drawn_screen(self) -> Screen:
        """The screen with all output drawn: only when somebody looks, so that reading stays cheap."""
        if self._drawn < len(self._raw):
            self._screen.feed(bytes(self._raw[self._drawn :]))
            self._drawn = len(self._raw)
        return self._screen

    def _await_output(self, seen: int, timeout: float) -> bool:
        """Whether more than ``seen`` bytes came within ``timeout`` seconds; False at once when none can."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._raw) != seen or self._ended, timeout)
            return len(self._raw) != seen

    def _read(self) -> None:
        while self._reading.wait():
            ready, _, _ = select.select([self._master, self._wake], [], [])
            try:
                data = os.read(self._master, 1 << 16) if self._master in ready else b""
            except OSError:  # EIO: the last process has closed the terminal
                data = b""
            with self._changed:
                if data:
                    self._raw += data
                    self._arrivals.append((time.monotonic(), len(self._raw)))
                else:
                    self._ended = True
                self._changed.notify_all()
            if not data:
                return


def _environment(changes: Mapping[str, str | None]) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    environment.update(TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8", LC_ALL="C.UTF-8")
    for name, value in changes.items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = value
    return environment
