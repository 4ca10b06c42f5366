"""On elsewhere: the addresses of a plugin answer an outsider letter for letter as addresses that do not exist."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from maru.models import AuditEntry, Grant, Session
from maru.settings import CHECKOUT
from maru_db import connected
from maru_devkit.fixtures import Site
from tests.switching.departments import UNIT

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]

TOOLS = """
    from starlette.responses import PlainTextResponse

    from maru import Page

    def shelf(request):
        return PlainTextResponse("공구")

    pages = [
        Page("/", shelf, permission="tools.read"),
        Page("/", shelf, permission="tools.read", methods=("POST",), upload_bytes=9_000_000),
        Page("/open", shelf, public=True),
    ]
    """
JSON = {"accept": "application/json"}
FORM = {"referer": "http://testserver/desk/new"}
WAYS: list[tuple[str, str, dict[str, Any]]] = [
    *((method, rest, {}) for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE") for rest in ("", "open")),
    *((method, "", {"headers": JSON}) for method in ("GET", "POST")),
    ("GET", "?page=2", {}),
    ("GET", "", {"headers": {"hx-request": "true"}}),
    ("POST", "", {"headers": FORM, "data": {"text": "적어 둔 글"}}),
    ("POST", "", {"data": {"text": "가" * 1_000_000}}),
]


@pytest.fixture
def site(portal: SiteWith, rooms: Rooms, tmp_path: Path) -> Site:
    """A portal whose plugin `tools` is on for one department. Planner works there, clerk does not."""
    rooms("tools", routes=TOOLS)
    made = portal(plugins_path=[CHECKOUT / "plugins", tmp_path / "rooms"], plugins_only=["tools"])
    file = tmp_path / "rooms" / "maru_tools" / "static" / "maru_tools" / "tools.css"
    file.parent.mkdir(parents=True)
    file.write_text("h1 {}", encoding="utf-8")
    made.switch("tools", UNIT)
    return made


def asked(client: TestClient, base: str, way: tuple[str, str, dict[str, Any]]) -> tuple[Any, ...]:
    """All that can be seen of an answer, what it repeats of its own address made the same."""
    method, rest, more = way
    answer = client.request(method, base + rest, **more)
    headers = {name: value.replace(base.strip("/"), "") for name, value in answer.headers.items()}
    return answer.status_code, answer.text.replace(base.strip("/"), ""), {**headers, "content-length": ""}


@pytest.mark.parametrize("username", ["clerk", "admin", None])
def test_an_outsider_is_answered_as_if_it_did_not_exist(site: Site, username: str | None) -> None:
    """Status, words and headers are those of an address that was never there, in each way of asking; signed out too."""
    client = site.client(username)

    theirs, none = ([asked(client, base, way) for way in WAYS] for base in ("/tools/", "/slots/"))

    assert theirs == none
    assert {status for status, *_ in theirs} == {413} | ({404} if username else {303, 401})


def looking_as(site: Site, username: str) -> TestClient:
    """The browser of the administrator, who looks at the pages of somebody else."""
    client = site.client("admin")
    with site.write_as("admin") as change:
        Grant.create(user=site.user("admin"), permission="portal.look")
        viewing = {"viewing_id": site.user(username).id, "viewing_by": "portal.look"}
        Session.update(viewing).where(Session.user == site.user("admin").id).execute()
        change.note = "looks"
    return client


def test_an_administrator_who_looks_as_an_outsider_sees_nothing_else(site: Site) -> None:
    """The answer for the person whose pages these are, in every way of asking."""
    admin = looking_as(site, "clerk")

    answers = [[admin.request(method, f"/{base}/") for method in ("GET", "POST")] for base in ("tools", "slots")]

    assert [each.status_code for each in answers[0]] == [404, 403]
    assert [each.text for each in answers[0]] == [each.text for each in answers[1]]


def test_off_for_everybody_is_named(site: Site) -> None:
    """It tells of nobody: whoever had it yesterday reads what has become of it."""
    site.switch("tools", UNIT, is_on=False)

    told = [site.client(name).get("/tools/") for name in ("clerk", "planner")]

    assert {answer.status_code for answer in told} == {404}
    assert all("‘tools 기능’ 기능이 지금 꺼져 있습니다." in answer.text for answer in told)


def test_its_files_are_there_for_its_people_alone(site: Site) -> None:
    """A static file answers the outsider as one that does not exist; whoever looks as a member leaves no line of it."""
    admin = looking_as(site, "planner")

    found = {name: site.client(name).get("/static/maru_tools/tools.css") for name in ("planner", "clerk", "admin")}
    missing = site.client("clerk").get("/static/maru_slots/tools.css")

    assert found["planner"].text == "h1 {}"
    assert admin.get("/static/maru_tools/tools.css").status_code == 200
    for name in ("clerk", "admin"):
        assert (found[name].status_code, found[name].text) == (404, missing.text)
        assert found[name].headers == missing.headers
    assert site.client().get("/static/maru_tools/tools.css").status_code == 404
    with connected():
        assert not AuditEntry.select().where(AuditEntry.request.contains("/static/")).exists()


def test_files_go_with_the_pages_that_are_made_with_them(portal: SiteWith) -> None:
    """The grid of a plugin that another one requires is loaded wherever that other one is on."""
    site = portal("collect")
    site.switch("records", UNIT)
    before = site.client("clerk").get("/static/maru_records/grid.js").status_code
    site.switch("collect", UNIT)

    assert (before, site.client("clerk").get("/static/maru_records/grid.js").status_code) == (200, 404)


def test_a_session_that_ended_sees_no_more_than_a_visitor(site: Site) -> None:
    """A member who is signed out is asked to sign in, as everywhere."""
    member = site.client("planner")
    inside = member.get("/tools/").status_code
    with site.write_as("admin") as change:
        Session.delete().where(Session.user == site.user("planner").id).execute()
        change.note = "signed out"

    answer = member.get("/tools/")

    assert (inside, answer.status_code) == (200, 303)
    assert answer.headers["location"] == "/login?next=/tools/"
