"""A plugin that never comes back costs one page; a slice of tests/prove/fault_matrix.py."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.faults.house import wrong
from tests.faults.matrix import Pair
from tests.faults.served import served
from tests.needs import lacking

FEW_PAGES = 8
HANGING = (Pair("menu", "hang in a call"), Pair("on_event", "hang in Python"))
"""A thread that never comes back to a page, and one that no page waits for and that ends when it is told to."""


@pytest.mark.slow
def test_what_hangs_costs_one_page(tmp_path: Path) -> None:
    """A menu that never comes back, and a listener: in a served portal, where no thread can be killed."""
    if sys.platform == "win32":
        lacking("POSIX signals", "run this test on Linux or macOS")
    with served(tmp_path, FEW_PAGES) as (_, running):
        assert wrong(running.try_out(pair) for pair in HANGING) == {}, running.log()[-2_000:]
