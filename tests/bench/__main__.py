"""Runs one benchmark by name, `python -m tests.bench collect --json`, or all of them for one table."""

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
    found = pkgutil.iter_modules(tests.bench.__path__)
    return sorted(module.name for module in found if module.name[0] != "_" and not module.ispkg)


def main(arguments: list[str]) -> int:
    """Run the named benchmark with the arguments after its name, or all; figures go to standard output."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", add_help=False)
    parser.add_argument("name", nargs="?", choices=names(), help="one of them, with its own arguments; none: all")
    parser.add_argument("--json", action="store_true", help="figures as JSON alone")
    chosen, rest = parser.parse_known_args(arguments)
    figures = figures_of(chosen.name, rest) if chosen.name else {name: figures_of(name, []) for name in names()}
    if chosen.json:
        print(json.dumps(figures, ensure_ascii=False, indent=2))
    else:
        print("\n".join(table({chosen.name: figures} if chosen.name else figures)))
    return 0


def figures_of(name: str, arguments: list[str]) -> dict[str, Any]:
    """What the benchmark `name` measured; in a run of all, one that cannot run says why and lets the others run."""
    run: Callable[[list[str]], dict[str, Any]] = importlib.import_module(f"tests.bench.{name}").run
    try:
        return run(arguments)
    except SystemExit as why:
        if arguments or why.code in (0, None):
            raise
        return {"not measured": str(why.code)}


def table(figures: dict[str, dict[str, Any]]) -> list[str]:
    """One line a figure: benchmark, key, value; figures of several sides stand in one line."""
    lines = []
    for name, found in figures.items():
        for key, value in found.items():
            shown = ", ".join(f"{one} {of}" for one, of in value.items()) if isinstance(value, dict) else value
            lines.append(f"{name:10} {key:30} {shown}")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
