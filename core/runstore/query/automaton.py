"""Regular expressions that no text can hold up: one step for each character, whatever the pattern.

``re`` tries one way after the other, of which some patterns have more than there are atoms. Here all ways are followed
at once: a state is the set of places in the pattern where the text so far may have led, made when first reached. After
a few runs nearly every character is a single look-up.
"""

from __future__ import annotations

from collections.abc import Callable

from runstore.query.expression import (
    Character,
    ExpressionError,
    Part,
    Place,
    Repeat,
    Sequence,
    is_word,
    literal_of,
    read,
)

_LARGEST = 300
"""Places in a pattern."""
_STATES = 2_000
"""States that are kept; beyond that all are made anew."""

_LINE, _WORD, _OTHER = "line", "word", "other"
"""What is before or behind a place: the end of a line (or of the text), a word's character, another one."""


def expression(pattern: str) -> Callable[[str], bool]:
    """Whether the pattern is found anywhere in a line of a text in lower case. Raises `ExpressionError`."""
    part = read(pattern)
    automaton, literal = _Automaton(part), literal_of(part)
    return lambda text: literal in text and automaton.found(text)


class _State(dict[str, "_State"]):
    """The state after each next character; those not yet known are asked of the automaton."""

    __slots__ = ("_automaton", "before", "places")

    def __init__(self, automaton: _Automaton, places: frozenset[int], before: str) -> None:
        self._automaton = automaton
        self.places = places
        self.before = before

    def __missing__(self, character: str) -> _State:
        self[character] = following = self._automaton.step(self, character)
        return following


class _Automaton:
    """The pattern as a program: at each place a test of a character, or other places to go on from."""

    def __init__(self, pattern: Part) -> None:
        self._tests: list[Callable[[str], bool] | None] = []
        self._onward: list[list[int]] = []
        self._needs: list[str] = []
        self._end = self._add()
        self._start = self._write(pattern, self._end)
        self._states: dict[tuple[frozenset[int], str], _State] = {}
        self._hit = _State(self, frozenset(), "hit")
        self._begin = _State(self, frozenset(), _LINE)

    def found(self, text: str) -> bool:
        """Whether it is found anywhere."""
        state = self._begin
        for character in text:
            state = state[character]
        return state is self._hit or self._end in self._reached(state, _LINE)

    def step(self, state: _State, character: str) -> _State:
        """The state after a character."""
        if state is self._hit:
            return state
        behind = _LINE if character == "\n" else _WORD if is_word(character) else _OTHER
        reached = self._reached(state, behind)
        if self._end in reached:
            return self._hit
        places: set[int] = set()
        if behind != _LINE:  # nothing goes over the end of a line
            for place in reached:
                test = self._tests[place]
                if test is not None and test(character):
                    places.update(self._onward[place])
        key = frozenset(places), behind
        known = self._states.get(key)
        if known is None:
            if len(self._states) >= _STATES:
                for each in self._states.values():
                    each.clear()
                self._states.clear()
                self._begin.clear()
            known = self._states[key] = _State(self, *key)
        return known

    def _reached(self, state: _State, behind: str) -> set[int]:
        """All places reached without a further character, when ``behind`` comes next; a match may begin anywhere."""
        reached: set[int] = set()
        waiting = [*state.places, self._start]
        while waiting:
            place = waiting.pop()
            if place in reached:
                continue
            need = self._needs[place]
            if need and not _holds(need, state.before, behind):
                continue
            reached.add(place)
            if self._tests[place] is None:
                waiting += self._onward[place]
        return reached

    def _add(self, *onward: int, test: Callable[[str], bool] | None = None, needs: str = "") -> int:
        if len(self._tests) >= _LARGEST:
            raise ExpressionError("this pattern is too large", 0)
        self._tests.append(test)
        self._onward.append(list(onward))
        self._needs.append(needs)
        return len(self._tests) - 1

    def _write(self, part: Part, after: int) -> int:
        """Write down a part that is followed by the place ``after``; the place where it begins."""
        if isinstance(part, Character):
            return self._add(after, test=part.test)
        if isinstance(part, Place):
            return self._add(after, needs=part.kind)
        if isinstance(part, Sequence):
            for each in reversed(part.parts):
                after = self._write(each, after)
            return after
        if isinstance(part, Repeat):
            return self._repeat(part, after)
        return self._add(*[self._write(each, after) for each in part.parts])

    def _repeat(self, repeat: Repeat, after: int) -> int:
        if repeat.most is None:
            again = self._add(after)
            self._onward[again].append(self._write(repeat.part, again))
            after = again
        else:
            end = after
            for _ in range(repeat.most - repeat.least):
                after = self._add(end, self._write(repeat.part, after))
        for _ in range(repeat.least):
            after = self._write(repeat.part, after)
        return after


def _holds(place: str, before: str, behind: str) -> bool:
    """Whether ``^ $ b`` or ``B`` is true between two such characters."""
    if place == "^":
        return before == _LINE
    if place == "$":
        return behind == _LINE
    return ((before == _WORD) is not (behind == _WORD)) is (place == "b")
