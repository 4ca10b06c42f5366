"""What stands before the pages: in both languages, under the strict policy, and never a bare 500."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from maru.errors import Unavailable
from maru_devkit.fixtures import Site

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]


@pytest.fixture
def site(rooms: Rooms, site_with: SiteWith) -> Site:
    """A site with one plugin whose page takes a number."""
    rooms(
        "count",
        routes="from maru import Page\nfrom maru_count import views\n\n"
        "pages = [Page('/{row:int}', views.show, permission='count.read')]\n",
        views="from starlette.responses import PlainTextResponse\n\n"
        "def show(request, row):\n    return PlainTextResponse(str(row))\n",
    )
    return site_with()


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_are_refused_in_korean_and_english(site: Site, method: str) -> None:
    """405 with what is allowed, at every address."""
    answer = site.client("clerk").request(method, "/")

    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, HEAD, PATCH, POST, PUT")
    assert "받지 않습니다" in answer.text
    assert "takes no requests" in answer.text


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "http://[", ""])
def test_a_post_from_elsewhere_is_refused_in_korean_and_english(site: Site, origin: str) -> None:
    """403, also for an origin that cannot be read."""
    answer = site.client("clerk").post("/password", headers={"origin": origin})

    assert answer.status_code == 403
    assert "화면을 다시 연 다음" in answer.text
    assert "Open the page again" in answer.text


@pytest.mark.parametrize("digits", [10, 5_000])
def test_a_number_of_5000_digits_is_no_address(site: Site, digits: int) -> None:
    """404 under the strict policy; signed out the way to sign in, as everywhere; nine digits are a number."""
    answers = [site.client(who).get("/count/" + "9" * digits) for who in ("clerk", None)]

    assert [answer.status_code for answer in answers] == [404, 303]
    assert all("default-src 'none'" in answer.headers["content-security-policy"] for answer in answers)
    assert site.client("clerk").get("/count/999999999").text == "999999999"


@pytest.mark.parametrize(("wrong", "status"), [(ValueError("secret"), 500), (Unavailable("busy"), 503)])
def test_the_last_resort_carries_the_policy_too(
    site: Site, monkeypatch: pytest.MonkeyPatch, wrong: Exception, status: int
) -> None:
    """What fails outside of every page says so in both languages and tells no secrets."""

    def fail(path: str) -> None:
        raise wrong

    monkeypatch.setattr(site.portal.static, "find", fail)
    client = TestClient(site.app, raise_server_exceptions=False)

    answer = client.get("/static/maru/maru.js")

    assert answer.status_code == status
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "문제가 생겼습니다" in answer.text
    assert "secret" not in answer.text
