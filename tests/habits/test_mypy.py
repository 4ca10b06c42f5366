"""The whole tree is typed."""

from __future__ import annotations

import subprocess
import sys

from tests.habits.tree import ROOT


def test_mypy_strict_is_content() -> None:
    """`mypy --strict` finds nothing in core, plugins and tests. Its cache makes the second run short."""
    command = [sys.executable, "-m", "mypy", "--no-error-summary"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)

    assert done.returncode == 0, done.stdout + done.stderr
