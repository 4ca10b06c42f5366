"""Ruff has nothing to say; the rules and the reason of each exception stand in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.habits.tree import ROOT


@pytest.mark.parametrize(
    ("arguments", "mend"),
    [(("check",), "ruff check --fix"), (("format", "--check", "--diff"), "ruff format")],
    ids=["rules", "format"],
)
def test_ruff_is_content(arguments: tuple[str, ...], mend: str) -> None:
    """No rule is broken, and every file is formatted."""
    command = [sys.executable, "-m", "ruff", *arguments, "--quiet", "."]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)

    assert done.returncode == 0, f"{done.stdout}{done.stderr}\nTo mend: .venv/bin/python -m {mend}"
