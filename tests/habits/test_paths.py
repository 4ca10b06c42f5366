"""A path that a document, a docstring or a comment names is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.habits.tree import ROOT, files, is_vendored, python_files, syntax

NAMED = re.compile(r"(?<![\w./*-])(?:core|plugins|plugin_template|tests|themes)/[\w./-]*\w")
EXAMPLES = re.compile(r"plugins/maru_(rooms|x)\b.*|tests/test_rooms\.py")
"""Of the plugin that the README's tutorial makes, and of any plugin."""


def test_named_paths_exist() -> None:
    """Whoever follows a path from the README, core/docs or a docstring arrives."""
    lost = {
        (str(place), name)
        for place, text in written()
        for name in NAMED.findall(text)
        if not EXAMPLES.fullmatch(name) and not exists(name)
    }

    assert lost == set(), "moved or renamed: say where it is now"


def written() -> Iterator[tuple[Path, str]]:
    """Each document, and of each Python file its docstrings and the comments that have lines of their own."""
    for path in files():
        if path.suffix == ".md" and not is_vendored(path):
            yield path, (ROOT / path).read_text(encoding="utf-8")
    for path in python_files():
        for node in ast.walk(syntax(path)):
            if (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                yield path, node.value.value
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
        yield path, "\n".join(line for line in lines if line.lstrip().startswith("#"))


def exists(name: str) -> bool:
    """Whether the path is there, from the root or from a plugin; `decisions/0004` and `maru_…` are the start of one."""
    wanted = f"{name}*" if name[-1] in "_0123456789" else name
    return any(any(top.glob(wanted)) for top in (ROOT, *ROOT.glob("plugins/*")))
