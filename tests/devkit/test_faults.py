"""Under `maru dev` a strip at the foot of each page says what fails beside it; a served portal says none of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from maru_db import database
from maru_devkit.debug import debugging
from maru_devkit.fixtures import Site

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]
STRIP = re.compile(r'<aside class="faults".*</aside>', re.DOTALL)

BROKEN_TODO = """
from pathlib import Path
from maru import hookimpl

@hookimpl
def todo(viewer):
    if not (Path(__file__).parent / "mended").is_file():
        raise ValueError("<b>no such dish</b>")
    return []
"""
BROKEN_CARD = """
from dataclasses import dataclass
from maru import Card, hookimpl

@dataclass(frozen=True)
class Nothing: ...

@hookimpl
def slots(slot, viewer):
    return [Card("x", "maru_card/gone.html", Nothing())]
"""


@pytest.fixture(autouse=True)
def uncounted() -> Iterator[None]:
    """What the wrapper hangs into the database is taken out again."""
    yield
    database.query_hooks.clear()


def developing(site: Site, locale: str = "") -> TestClient:
    """The clerk's browser at the portal as `maru dev` serves it."""
    cookies = site.client("clerk", locale=locale).cookies
    return TestClient(debugging(site.app), headers={"origin": "http://testserver"}, cookies=cookies)


def strip_of(page: str) -> str:
    """The strip at the foot of a page; empty where there is none."""
    found = STRIP.search(page)
    return found[0] if found else ""


def test_hook_that_raises_is_told_on_every_page(
    rooms: Rooms, site_with: SiteWith, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the first time on: plugin, hook, line, what was raised and what stands there, escaped; compressed or not.

    The window in which `maru dev` runs says it once.
    """
    rooms("soup", init=BROKEN_TODO)
    client = developing(site_with())

    pages = [client.get(path, headers={"accept-encoding": "gzip"}) for path in ("/", "/password", "/nothing")]

    said = "soup fails in todo, at __init__.py:8: ValueError: <b>no such dish</b>"
    assert capsys.readouterr().out.count(said) == 1
    for page in pages:
        told = strip_of(page.text)
        assert "<strong>soup</strong> todo" in told
        assert "maru_soup/__init__.py:8" in told
        assert "ValueError: &lt;b&gt;no such dish&lt;/b&gt;" in told
        assert "raise ValueError(" in told
        assert page.text.rstrip().endswith("</html>")
        assert int(page.headers["content-length"]) == len(page.content)


def test_mended_hook_is_told_no_more(rooms: Rooms, site_with: SiteWith) -> None:
    """It is asked again at once, however often it has failed: nothing is paused while somebody works on it."""
    folder = rooms("soup", init=BROKEN_TODO)
    site = site_with()
    client = developing(site)
    for _ in range(25):
        client.get("/")
        site.portal.forget()
    (folder / "mended").touch()
    site.portal.forget()

    client.get("/")  # what it gives is asked for while the page is made
    page = client.get("/").text

    assert strip_of(page) == ""
    assert "멈추" not in page


def test_broken_card_and_ill_plugin_are_told(rooms: Rooms, site_with: SiteWith) -> None:
    """The card by its template, the plugin by the line of its manifest; in the reader's language."""
    rooms("card", init=BROKEN_CARD)
    rooms("ill", **{"plugin.toml": 'id = "ill"\nversion = 1\n'})

    told = strip_of(developing(site_with(), "en").get("/").text)

    assert "card maru_card/gone.html" in told
    assert "TemplateNotFound" in told
    assert "<strong>ill</strong> cannot be used" in told
    assert "maru_ill/plugin.toml:2" in told
    assert "Development: " in told


def test_page_without_faults_has_no_strip(rooms: Rooms, site_with: SiteWith) -> None:
    """Nothing is added to a page while all goes well."""
    rooms("soup")

    assert strip_of(developing(site_with()).get("/").text) == ""


def test_served_portal_has_no_strip(rooms: Rooms, site_with: SiteWith) -> None:
    """Without the wrapper the page leaves the broken part out, and tells nobody why."""
    rooms("soup", init=BROKEN_TODO)

    page = site_with().client("clerk").get("/").text

    assert strip_of(page) == ""
    assert "no such dish" not in page
