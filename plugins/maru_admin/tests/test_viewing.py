"""다른 사람 화면 보기: their pages, nothing changed, everything audited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maru.models import AuditEntry, Grant, RoleMember, User
from maru.settings import CHECKOUT
from maru_board.forms import BoardEntry, PostEntry
from maru_board.models import Board, Post, PostRead
from maru_board.services import publish, set_up
from maru_db import connected, database
from maru_devkit.fixtures import Site
from tests.contracts.test_routes import PARAMETER
from tests.crawling import crawl
from tests.rooms import make_room

Portal = Callable[..., Site]
DESK = """
from maru import Page

def broken(request):
    raise ValueError("broken")

def paused(request):
    return None

pages = [
    Page("/", broken, permission="desk.read"),
    Page("/", broken, permission="desk.read", methods=("POST",)),
    Page("/paused", paused, permission="desk.read"),
]
"""


def begin(site: Site, username: str, by: str = "admin", reason: str = "문의 확인") -> tuple[Any, Any]:
    """The browser of `by`, and the answer to the wish to see the pages of `username`."""
    client = site.client(by)
    return client, client.post(f"/admin/people/{site.user(username).id}/view", data={"reason": reason})


def test_pages_are_those_of_the_other(portal: Portal) -> None:
    """The menu has no 운영, the administration answers 403, a banner says whose pages these are; one click ends it."""
    site = portal("admin", "board")
    before = site.client("admin").get(f"/admin/people/{site.user('clerk').id}").text

    client, answer = begin(site, "clerk")
    home, refused = client.get("/").text, client.get("/admin/plugins")
    client.post("/session/own")

    assert "이 사람의 화면 보기" in before
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert f"{site.user('clerk').name} 님의 화면을 보고 있습니다" in home
    assert "/admin/people" not in home
    assert refused.status_code == 403
    assert client.get("/admin/plugins").status_code == 200


def test_nothing_can_be_changed(portal: Portal) -> None:
    """Every form of every function is refused, and the rows stay as they are."""
    site = portal("admin", "board", "collect", "me", "notify")
    client, _ = begin(site, "clerk")
    paths = [path.replace("{key:int}", "1") for path, page, _ in site.portal.pages if "POST" in page.methods]
    private = [path for path in paths if "{" not in path and not path.startswith(("/logout", "/session/"))]

    answers = {path: client.post(path, data={"name": "x", "reason": "x"}).status_code for path in private}

    assert len(private) > 15
    assert set(answers.values()) == {403}


def test_reading_leaves_no_mark(portal: Portal) -> None:
    """A must-read post opened this way stays unread for the other, and for oneself."""
    site = portal("admin", "board", "notify")
    post = must_read(site)
    client, _ = begin(site, "clerk")

    shown = client.get(f"/board/{post.id}")

    with connected():
        marks = PostRead.select().where(PostRead.user != site.user("planner").id).count()
    assert shown.status_code == 200
    assert marks == 0
    assert "필독" in site.client("clerk").get("/").text


def test_no_page_changes_anything(portal: Portal) -> None:
    """Each page that links and guesses lead to: every row stays as it was, and each visit is in the audit."""
    site = portal("admin", "board", "collect", "forms", "me", "notify", "search")
    must_read(site)
    site.settle()
    client, _ = begin(site, "clerk")
    guesses = [PARAMETER.sub("1", path) for path, page, _ in site.portal.pages if "GET" in page.methods]
    client.get("/")  # the first page takes in what plugins ship
    before, began = rows(), seen_count()

    visited = [address for address, _ in crawl(client, *guesses, "/search/?q=모두", "/nowhere", per_shape=2)]

    assert {"/me/", "/password", "/notify/", "/notify/1", "/search/?q=모두", "/records/"} <= {*visited}
    assert [name for name, found in rows().items() if found != before[name]] == []
    assert seen_count() - began == len(visited)
    assert "알림 1건" in site.client("clerk").get("/").text


def rows() -> dict[str, list[str]]:
    """Every row of every table, those of the audit and of sessions apart."""
    with connected():
        names = [name for name in database.get_tables() if name not in ("maru_audit_entry", "maru_session")]
        return {name: sorted(map(repr, database.execute_sql(f'SELECT * FROM "{name}"'))) for name in names}


def seen_count() -> int:
    """How many pages the audit says were looked at as the clerk."""
    with connected():
        return int(AuditEntry.select().where(AuditEntry.action == "viewed as clerk").count())


def test_where_the_other_is_signed_in_is_not_shown(portal: Portal) -> None:
    """내 정보 says so in the place of the list."""
    site = portal("admin", "me")
    theirs = site.client("clerk").get("/me/").text
    client, _ = begin(site, "clerk")

    mine = client.get("/me/").text

    assert "지금 이곳" in theirs
    assert "로그인한 곳은 본인에게만 보입니다." in mine


def test_the_way_back_is_on_every_page(tmp_path: Path, portal: Portal) -> None:
    """Also on that of a refusal, of an address that is none, of a function that is off, fails or is paused."""
    root = tmp_path / "rooms"
    make_room(root, "desk", routes=DESK)
    site = portal("admin", "board", "desk", plugins_path=[CHECKOUT / "plugins", root])
    site.switch("board", is_on=False)
    client, _ = begin(site, "clerk")
    paths = ("/", "/password", "/admin/plugins", "/nowhere", "/board/", "/desk/", "/desk/paused")
    site.portal.dispatcher.note_failure("desk", "desk.routes.paused", TimeoutError("hung"), at_once=True)

    answers = [client.get(path) for path in paths]
    answers += [client.post("/desk/"), client.post("/password", data={"text": "가" * 1_000_000})]

    assert [answer.status_code for answer in answers] == [200, 200, 403, 404, 404, 500, 503, 403, 413]
    assert all('action="/session/own"' in answer.text for answer in answers)


def must_read(site: Site) -> Post:
    """A 필독 by the planner, for everyone."""
    unit = site.unit("기획감사실").id
    with site.write_as("admin", plugin="board"):
        board = set_up(Board(), BoardEntry(name="공지", department=unit, audience="everyone"))
    entry = PostEntry(title="모두 읽어 주세요", body="본문", department=unit, is_notice=True)
    with site.write_as("planner", plugin="board") as change:
        return publish(change, board, site.user("planner"), entry)


def test_each_page_is_audited_in_the_name_of_the_administrator(portal: Portal) -> None:
    """Beginning with its reason, then each page; the actor is the one who looks."""
    site = portal("admin", "board")

    client, _ = begin(site, "clerk")
    client.get("/board/")
    client.get("/admin/plugins")

    began = site.audit("admin.views.viewing.begin")[0]
    with connected():
        seen = list(AuditEntry.select().where(AuditEntry.action == "viewed as clerk").order_by(AuditEntry.id))
    assert (began.actor_name, began.note) == ("admin", "clerk: 문의 확인")
    assert [entry.request for entry in seen] == ["GET /board/", "GET /admin/plugins"]
    assert {entry.actor_name for entry in seen} == {"admin"}


def test_a_reason_is_needed(portal: Portal) -> None:
    """422 without one, and the pages stay one's own."""
    client, answer = begin(portal("admin"), "clerk", reason=" ")

    assert answer.status_code == 422
    assert client.get("/admin/plugins").status_code == 200


