"""Under `maru dev` a page says what it cost and why it failed; a served portal says neither."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from maru.db import database
from maru_devkit.debug import debugging
from maru_devkit.fixtures import Site
from maru_devkit.reload import DevelopingParent
from maru_server.parent import Parent

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]

ROUTES = """
from maru import Page
from maru_broken import views

pages = [
    Page("/", views.index, permission="broken.read"),
    Page("/page", views.page, permission="broken.read"),
]
"""
VIEWS = """
from dataclasses import dataclass
from maru import User, render

@dataclass(frozen=True)
class PageContext:
    count: int

def index(request):
    return 1 / len("<b>")[0]

def page(request):
    return render(request, "maru_broken/page.html", PageContext(User.select().count()))
"""
PAGE = '{# PageContext · views.page #}{% extends "maru/base.html" %}{% block title %}{% endblock %}'
MARKS = ("x-maru-view", "x-maru-template", "x-maru-queries", "server-timing")


@pytest.fixture
def broken(rooms: Rooms, site_with: SiteWith) -> Iterator[Site]:
    """A site with a plugin whose first page fails, and one that cannot be loaded at all."""
    rooms("broken", routes=ROUTES, views=VIEWS, **{"templates__maru_broken__page.html": PAGE})
    rooms("ill", init="import nowhere_to_be_found")
    yield site_with()
    database.query_hooks.clear()


def developing(site: Site) -> TestClient:
    """The clerk's browser at the portal as `maru dev` serves it."""
    cookies = site.client("clerk").cookies
    wrapped = debugging(site.app)
    return TestClient(wrapped, follow_redirects=False, headers={"origin": "http://testserver"}, cookies=cookies)


def test_answer_names_view_template_queries_and_time(broken: Site) -> None:
    """The count is that of `site.queries` for the same page, and the times are positive."""
    plain = broken.client("clerk")
    plain.get("/broken/page")
    client = developing(broken)
    client.get("/broken/page")
    expected = broken.queries(lambda: client.get("/broken/page"))

    answer = client.get("/broken/page")

    count, milliseconds = re.fullmatch(r"(\d+) \((\d+\.\d) ms\)", answer.headers["x-maru-queries"]).groups()  # type: ignore[union-attr]  # a wrong shape fails the test
    assert answer.headers["x-maru-view"] == "broken.views.page"
    assert answer.headers["x-maru-template"] == "maru_broken/page.html"
    assert int(count) == expected > 0
    assert float(milliseconds) > 0
    assert re.search(r'total;desc="broken.views.page";dur=\d+\.\d', answer.headers["server-timing"])


def test_broken_page_shows_the_lines_of_the_plugin(broken: Site) -> None:
    """500 with the error, file, line and code, escaped; under the same content policy as every page."""
    answer = developing(broken).get("/broken/")

    assert answer.status_code == 500
    assert "TypeError" in answer.text
    assert "maru_broken/views.py:10" in answer.text
    assert "len(&#34;&lt;b&gt;&#34;)[0]" in answer.text
    assert "default-src &#39;none&#39;" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<style" not in answer.text
    assert "style=" not in answer.text


def test_problem_speaks_the_readers_language(broken: Site) -> None:
    """The words around the code are English for those who chose it; the page says so to screen readers."""
    korean = developing(broken).get("/broken/").text
    broken.client("clerk", locale="en")

    english = developing(broken).get("/broken/").text

    assert 'lang="ko"' in korean
    assert "이 기능의 코드에서" in korean
    assert 'lang="en"' in english
    assert "In the code of this plugin" in english


def test_ill_plugin_says_why_at_its_address(broken: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """404 with the reason and the line, on the page and on the console; other addresses are as they were."""
    client = developing(broken)

    answer = client.get("/ill/")

    assert answer.status_code == 404
    assert "nowhere_to_be_found" in answer.text
    assert "__init__.py:1" in answer.text
    assert "ill cannot be used: __init__.py:1" in capsys.readouterr().out
    assert "찾는 화면이 없습니다" in client.get("/nothing/").text


def test_programs_get_their_json(broken: Site) -> None:
    """Who asks for JSON is not answered with a page; the cost stands in the headers all the same."""
    answer = developing(broken).get("/broken/", headers={"accept": "application/json"})

    assert answer.status_code == 500
    assert answer.json()["reference"]
    assert answer.headers["x-maru-view"] == "broken.views.index"


def test_served_portal_tells_nothing(broken: Site) -> None:
    """Without the wrapper: no cost in any header, no line of code and no path on a broken page."""
    client = broken.client("clerk")

    answers = [client.get(path) for path in ("/broken/page", "/broken/", "/ill/", "/")]

    assert [answer.status_code for answer in answers] == [200, 500, 404, 200]
    for answer in answers:
        assert [mark for mark in MARKS if mark in answer.headers] == []
        assert "TypeError" not in answer.text
        assert "views.py" not in answer.text
        assert "nowhere_to_be_found" not in answer.text


def test_served_portal_never_loads_the_wrapper() -> None:
    """Neither `serve` nor `demo` names it: only `maru dev` hands it to its workers."""
    assert Parent.wrap is None
    assert DevelopingParent.wrap is debugging
