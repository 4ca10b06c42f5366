"""Runs one benchmark by name: `python -m tests.bench collect --json`."""

import argparse
import importlib
import json
import pkgutil
import sys
from collections.abc import Callable
from typing import Any

import tests.bench


def names() -> list[str]:
    """Benchmarks there are: the modules of this package."""
    return sorted(module.name for module in pkgutil.iter_modules(tests.bench.__path__) if module.name[0] != "_")


def main(arguments: list[str]) -> int:
    """Run the named benchmark with the arguments after its name; figures go to standard output."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", add_help=False)
    parser.add_argument("name", choices=names())
    parser.add_argument("--json", action="store_true", help="figures as JSON alone")
    chosen, rest = parser.parse_known_args(arguments)
    run: Callable[[list[str]], dict[str, Any]] = importlib.import_module(f"tests.bench.{chosen.name}").run
    figures = run(rest)
    if chosen.json:
        print(json.dumps(figures, ensure_ascii=False, indent=2))
    else:
        for key, value in figures.items():
            print(f"{key:32} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
