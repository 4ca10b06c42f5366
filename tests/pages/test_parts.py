"""What htmx gets: a part where it fills a place of the page, the whole page where it takes the place of all of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from maru_devkit.fixtures import Site

Portal = Callable[..., Site]


@pytest.mark.parametrize(("kind", "is_whole"), [("partial", False), ("full", True)])
def test_cards_are_a_part_only_where_a_part_is_wanted(portal: Portal, kind: str, is_whole: bool) -> None:
    """A request for the whole body gets the frame as well, or the person loses the menu."""
    client = portal("board").client("clerk")

    page = client.get("/cards/board", headers={"hx-request": "true", "hx-request-type": kind}).text

    assert ("<html" in page) is is_whole
    assert "class=" in page
