"""Following links as a person could."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator

from starlette.testclient import TestClient

LINK = re.compile(r"""(?:href|action|data-href|src)="(/[^"#]*)""")


def shape(address: str) -> str:
    """The address without numbers and without the values of its question: pages of one shape are one template."""
    return re.sub(r"=[^&]*", "=#", re.sub(r"\d+", "#", address))


def crawl(client: TestClient, *first: str, most: int = 900, per_shape: int | None = None) -> Iterator[tuple[str, str]]:
    """(address, text with headers) of every page reached by links from `/` and `first`, static files apart.

    With `per_shape`, at most so many addresses of one shape are followed.
    """
    waiting = ["/", *first]
    seen: set[str] = set()
    shapes: Counter[str] = Counter()
    while waiting and len(seen) < most:
        address = waiting.pop()
        if address in seen or address.startswith("/static/"):
            continue
        if per_shape is not None and shapes[shape(address)] >= per_shape:
            continue
        seen.add(address)
        shapes[shape(address)] += 1
        answer = client.get(address)
        is_page = "html" in answer.headers.get("content-type", "")
        yield address, (answer.text if is_page else repr(answer.content)) + repr(dict(answer.headers))
        waiting += [html.unescape(link) for link in LINK.findall(answer.text)] if is_page else []
