"""Benchmarks: `python -m tests.bench NAME --json`. Each is a module with `run(arguments)` and figures as ratios."""
