"""The page that says what went wrong leads back to the form and gives back what was typed into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from maru.models import Session
from maru_db import connected
from maru_devkit.fixtures import Site

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]

FORM = {"referer": "http://testserver/desk/new?unit=3"}
TYPED = {"title": "회의 안내", "body": "오후 두 시", "version": "7", "maru_draft": "desk.new"}
DESK = {
    "routes": """
        from maru import Page
        from maru_desk import views

        pages = [
            Page("/new", views.create, permission="desk.read", methods=("POST",), upload_bytes=10_000),
            Page("/closed", views.closed, permission="desk.read", methods=("POST",)),
        ]
        """,
    "views": """
        from maru import Conflict, redirect

        def create(request):
            return redirect(request, "/", "저장했습니다.")

        def closed(request):
            raise Conflict("마감된 취합이라 고칠 수 없습니다.")
        """,
}


@pytest.fixture
def desk(rooms: Rooms, site_with: SiteWith) -> Site:
    """A site with one form that takes everything, and one that is closed."""
    rooms("desk", **DESK)
    return site_with()


def test_a_session_that_ended_while_typing_leads_back_to_the_form(desk: Site) -> None:
    """401 with a link to the login page that leads back, and what was typed; the draft is kept."""
    client = desk.client("clerk")
    with connected(), desk.write_as("admin") as change:
        Session.delete().execute()
        change.note = "all are signed out"

    answer = client.post("/desk/new", data=TYPED, headers=FORM)

    assert answer.status_code == 401
    assert 'href="/login?next=/desk/new%3Funit%3D3"' in answer.text
    assert all(f"{text}</textarea>" in answer.text for text in ("회의 안내", "오후 두 시"))
    assert "maru_draft" not in answer.cookies


def test_a_form_that_was_taken_confirms_its_draft(desk: Site) -> None:
    """Only the answer that has taken it says so, with the key of the draft."""
    taken = desk.client("clerk").post("/desk/new", data=TYPED | {"maru_draft": "desk.edit.3#7"})
    large = desk.client("clerk").post("/desk/new", data=TYPED | {"body": "가" * 9_000})
    closed = desk.client("clerk").post("/desk/closed", data=TYPED)

    assert taken.cookies["maru_draft"] == "desk.edit.3%237"
    assert "httponly" not in taken.headers["set-cookie"].lower().split("maru_draft")[1].split("maru_flash")[0]
    assert (large.status_code, closed.status_code) == (413, 409)
    assert "maru_draft" not in {*large.cookies, *closed.cookies}


def test_what_is_closed_is_not_told_as_somebody_elses_change(desk: Site) -> None:
    """409 says that it cannot be done now and why, and leads back; nobody is said to have been faster."""
    answer = desk.client("clerk").post("/desk/closed", data=TYPED, headers=FORM)

    assert "<h1>지금은 할 수 없습니다</h1>" in answer.text
    assert "마감된 취합이라" in answer.text
    assert "다른 사람이 먼저" not in answer.text
    assert 'href="/desk/new?unit=3"' in answer.text


def test_a_function_switched_off_while_typing_says_so_and_gives_the_text_back(desk: Site) -> None:
    """404 with the name of the function and what was typed, not a word about a wrong address."""
    client = desk.client("clerk")
    desk.portal.plugins[0].is_enabled = False

    answer = client.post("/desk/new", data=TYPED, headers=FORM)

    assert answer.status_code == 404
    assert "‘desk 기능’ 기능이 지금 꺼져 있습니다" in answer.text
    assert "주소가 맞는지" not in answer.text
    assert "오후 두 시</textarea>" in answer.text


def test_passwords_and_numbers_are_not_given_back(desk: Site) -> None:
    """They are no text that anybody misses."""
    answer = desk.client("clerk").post("/desk/closed", data={"new_password": "비밀 번호", "version": "4711"})

    assert "비밀 번호" not in answer.text
    assert "4711" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"referer": "http://elsewhere.example/desk/new"},
        {"referer": "http://["},
        FORM | {"hx-request": "true"},
        {},
    ],
)
def test_the_way_back_leads_to_no_other_site(desk: Site, headers: dict[str, str]) -> None:
    """Without a page of this portal that was left there is the home page only."""
    answer = desk.client("clerk").post("/desk/closed", data=TYPED, headers=headers)

    assert answer.status_code == 409
    assert "앞 화면으로</a>" not in answer.text


def test_a_way_back_is_never_the_beginning_of_another_host(desk: Site) -> None:
    """`//elsewhere` would be read as a host."""
    answer = desk.client("clerk").post("/desk/closed", headers={"referer": "http://testserver//elsewhere.example/"})

    assert 'href="/elsewhere.example/"' in answer.text
