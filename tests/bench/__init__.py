"""Benchmarks: `python -m tests.bench NAME --json`. Each is a module here with `run(arguments)` and figures as ratios."""
