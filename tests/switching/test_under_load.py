"""Switched while people work, with several workers: nothing fails, all agree, everything comes back."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.needs import lacking
from tests.prove.switch_under_load import prove
from tests.switching.served import served_demo

WORKERS, SWITCHES = 2, 6


@pytest.mark.slow
def test_six_switches_under_load(tmp_path: Path) -> None:
    """No request fails, what is off is gone in every worker and back with the switch, jobs wait, no row changes."""
    if not sys.platform.startswith("linux"):
        lacking("/proc, which tells which worker a connection leads to", "run this test on Linux")
    with served_demo(tmp_path, WORKERS) as served:
        outcome = prove(served, WORKERS, SWITCHES)

        assert outcome.wrong == []
        assert outcome.failed_count == 0
        assert outcome.statuses[200] > 50
        assert outcome.changed_tables == []
        assert outcome.done_jobs == outcome.asked_jobs > 0
        assert len(outcome.agreed_ms) >= SWITCHES
