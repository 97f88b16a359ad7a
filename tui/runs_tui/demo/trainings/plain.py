"""A script that knows nothing of any run store: it looks for pi with random points, and prints."""

import sys
import time

import numpy as np


def main() -> None:
    rng = np.random.default_rng(11)
    inside = tried = 0
    for batch in range(1, 241):
        points = rng.random((20_000, 2))
        inside += int((np.square(points).sum(axis=1) < 1).sum())
        tried += len(points)
        estimate = 4 * inside / tried
        miss = abs(estimate - np.pi)
        print(f"batch {batch:3d}  {tried:9,d} points  pi is about {estimate:.5f}  off by {miss:.5f}")
        if batch % 40 == 0:
            print(f"\x1b[33mWARNING\x1b[0m {240 - batch} batches to go", file=sys.stderr)
        time.sleep(0.7)


if __name__ == "__main__":
    main()
