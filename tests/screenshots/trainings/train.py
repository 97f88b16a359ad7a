"""Train an image model: the curves, the output and the fate of a real training, without its work.

What happens to it is said by FATE in the environment, ``complete`` or ``<what> <step>``.
"""

import argparse
import json
import math
import os
import random
import signal
import sys
import time

import clock
import evaluation

from runstore import Run

STEPS_A_SECOND = 14.6


class OutOfMemoryError(RuntimeError):
    """What the CUDA allocator raises."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="resnet50")
    parser.add_argument("--lr", type=float, default=3e-4)
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--warmup", type=int, default=500)
    parser.add_argument("--steps", type=int, default=30000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    what, _, when = os.environ.get("FATE", "complete").partition(" ")
    Training(arguments, what, int(when or 0)).run()


class Training:
    """One simulated training; ``fate`` backwards it at step ``when``."""

    def __init__(self, arguments: argparse.Namespace, fate: str, when: int) -> None:
        self.arguments = arguments
        self.fate, self.when = fate, when
        self.random = random.Random(f"{arguments.seed} {arguments.lr}")
        self.began = time.time()
        self.tracked = Run.get_context()
        # The best learning rate is near 8e-4: every factor of ten away from it costs.
        self.handicap = 0.35 * abs(math.log10(arguments.lr / 8e-4))
        self.drift = 0.0
        self.loss = self.accuracy = math.nan
        self.rank, self.world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
        self.ready = os.environ.get("READY", "") if self.rank == 0 else ""

    def run(self) -> None:
        total = self.arguments.steps
        about = f"25.6 M parameters  {total} steps  rank {self.rank} of {self.world}"
        print(f"\x1b[1m{self.arguments.model}\x1b[0m  {about}", flush=True)
        for step in range(1, total + 1):
            clock.sleep_until(self.began + step / STEPS_A_SECOND)
            if step == self.when:
                self.backward()
            if step % 8 == 0 or clock.caught_up():  # the past need not be as dense as the present
                self.train(step, total)
            if step % 100 == 0 and self.rank == 0:
                self.report(step)
            if step % 10 == 0 and self.rank == 0:
                self.bar(step, total)
            if clock.caught_up():
                self.say_ready()
        sys.stderr.write("\n")
        if self.rank == 0:
            evaluation.evaluate(self.tracked, self.accuracy, self.random)
        print(f"\x1b[32mdone\x1b[0m  best val/acc {self.accuracy:.4f}", flush=True)

    def say_ready(self) -> None:
        """For whoever waits until this training is where it should be by now."""
        if self.ready:
            open(self.ready, "w").close()
            self.ready = ""

    def train(self, step: int, total: int) -> None:
        """One step: the usual shapes, with noise that has a memory."""
        share = step / total
        self.drift = 0.97 * self.drift + self.random.gauss(0, 0.01)
        if self.fate != "nan" or step < self.when:
            floor = 0.24 + self.handicap * 0.5
            self.loss = floor + (6.9 - floor) * (1 + step / 260) ** -1.05 + self.drift * (1.2 - share)
            self.loss += abs(self.random.gauss(0, 0.025)) + (0.4 if self.random.random() < 0.0006 else 0)
        if self.fate == "nan" and step >= self.when:
            self.loss = math.nan
        warmed = min(1.0, step / self.arguments.warmup)
        rate = self.arguments.lr * warmed * 0.5 * (1 + math.cos(math.pi * share))
        growing = math.exp(max(0, step - self.when + 400) / 90) if self.fate == "nan" else 1.0
        metrics = {
            "train/loss": self.loss,
            "train/grad_norm": math.nan
            if math.isnan(self.loss)
            else min(1e4, (0.9 + 9 * (1 + step / 40) ** -0.8 + abs(self.random.gauss(0, 0.22))) * growing),
            "train/lr": rate,
            "util/images_s": STEPS_A_SECOND * self.arguments.batch_size * self.random.gauss(1, 0.015),
            "util/data_wait_ms": abs(self.random.gauss(3, 1.2)) + (60 if step % 1500 < 6 else 0),
        }
        if step % 200 == 0:
            reached = 1 - (1 + step / 900) ** -1.1
            self.accuracy = 0.905 * reached - self.handicap * 0.22 * reached + self.random.gauss(0, 0.004)
            metrics["val/acc"] = self.accuracy
            metrics["val/loss"] = self.loss * 1.07 + 0.06 + 0.05 * share + self.random.gauss(0, 0.01)
        self.tracked.log_metrics(metrics, step=step)
        if step % 600 == 0 and self.rank == 0:
            row = {"train": self.loss, "val": metrics["val/loss"], "acc": self.accuracy}
            self.tracked.log_row("by epoch", None, epoch=step // 600, **row)

    def report(self, step: int) -> None:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
        print(f"step {step:6d}  loss {self.loss:.4f}  val/acc \x1b[1m{self.accuracy:.4f}\x1b[0m", flush=True)
        if self.random.random() < 0.02:
            print("\x1b[33mWARNING\x1b[0m  gradient overflow, step skipped, loss scale halved", flush=True)
        if step % 5000 == 0:
            print(f"saved \x1b[36mcheckpoints/step-{step}.pt\x1b[0m  98 MB", flush=True)

    def bar(self, step: int, total: int) -> None:
        filled = 20 * step // total
        left = int((total - step) / STEPS_A_SECOND)
        gone = int(step / STEPS_A_SECOND)
        sys.stderr.write(
            f"\r{step / total:4.0%}|\x1b[32m{'█' * filled}{' ' * (20 - filled)}\x1b[0m| {step}/{total} "
            f"[{gone // 60:02d}:{gone % 60:02d}<{left // 60:02d}:{left % 60:02d}, {STEPS_A_SECOND:.1f}it/s]\x1b[K"
        )
        sys.stderr.flush()

    def backward(self) -> None:
        if self.fate == "crash":
            sys.stderr.write("\n")
            raise OutOfMemoryError(
                "CUDA out of memory. Tried to allocate 2.38 GiB. GPU 0 has 23.69 GiB in total, 1.12 GiB free."
            )
        if self.fate == "kill":
            os.kill(supervisor(), signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)
        if self.fate == "interrupt":
            os.kill(supervisor(), signal.SIGINT)
        if self.fate == "stall":
            sys.stderr.write("\n")
            print("waiting for \x1b[36m/data/imagenet/shard-0412.tar\x1b[0m", flush=True)
            self.say_ready()
            signal.pause()


def supervisor() -> int:
    """The process that watches over this run."""
    with open(os.path.join(os.environ["RUNSTORE_RUN_DIR"], "run.json"), encoding="utf-8") as file:
        return int(json.load(file)["attempts"][-1]["owner"]["pid"])


if __name__ == "__main__":
    main()
