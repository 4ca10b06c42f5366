"""The page asked for in an address."""

from __future__ import annotations

from starlette.requests import Request

MOST_PAGES = 100_000


def page_number(request: Request) -> int:
    """`?page=3` → 3; 1 where it says nothing that can be used."""
    said = request.query_params.get("page", "")
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 8 else 1
    return min(max(number, 1), MOST_PAGES)
