"""A site with everything that the search finds, and hands to put things there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from maru_devkit.fixtures import Site

from .finding import Finding


@pytest.fixture
def finding(portal: Callable[..., Site]) -> Finding:
    """Search, boards, collections and ledgers, with nothing in them."""
    return Finding(portal("search", "board", "collect", "records"))
