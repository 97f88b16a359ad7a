"""Benchmarks: each module `bench_<subject>` has a `main()` that measures and prints a table.

    make bench                            all of them
    python -m tests.bench writing screen  some of them

Timings on shared machines are noisy: figures are medians of several interleaved runs, and ratios to a plain way of
doing the same thing in the same process.
"""