@pytest.fixture
def helper(portal: Portal) -> Site:
    """planner may see others' pages, and nothing else of the administration; root may do everything."""
    site = portal("admin")
    with site.write_as("admin"):
        Grant.create(user=site.user("planner"), permission="admin.view_as", scope="city")
        User.create(username="root", name="최고", is_superuser=True)
        User.create(username="gone", name="퇴직", is_active=False)
    return site


@pytest.mark.parametrize(
    ("by", "username", "status"),
    [
        ("planner", "clerk", 303),
        ("planner", "head", 303),
        ("planner", "admin", 403),
        ("planner", "planner", 403),
        ("admin", "root", 403),
        ("admin", "gone", 403),
        ("clerk", "colleague", 403),
    ],
)
def test_nobody_sees_more_than_they_could_reach(helper: Site, by: str, username: str, status: int) -> None:
    """Administrators above oneself, superusers, oneself, and people who are gone are refused."""
    _, answer = begin(helper, username, by=by)

    assert answer.status_code == status


def test_who_may_no_longer_is_back_at_their_own_pages(portal: Portal) -> None:
    """The right is asked for at every page, not only at the beginning."""
    site = portal("admin", "board")
    client, _ = begin(site, "clerk")
    with site.write_as("admin") as change:
        for grant in Grant.select().where(Grant.permission == "admin.view_as"):
            grant.delete_instance()
        change.note = "nobody may any longer"

    home = client.get("/").text

    assert "님의 화면을 보고 있습니다" not in home
    assert client.get("/admin/plugins").status_code == 200


def test_whoever_has_become_mightier_is_seen_no_more(portal: Portal) -> None:
    """A person who gets all rights meanwhile does not lend them to the one who looks."""
    site = portal("admin", "board")
    client, _ = begin(site, "clerk")
    with site.write_as("admin"):
        clerk = site.user("clerk")
        clerk.is_superuser = True
        clerk.save()

    assert "님의 화면을 보고 있습니다" not in client.get("/").text


def test_whoever_has_become_an_administrator_is_seen_no_more(helper: Site) -> None:
    """Who holds nothing but the right to look does not come into the administration by it, later either."""
    client, began = begin(helper, "clerk", by="planner")
    with helper.write_as("admin"):
        RoleMember.create(user=helper.user("clerk"), role="city-admin")

    answer = client.get("/admin/people")

    assert began.status_code == 303
    assert answer.status_code == 403
    assert "님의 화면을 보고 있습니다" not in client.get("/").text


def test_whoever_is_gone_is_seen_no_more(portal: Portal) -> None:
    """An account that is out of use has no pages, from the next page on."""
    site = portal("admin", "board")
    client, _ = begin(site, "clerk")
    with site.write_as("admin"):
        clerk = site.user("clerk")
        clerk.is_active = False
        clerk.save()

    assert "님의 화면을 보고 있습니다" not in client.get("/").text
    assert client.get("/admin/plugins").status_code == 200


def test_signing_out_is_no_change(portal: Portal) -> None:
    """Who looks at the pages of another can always leave; signing in as somebody else is refused."""
    client, _ = begin(portal("admin"), "clerk")

    refused = client.post("/login", data={"username": "clerk", "password": "x"})
    left = client.post("/logout")

    assert (refused.status_code, left.status_code) == (403, 303)
