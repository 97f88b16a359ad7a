"""What the name of a metric tells: its place in a list, and whether less or more of it is better."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # a name for type checkers: Python 3.8, in which scripts may read their own runs, cannot evaluate it
    NaturalKey = tuple[str, str]

_DIGITS = re.compile(r"[0-9]+")
_WORDS = re.compile(r"[a-z0-9]+|[A-Z]+(?![a-z])[0-9]*|[A-Z][a-z0-9]*")

_LOWER = frozenset("loss losses err error errors mse rmse mae mape nll ppl perplexity wer cer fid bpb bpc".split())
_HIGHER = frozenset("acc accuracy auc auroc auprc f1 precision recall iou miou ap map bleu rouge r2".split())
# A name with one of these is about a metric, it is not the metric: loss_scale, acc_count.
_ABOUT = frozenset("scale weight coef coefficient factor time seconds count lr std var".split())


def natural_key(name: str) -> NaturalKey:
    """Sort key that puts ``m2`` before ``m10``; case matters only between names that are equal otherwise."""
    # One text is compared faster than parts. Digits count by length and text: int() refuses more than 4300 of them.
    return _DIGITS.sub(_by_length, name.casefold()), name


def _by_length(digits: re.Match[str]) -> str:
    """A number before all that could stand in its place, shorter ones first."""
    text = digits[0].lstrip("0")
    return "\0" + chr(min(len(text), 1_000_000) + 1) + text


def guess_goal(name: str) -> Literal["min", "max"] | None:
    """``min`` for a loss or an error, ``max`` for a score, None where the name does not tell."""
    if len(name) > 200:
        return None
    goal: Literal["min", "max"] | None = None
    for word in _WORDS.findall(name):
        lower = word.lower()
        if lower in _ABOUT:
            return None
        if lower in _LOWER:
            goal = "min"
        elif lower in _HIGHER or lower.rstrip("0123456789") in ("acc", "ap", "map"):
            goal = "max"
    return goal
