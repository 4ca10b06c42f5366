"""The core stays small, and so do files and functions."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

import pytest

from tests.habits.tree import ROOT, python_files, syntax

CORE_LINES = 2_500
FILE_LINES = 400
FUNCTION_LINES = 45


def lines_of(path: Path) -> int:
    """Physical lines that are not blank; comments and docstrings count."""
    return sum(bool(line.strip()) for line in (ROOT / path).read_text(encoding="utf-8").splitlines())


def code_lines_of(path: Path) -> int:
    """Lines of code: without blank lines, comments and docstrings, as core/docs/decisions/0002 says."""
    words = {number for node in ast.walk(syntax(path)) for number in docstring_lines(node)}
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    return sum(
        bool(line.strip()) and not line.lstrip().startswith("#") and number not in words
        for number, line in enumerate(lines, 1)
    )


def docstring_lines(node: ast.AST) -> range:
    """The lines of a docstring: a string that stands alone, also the one below an attribute."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return range(node.lineno, (node.end_lineno or node.lineno) + 1)
    return range(0)


def function_lines(path: Path) -> list[int]:
    """Lines of each function of a file, from its `def` to its last line, docstring included."""
    return [
        node.end_lineno - node.lineno + 1
        for node in ast.walk(syntax(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno is not None
    ]


def test_core_stays_under_2500_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """The code of core/maru, migrations apart, is less than 2,500 lines; the other figures are printed beside it."""
    paths = [path for path in python_files("core/maru") if "migrations" not in path.parts]
    sizes = {path.as_posix(): code_lines_of(path) for path in paths}

    total = sum(sizes.values())

    frozen = sum(code_lines_of(path) for path in python_files("core/maru/migrations"))
    process = sum(code_lines_of(path) for path in python_files("core/maru_server"))
    storage = sum(code_lines_of(path) for path in python_files("core/maru_db"))
    confinement = sum(code_lines_of(path) for path in python_files("core/maru_confined"))
    boundary = sum(code_lines_of(path) for path in python_files("core/maru_boundary"))
    language = sum(code_lines_of(path) for path in python_files("core/maru_language"))
    web = sum(code_lines_of(path) for path in python_files("core/maru_web"))
    physical = sum(len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in python_files("core/maru"))
    with capsys.disabled():
        print(
            f"\ncore/maru: {total} lines of code (limit {CORE_LINES}), {frozen} more in migrations; "
            f"{physical} physical lines in all. core/maru_server: {process} lines of code, "
            f"core/maru_db: {storage}, core/maru_language: {language}, core/maru_confined: {confinement}, "
            f"core/maru_boundary: {boundary}, core/maru_web: {web}.",
            end="",
        )
    largest = sorted(sizes.items(), key=lambda pair: -pair[1])[:5]
    assert total < CORE_LINES, f"core/maru has {total} lines; the largest files: {largest}. Move a concept to a plugin."


def test_no_file_holds_two_concepts() -> None:
    """No Python file has more than 400 lines; about 100 is the aim, and over 300 is rare."""
    sizes = {str(path): lines_of(path) for path in python_files()}

    large = {path: size for path, size in sizes.items() if size > FILE_LINES}

    assert large == {}, "such a file is usually two concepts: split it"


def test_no_function_is_longer_than_a_screen(capsys: pytest.CaptureFixture[str]) -> None:
    """None has more than 45 lines, docstring included; frozen migrations and the peers of the benchmarks apart.

    Prints the medians beside the aims of the style guide, folder by folder.
    """
    paths = [path for path in python_files() if not {"migrations", "peers"}.intersection(path.parts)]
    sizes = {path: function_lines(path) for path in paths}

    for folder in sorted({"/".join(path.parts[:2]) for path in paths if path.parts[0] == "core" and path.parts[2:]}):
        show(folder, capsys)
    show("plugins", capsys)
    show("tests", capsys)
    long = {str(path): max(found) for path, found in sizes.items() if found and max(found) > FUNCTION_LINES}
    assert long == {}, "such a function does two things: take one out"


def show(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Print the medians of a folder: files of about 100 lines and functions of about 8 are the aim."""
    paths = python_files(folder)
    files = [size for size in map(lines_of, paths) if size]
    functions = [size for path in paths for size in function_lines(path)]
    with capsys.disabled():
        print(f"\n{folder}: median lines of files {median(files or [0]):.0f} (aim 100),", end=" ")
        print(f"functions {median(functions or [0]):.0f} (aim 8)", end="")
