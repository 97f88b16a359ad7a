"""The number of a run: 1, 2, 3 ... inside its experiment, never given twice, without a lock.

A number is claimed by creating ``.numbers/<n>`` exclusively. Only the newest claims are kept; a claim so far behind
the newest that its predecessor may have been removed is given up and another one is tried.
"""

from __future__ import annotations

import os

from runstore.layout.sharing import admit_group

NUMBERS = ".numbers"
_KEPT = 200


def claim_number(experiment_folder: str) -> int:
    """The next number of this experiment; raises OSError when the folder cannot be written."""
    folder = _folder_in(experiment_folder)
    number = _newest(folder) + 1
    while True:
        if not _claim(folder, number):
            number += 1
            continue
        claims = _claims(folder)
        newest = max(claims, default=0)
        if newest - number < _KEPT // 2:
            break
        number = newest + 1
    for old in claims:
        if old <= number - _KEPT:
            try:
                os.unlink(os.path.join(folder, str(old)))
            except OSError:
                pass
    return number


def claim(experiment_folder: str, number: int) -> bool:
    """Claim this number, unless somebody has done so; whether it was. Raises OSError."""
    return _claim(_folder_in(experiment_folder), number)


def _folder_in(experiment_folder: str) -> str:
    folder = os.path.join(experiment_folder, NUMBERS)
    if not os.path.isdir(folder):
        os.makedirs(folder, exist_ok=True)
        admit_group(folder)
    return folder


def _claim(folder: str, number: int) -> bool:
    try:
        os.close(os.open(os.path.join(folder, str(number)), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except FileExistsError:
        return False
    return True


def _claims(folder: str) -> list[int]:
    return [int(name) for name in os.listdir(folder) if name.isascii() and name.isdigit()]


def _newest(folder: str) -> int:
    return max(_claims(folder), default=0)
