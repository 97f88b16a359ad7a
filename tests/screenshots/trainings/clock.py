"""A clock that begins in the past and runs fast until it meets the real one, so that hours of runs take seconds.

``python clock.py PROGRAM ...`` runs the command line ``runs-tui ...`` or a script under it. SIMULATED_CLOCK holds
``<began> <real> <speed>``: unix seconds at which the clock stood when the real one showed <real>, and its speed.
"""

import os
import runpy
import sys
import time

_real = time.time
_pause = time.sleep
_began, _start, _speed = (float(part) for part in os.environ.get("SIMULATED_CLOCK", "0 0 1e9").split())


def now() -> float:
    """Unix seconds, as everything in this process sees them."""
    real = _real()
    return min(real, _began + (real - _start) * _speed)


def caught_up() -> bool:
    """Whether this clock is the real one by now."""
    return now() > _real() - 1


def sleep_until(moment: float) -> None:
    """Return when the clock shows ``moment``, unix seconds."""
    while (left := moment - now()) > 0:
        _pause(min(0.05, left if caught_up() else left / _speed))


time.time = now

if __name__ == "__main__":
    if sys.argv[1].endswith(".py"):
        del sys.argv[0]
        runpy.run_path(sys.argv[0], run_name="__main__")
    else:
        from runs_tui.cli.main import main

        main()
