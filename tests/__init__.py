"""Tests of both packages; tests/system needs programs beyond Python, tests/bench measures."""
