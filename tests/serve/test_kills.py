"""Kill -9 of the worker that drains: a slice of tests/prove/kill_draining.py."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.needs import lacking
from tests.prove.kill_draining import kill_often

KILLS = 5


@pytest.mark.slow
def test_killed_workers_lose_no_event_and_no_job(tmp_path: Path) -> None:
    """Each at least once, in order per record, no job twice at once, and another takes over within five seconds."""
    if sys.platform == "win32":
        lacking("POSIX signals", "run these tests on Linux or macOS")

    outcome = kill_often(tmp_path, KILLS, 300)

    assert outcome.is_proven, outcome
    assert outcome.replaced_count == KILLS
