"""Benchmarks: each module `bench_<subject>` has a `main()` that measures and prints a table.

    make bench                                  all of them, into RESULTS.md and screenshots/
    python -m tests.bench writing screen        some of them, printed only
    python -m tests.bench --write writing       some of them, in their place in RESULTS.md

Timings on shared machines are noisy: figures are medians of several interleaved runs, and ratios to other tools, or to
a plain way of doing the same thing in the same process.
"""
