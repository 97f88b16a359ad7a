"""Names with their numbers in a line of text: ``loss=0.31``, ``val_acc: 93.1%``, ``train loss 4.28``."""

from __future__ import annotations

import re
from typing import NamedTuple

from runstore.printed.names import PREFIXES, context_in, contexts_in, in_context, sort_of, tidy
from runstore.printed.numbers import VALUE, number_of
from runstore.printed.steps import Said

_ITEM = re.compile(
    r"(?<![\w.@/\\-])(?P<name>[A-Za-z][\w@#/-]{0,79}(?:\.[A-Za-z_][\w@/-]{0,40})*)['\"]?"
    r"(?:\s*\((?P<of>[A-Za-z%/]{1,16})\))?(?P<sep>\s*[:=]\s*|\s+)" + VALUE
)
_FRACTION = re.compile(
    r"(?<![\w.@/-])(?P<name>[A-Za-z][\w@-]{0,40})\s*[:=]\s*[0-9]{1,12}\s*/\s*[0-9]{1,12}\s*\(\s*(?P<number>[0-9]{1,12}(?:\.[0-9]{0,40})?)\s?%\)"
)
"""``Accuracy: 9834/10000 (98%)``"""
_CALL = re.compile(r"(?<=\w)\((?=[^()]*=)(?![0-9.eE+-]+,)[^()]*\)?")
"""The arguments of a call or of a constructor, as settings are printed."""
_CLOCK = re.compile(r"[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}|\b[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?")
_BAR = re.compile(r"[0-9]{1,3}%\||\[[0-9:]{4,}<[0-9:?]+|[━╸]{3}|[0-9]/[0-9]+ \[[=>.]{3}")
_PHRASE = re.compile(r"[A-Za-z][\w ()/%.-]{0,60}$")
_POOR = frozenset(
    ("r", "p", "value", "params", "tokens", "test", "train", "valid", "validation", "best", "mean", "std")
)
"""Likely names that in a sentence stand before any number."""


_PASSES = ("train", "test", "valid", "validation", "val", "eval")
_THINGS = re.compile(
    r" (?!(?:(?:" + "|".join(sorted(PREFIXES)) + r") )+[a-z][\w@-]*(?:\s*[:=]| [0-9.-]))"
    r"[a-z]{3,}(?![a-z_]*\s*[:=]|[a-z_]* [0-9.-])"
)
"""What is counted: ``3 files``; but not the next name with its own number: ``21 avg score: 15.5``"""
_CONSTANT = re.compile(r"[:=]\s?(?:True|False|None)\b")


class _Item(NamedTuple):
    """A number with its name; ``loose``: there is no sign of equality; ``at``: where it begins."""

    name: str
    sort: str
    loose: bool
    value: float
    at: int


class Pairs:
    """What a line of text tells: ``values`` by name; ``bar``: it is a progress bar."""

    __slots__ = ("bar", "values")

    def __init__(self) -> None:
        self.values: dict[str, float] = {}
        self.bar = False


def are_settings(text: str) -> bool:
    """Whether the line lists what a program was told: many names, some of them with a value that no metric has."""
    return text.count("=") >= 10 and len(_CONSTANT.findall(text)) >= 3


