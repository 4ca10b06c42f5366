"""Pages of a long list: whatever the address asks for, there is something on the page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from maru import Paging


@pytest.mark.parametrize(
    ("asked", "number"),
    [("", 1), ("1", 1), ("3", 3), ("4", 3), ("9" * 5_000, 3), ("0", 1), ("-1", 1), ("2.5", 1), ("둘", 1), ("²", 1)],
)
def test_what_is_asked_for_stays_within_what_there_is(asked: str, number: int) -> None:
    """Beyond the end it is the last page; what is no number is the first."""
    assert Paging.of(asked, 25, 10) == Paging(number, 3, 10)


@given(asked=some.integers(1, 99), count=some.integers(0, 200), size=some.integers(1, 30))
def test_every_line_stands_on_one_page(asked: int, count: int, size: int) -> None:
    """The pages are the list, cut without a gap; none but that of an empty list is empty."""
    every = list(range(count))
    first = Paging.of(1, count, size)

    pages = [every[Paging.of(number, count, size).lines] for number in range(1, first.page_count + 1)]

    assert [line for page in pages for line in page] == every
    assert all(pages) or not count
    assert every[Paging.of(asked, count, size).lines] == pages[min(asked, first.page_count) - 1]
