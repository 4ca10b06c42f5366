"""The core stays small, and so do files and functions."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

import pytest

from tests.habits.tree import ROOT, python_files, syntax

CORE_LINES = 2_500
FILE_LINES = 400


def lines_of(path: Path) -> int:
    """Physical lines that are not blank; comments and docstrings count."""
    return sum(bool(line.strip()) for line in (ROOT / path).read_text(encoding="utf-8").splitlines())


def function_lines(path: Path) -> list[int]:
    """Lines of each function of a file, from its `def` to its last line, docstring included."""
    return [
        node.end_lineno - node.lineno + 1
        for node in ast.walk(syntax(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno is not None
    ]


def test_core_stays_under_2500_lines() -> None:
    """All Python of core/maru, without blank lines, is less than 2,500 lines."""
    sizes = {path.as_posix(): lines_of(path) for path in python_files("core/maru")}

    total = sum(sizes.values())

    largest = sorted(sizes.items(), key=lambda pair: -pair[1])[:5]
    assert total < CORE_LINES, f"core/maru has {total} lines; the largest files: {largest}. Move a concept to a plugin."


def test_no_file_holds_two_concepts() -> None:
    """No Python file has more than 400 lines; about 100 is the aim, and over 300 is rare."""
    sizes = {str(path): lines_of(path) for path in python_files()}

    large = {path: size for path, size in sizes.items() if size > FILE_LINES}

    assert large == {}, "such a file is usually two concepts: split it"


@pytest.mark.parametrize("folder", ["core/maru", "core/maru_devkit", "plugins", "tests"])
def test_sizes_are_shown(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Prints the medians beside the aims of the style guide: files of about 100 lines, functions of about 8."""
    paths = python_files(folder)
    files = [size for size in map(lines_of, paths) if size]
    functions = [size for path in paths for size in function_lines(path)]

    shown = f"files {median(files or [0]):.0f} (aim 100), functions {median(functions or [0]):.0f} (aim 8)"

    with capsys.disabled():
        print(f"\n{folder}: median lines of {shown}; functions over 35: {sum(size > 35 for size in functions)}", end="")
