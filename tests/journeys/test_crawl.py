"""Every page as every demo account: nothing from outside, nothing against the policy, nothing axe objects to."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from maru_server.demo import ACCOUNTS

Visit = Callable[..., Page]
MOST_PAGES = 160
NOT_A_PAGE = re.compile(r"/static/|/files?/|\.xlsx|/download|/form\.xlsx")


def shape(address: str) -> str:
    """The address without numbers: pages of one shape are one template."""
    return re.sub(r"\d+", "#", address.partition("?")[0]) + ("?" if "?" in address else "")


def links(page: Page) -> list[str]:
    """Where the links of a page lead within the portal."""
    hrefs: list[str] = page.eval_on_selector_all("a[href^='/']", "found => found.map(a => a.getAttribute('href'))")
    return [href.partition("#")[0] for href in hrefs if not NOT_A_PAGE.search(href)]


def objections(page: Page, per_shape: int = 2) -> list[str]:
    """What axe objects to on the pages reached from home, at most `per_shape` of each shape."""
    axe, found = Axe(), []
    seen: dict[str, int] = {}
    waiting = ["/"]
    done: set[str] = set()
    while waiting and len(done) < MOST_PAGES:
        address = waiting.pop(0)
        if address in done or seen.get(shape(address), 0) >= per_shape:
            continue
        done.add(address)
        seen[shape(address)] = seen.get(shape(address), 0) + 1
        answer = page.goto(address)
        assert answer is not None
        assert answer.status < 500, address
        for violation in axe.run(page).response["violations"]:
            targets = [node["target"] for node in violation["nodes"]][:3]
            found.append(f"{address} {violation['id']}: {violation['help']} {targets}")
        waiting += links(page)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("account", [account.username for account in ACCOUNTS])
def test_every_page_is_clean(visit: Visit, account: str) -> None:
    """Nothing for axe to object to; the fixture fails on policy breaches and outside requests."""
    assert objections(visit(account)) == []
