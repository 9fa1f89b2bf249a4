"""Benchmarks, run by hand: `python -m tests.bench.NAME` prints a table and writes JSON."""
