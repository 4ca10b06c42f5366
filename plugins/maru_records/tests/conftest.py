"""The grid's page, served and opened in a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from maru_records.tests.grid_hand import open_grid
from maru_records.tests.grid_site import GridSite, serving


@pytest.fixture
def site() -> Iterator[GridSite]:
    """A grid with nothing in it yet."""
    with serving(GridSite()) as served:
        yield served


@pytest.fixture
def violations(page: Page) -> list[str]:
    """What the page's content policy refused, as the browser reports it."""
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if "Content Security Policy" in line.text else None)
    return refused


@pytest.fixture
def grid(page: Page, site: GridSite, violations: list[str]) -> Iterator[Page]:
    """The page, opened, with the focus in the grid's first cell that can be typed into."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_grid(page, site)
    yield page
    assert violations == []
