"""A sweep over learning rates with a child run for each: some are done, one fails, some still train."""

import math
import os
import random

import clock

from runstore import Run

RATES = (1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5)
STEPS = 400
SECONDS_A_STEP = 2.0
FAILS = 0


def train(child: Run, rate: float, chance: random.Random) -> None:
    """One child, in the simulated time."""
    child.log_params({"lr": rate, "model": "vit-small"})
    began = clock.now()
    handicap = 0.3 * abs(math.log10(rate / 6e-4))
    for step in range(1, STEPS + 1):
        clock.sleep_until(began + step * SECONDS_A_STEP)
        if clock.caught_up() and os.environ.get("READY"):
            open(os.environ.pop("READY"), "w").close()  # for whoever waits until the sweep is where it should be by now
        if rate == RATES[FAILS] and step == 160:
            raise FloatingPointError("the loss is NaN for 10 steps")
        if step % 4 == 0:
            loss = 0.4 + handicap + 5 * (1 + step / 30) ** -1.1 + abs(chance.gauss(0, 0.03))
            reached = 1 - (1 + step / 60) ** -1.2
            child.log_metrics({"loss": loss, "val/acc": (0.9 - handicap * 0.2) * reached}, step=step)


def main() -> None:
    run = Run.get_context()
    chance = random.Random(4)
    for number, rate in enumerate(RATES):
        child = run.child_run(name=f"lr-{rate:g}")
        print(f"trial {number}: lr {rate:g}", flush=True)
        try:
            train(child, rate, chance)
        except FloatingPointError as error:
            child.fail(error)
            continue
        child.complete()
        if number == 1:
            for fold in range(3):
                part = child.child_run(name=f"fold-{fold}")
                part.log("val/acc", 0.86 + 0.01 * fold)
                part.complete()


if __name__ == "__main__":
    main()
