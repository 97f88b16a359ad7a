"""What scripts take from the module ``util`` of W&B's older versions."""

from __future__ import annotations

import os


def generate_id(length: int = 8) -> str:
    """A random id of so many lower-case letters and digits."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(letters[number % 36] for number in os.urandom(length))