def pairs_in(text: str, said: Said) -> Pairs:
    """The metrics in a line that says of its step ``said``.

    A number counts for its name alone (``loss``), for the step in the same line, or for the company it is in.
    """
    found = Pairs()
    found.bar = _BAR.search(text) is not None
    if "=" in text and "(" in text:
        text = _CALL.sub(_emptied, text)
    if ":" in text or "-" in text:
        text = _CLOCK.sub(" ", text)
    piped = "|" in text and not found.bar
    items: list[_Item] = []
    first = len(text)
    for item in _ITEM.finditer(text):
        name, sort = _name_of(text, item, piped)
        if sort == "noise" or not _is_whole(text, item):
            continue
        loose = not item["sep"].strip()
        if loose and not _may_be_loose(item["name"], sort) and not (piped and _fills_cell(text, item)):
            continue
        if loose and text.endswith("from ", 0, item.start()):  # ``starts from score -0.3``: what was before
            continue
        if item["sep"].strip() == ":" and not item["sep"][-1].isspace() and sort == "other":
            sort = "tight"
        items.append(_Item(name, sort, loose, number_of(item["number"]), item.start()))
        first = min(first, item.start())
    for item in _FRACTION.finditer(text) if "%)" in text else ():
        sort = sort_of(item["name"])
        if sort == "metric":
            name = _with_words(text, item.start("name"), item["name"])
            items.append(_Item(name, sort, False, float(item["number"]), item.start()))
            first = min(first, item.start())
    sorts = [item.sort for item in items]
    sure = "metric" in sorts
    stepped = said.sure or found.bar or said.count is not None
    if not sure and not stepped and not _alone(text, items):
        return found
    context = said.on if said.on in ("val", "test") else context_in(text[:first])
    twice = len({item.name for item in items}) < len(items)
    parts = contexts_in(text) if twice else []
    for name, sort, _, value, at in items:
        if sort == "tight" and not sure and "likely" not in sorts:
            continue
        own = [word for end, word in parts if end <= at][-1:]
        found.values[in_context(name, own[0] if own else context)] = value
    return found


def _may_be_loose(word: str, sort: str) -> bool:
    return sort == "metric" or (sort == "likely" and word.lower() not in _POOR)


def _name_of(text: str, item: re.Match[str], piped: bool) -> tuple[str, str]:
    """The whole name of an item, and what sort it is."""
    start, word = item.start("name"), item["name"]
    sort = sort_of(word)
    unit = (item["unit"] or "").strip()
    behind = "_ms" if unit == "ms" else "_s" if unit.startswith("s") else ""
    if piped and item["sep"].strip():
        cell = text.rfind("|", 0, start) + 1
        phrase = text[cell : item.start("sep")].strip()
        if " " in phrase and _PHRASE.match(phrase):
            name = tidy(phrase)
            return name + behind, _sort_of_phrase(name, sort)
    if sort == "noise":
        return word, sort
    return tidy(_with_words(text, start, word)) + behind, sort


def _sort_of_phrase(name: str, sort: str) -> str:
    if name.lower().startswith(("number_of", "num_", "global_batch", "consumed")) or name.endswith("size"):
        return "noise"
    whole = sort_of(name)
    return whole if whole == "metric" else "other" if sort == "noise" else sort


def _with_words(text: str, start: int, word: str) -> str:
    """``word`` with the words before it that belong to it."""
    for _ in range(4):
        if not text.endswith(" ", 0, start) or text.endswith("  ", 0, start):
            break
        before = text[max(start - 34, 0) : start - 1].replace("\t", " ").rpartition(" ")[2].lstrip("([{|,;*")
        owner = before.endswith("'s")
        if not owner and before.rstrip(".").lower() not in PREFIXES:
            break
        start -= len(before) + 1
        word = before + " " + word
        if owner:
            break
    return tidy(word)


def _is_whole(text: str, item: re.Match[str]) -> bool:
    """Whether the number is the whole value: not the first of a list or pair, a bar's percentage, a count of things."""
    end, opened = item.end(), item["open"] or ""
    if opened in ("[", "("):
        return text.startswith("]" if opened == "[" else ")", end)
    if item["unit"] and text.startswith("|", end):
        return False
    rest = text[end : end + 40]
    if item["name"].lower() in _PASSES and rest.lstrip().startswith("["):  # ``Train: 0 [  10/1251``
        return False
    return not (item["number"].isdigit() and _THINGS.match(rest))


def _fills_cell(text: str, item: re.Match[str]) -> bool:
    before, after = text[: item.start()].rstrip(), text[item.end() :].lstrip()
    return (not before or before.endswith("|")) and (not after or after.startswith("|"))


def _alone(text: str, items: list[_Item]) -> bool:
    """Whether the line is nothing but likely names with their numbers: ``lr=1e-4``."""
    if not items or any(item.sort != "likely" or item.loose for item in items) or ":" in text:
        return False
    return len(_ITEM.sub("", text).strip(" ,;")) == 0


def _emptied(found: re.Match[str]) -> str:
    return "()"
