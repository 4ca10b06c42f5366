"""Kill -9 between commit and indexing: a slice of tests/prove/kill_indexing.py."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.needs import lacking
from tests.prove.kill_indexing import kill_often

KILLS = 3


@pytest.mark.slow
def test_the_index_catches_up_after_kills(tmp_path: Path) -> None:
    """The elected worker is killed right after a save: the line is found, the index equals the database."""
    if sys.platform == "win32":
        lacking("POSIX signals", "run these tests on Linux or macOS")

    outcome = kill_often(tmp_path, KILLS)

    assert outcome.is_proven, outcome
    assert outcome.replaced_count == KILLS
