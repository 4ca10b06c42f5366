"""Following links as a person could."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from starlette.testclient import TestClient

LINK = re.compile(r"""(?:href|action|data-href|src)="(/[^"#]*)""")


def crawl(client: TestClient, *first: str, most: int = 900) -> Iterator[tuple[str, str]]:
    """(address, text with headers) of every page reached by links from `/` and `first`, static files apart."""
    waiting = ["/", *first]
    seen: set[str] = set()
    while waiting and len(seen) < most:
        address = waiting.pop()
        if address in seen or address.startswith("/static/"):
            continue
        seen.add(address)
        answer = client.get(address)
        is_page = "html" in answer.headers.get("content-type", "")
        yield address, (answer.text if is_page else repr(answer.content)) + repr(dict(answer.headers))
        waiting += [html.unescape(link) for link in LINK.findall(answer.text)] if is_page else []
