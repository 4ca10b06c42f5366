"""Signing in, staying in, and being kept out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from maru.models import AuditEntry, Session
from maru_db import connected
from maru_devkit.fixtures import PASSWORD, Clock, Site

Portal = Callable[..., Site]


def test_name_and_password_open_the_portal(portal: Portal) -> None:
    """A right password begins a session and leads to where the person wanted to go."""
    client = portal().client()

    answer = client.post("/login", data={"username": "clerk", "password": PASSWORD, "next": "/password"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/password")
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert client.get("/password").status_code == 200


def test_a_wrong_password_says_nothing_about_the_name(portal: Portal) -> None:
    """Unknown name and wrong password answer alike, and both are written down."""
    client = portal().client()

    wrong = client.post("/login", data={"username": "clerk", "password": "wrong"})
    unknown = client.post("/login", data={"username": "nobody", "password": "wrong"})

    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.text.replace("clerk", "") == unknown.text.replace("nobody", "")
    with connected():
        failed = AuditEntry.select().where(AuditEntry.action == "sign_in_failed").count()
    assert failed == 2


def test_failures_slow_down_only_the_one_who_fails(portal: Portal) -> None:
    """After eight wrong passwords this address waits; the session of the real person goes on."""
    site = portal()
    real = site.client("clerk")
    client = site.client()
    for _ in range(8):
        client.post("/login", data={"username": "clerk", "password": "wrong"})

    throttled = client.post("/login", data={"username": "clerk", "password": PASSWORD})
    other_name = client.post("/login", data={"username": "stranger", "password": PASSWORD})

    assert throttled.status_code == 429
    assert other_name.status_code == 303
    assert real.get("/").status_code == 200


def test_next_never_leaves_the_portal(portal: Portal) -> None:
    """An address of somebody else's site becomes the home page."""
    client = portal().client()

    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/login"):
        answer = client.post("/login", data={"username": "clerk", "password": PASSWORD, "next": target})
        assert answer.headers["location"] == "/"


def test_signing_out_ends_the_session_itself(portal: Portal) -> None:
    """The old cookie is worth nothing afterwards."""
    site = portal()
    client = site.client("clerk")
    cookie = dict(client.cookies)

    client.post("/logout")
    client.cookies.update(cookie)

    assert client.get("/").status_code == 303


def test_the_database_alone_does_not_sign_anybody_in(portal: Portal) -> None:
    """Only a digest of the token is stored."""
    site = portal()
    client = site.client("clerk")
    token = client.cookies[site.portal.settings.session_cookie]

    with connected():
        stored = [session.digest for session in Session.select()]

    assert token not in stored


def test_a_new_password_ends_the_other_sessions(portal: Portal) -> None:
    """Who learned the old one is out; this browser stays."""
    site = portal()
    other, here = site.client("clerk"), site.client("clerk")

    answer = here.post(
        "/password",
        data={
            "old_password": PASSWORD,
            "new_password": "나의 새 비밀번호 한 줄",
            "repeated_password": "나의 새 비밀번호 한 줄",
        },
    )

    assert answer.status_code == 303
    assert other.get("/").status_code == 303
    assert here.get("/").status_code == 200


def test_a_bad_new_password_is_refused_with_the_reason(portal: Portal) -> None:
    """Too short, different twice, or a wrong old one: 422 and the sentence."""
    client = portal().client("clerk")

    def attempt(old: str, new: str, again: str) -> str:
        answer = client.post("/password", data={"old_password": old, "new_password": new, "repeated_password": again})
        assert answer.status_code == 422
        return answer.text

    assert "10자 이상" in attempt(PASSWORD, "short", "short")
    assert "서로 다릅니다" in attempt(PASSWORD, "long enough words", "other long words")
    assert "지금 비밀번호가" in attempt("wrong", "long enough words", "long enough words")


def test_a_first_password_must_be_replaced_before_anything_else(portal: Portal) -> None:
    """Every page leads to `/password`, where nothing leads away, until the password is one's own; then all is open."""
    site = portal()
    client = site.client("clerk")
    with site.write_as("admin"):
        person = site.user("clerk")
        person.must_change_password = True
        person.save()
    words = "나만 아는 긴 비밀번호"

    kept = [client.get("/").headers["location"], client.post("/session/stay").headers["location"]]
    page = client.get("/password")
    answer = client.post(
        "/password", data={"old_password": PASSWORD, "new_password": words, "repeated_password": words}
    )

    assert kept == ["/password", "/password"]
    assert page.status_code == 200
    assert "처음 받은 비밀번호입니다" in page.text
    assert "취소" not in page.text
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert client.get("/").status_code == 200


def test_a_session_that_is_about_to_end_goes_on(portal: Portal, clock: Clock) -> None:
    """`/session/stay` answers with the new end; who is signed out is told so."""
    site = portal()
    client = site.client("clerk")
    with connected():
        before = Session.get(Session.user == site.user("clerk")).ends_at
    clock.move(hours=8)

    answer = client.post("/session/stay", headers={"accept": "application/json"})

    assert datetime.fromisoformat(answer.json()["ends_at"]) == before + timedelta(hours=8)
    clock.move(hours=2)
    assert client.get("/").status_code == 200
    assert site.client().post("/session/stay").status_code == 401


def test_the_language_of_the_login_page_is_kept_by_who_signs_in(portal: Portal) -> None:
    """English chosen before signing in is the person's language afterwards, on every machine, and nobody else's."""
    site = portal()
    client = site.client()

    client.post("/login/language", data={"locale": "en"})
    client.post("/login", data={"username": "clerk", "password": PASSWORD})
    here = client.get("/").text
    client.post("/logout")
    client.post("/login", data={"username": "stranger", "password": PASSWORD})
    theirs = client.get("/").text

    assert '<html lang="en"' in here
    assert '<html lang="en"' in site.client("clerk").get("/").text
    assert '<html lang="ko"' in theirs
