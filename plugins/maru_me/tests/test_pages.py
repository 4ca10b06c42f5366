"""My own page: how I like the pages, where I am signed in, and what is there without it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from maru.models import Grant, Session
from maru_db import connected
from maru_devkit.fixtures import PASSWORD, Site

Portal = Callable[..., Site]

BADGE = '<a class="me" href="/me/"'


def session_of(site: Site, username: str) -> int:
    """The id of the one browser that `username` is signed in with."""
    with connected():
        found: Session = Session.get(Session.user == site.user(username))
    return found.id


def is_there(session: int) -> bool:
    """Whether this session can still be used."""
    with connected():
        return Session.get_or_none(Session.id == session) is not None


def switch(site: Site, is_on: bool) -> None:
    """Switch the plugin as the administrator does: for everybody, at once."""
    answer = site.client("admin").post(
        "/admin/plugins/me/switch", data={"reach": "city" if is_on else "off", "reason": "시험"}
    )
    assert answer.status_code == 303, answer.text


@pytest.mark.parametrize("username", ["clerk", "head", "admin"])
def test_everybody_has_a_page_of_their_own(portal: Portal, username: str) -> None:
    """Whatever the role, the badge leads to the page; in the menu it has no line."""
    client = portal("me").client(username)

    home, mine = client.get("/").text, client.get("/me/")

    assert BADGE in home
    assert home.count('href="/me/"') == 1
    assert mine.status_code == 200
    assert f'<p class="meta">{username} · ' in mine.text
    assert 'href="/password"' in mine.text


def test_a_superuser_without_a_post_has_one_too(portal: Portal) -> None:
    """The first person of a new portal, before there is any unit or role for them."""
    site = portal("me")
    with site.write_as("admin"):
        person = site.user("stranger")
        person.is_superuser = True
        person.save()
        for post in person.posts_in_force:
            post.delete_instance()

    page = site.client("stranger").get("/me/")

    assert page.status_code == 200
    assert "보직 없음" in page.text


def test_who_is_signed_out_is_led_to_the_login_page(portal: Portal) -> None:
    """Nobody's page is nobody's."""
    client = portal("me").client()

    answer = client.get("/me/")

    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/me/")
    assert client.post("/me/", data={"locale": "en"}).status_code == 401


def test_the_language_is_kept_and_written_down(portal: Portal) -> None:
    """A person who chose English reads English from then on; the audit says from what to what."""
    site = portal("me")
    client = site.client("clerk")

    answer = client.post("/me/", data={"locale": "en", "density": "compact"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/me/")
    page = client.get("/me/").text
    assert '<html lang="en"' in page
    assert "Where you are signed in" in page
    [entry] = site.audit("me.views.save")
    assert entry.actor_name == "clerk"
    [changed] = entry.changes
    assert (changed["table"], changed["key"]) == ("maru_user", str(site.user("clerk").id))
    assert changed["before"] == {"locale": "ko", "density": ""}
    assert changed["after"] == {"locale": "en", "density": "compact"}


@pytest.mark.parametrize("entered", [{"locale": "fr", "density": ""}, {"locale": "ko", "density": "tiny"}, {}])
def test_an_unknown_choice_is_refused_and_nothing_is_saved(portal: Portal, entered: dict[str, str]) -> None:
    """422 with a sentence at the field that is meant; the person stays as they were."""
    site = portal("me")

    answer = site.client("clerk").post("/me/", data=entered)

    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert (site.user("clerk").locale, site.user("clerk").density) == ("ko", "")
    assert site.audit("me.views.save") == []


def test_somebody_elses_session_answers_like_a_missing_one(portal: Portal) -> None:
    """404 with the same words, whether it is a colleague's or nobody's; the colleague stays signed in."""
    site = portal("me")
    colleague = site.client("colleague")
    client = site.client("clerk")

    foreign = client.post(f"/me/sessions/{session_of(site, 'colleague')}/end")
    missing = client.post("/me/sessions/987654/end")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert "이미 끝난 로그인입니다." in foreign.text
    assert "이미 끝난 로그인입니다." in missing.text
    assert colleague.get("/").status_code == 200
    assert site.audit("me.views.end") == []


def test_one_of_my_browsers_is_signed_out(portal: Portal) -> None:
    """The other one is out at once and off the list, this one stays, and the audit says so."""
    site = portal("me")
    other = site.client("clerk")
    ended = session_of(site, "clerk")
    client = site.client("clerk")
    before = client.get("/me/").text

    answer = client.post(f"/me/sessions/{ended}/end")

    assert f'action="/me/sessions/{ended}/end"' in before
    assert (answer.status_code, answer.headers["location"]) == (303, "/me/")
    assert not is_there(ended)
    assert other.get("/me/").status_code == 303
    page = client.get("/me/").text
    assert "그 기기의 로그인을 끝냈습니다." in page
    assert f'action="/me/sessions/{ended}/end"' not in page
    [entry] = site.audit("me.views.end")
    assert entry.note == "한 곳의 로그인을 끝냄"


def test_only_my_browsers_are_listed(portal: Portal) -> None:
    """As many lines as I have browsers, this one marked; those of others are not among them."""
    site = portal("me")
    site.client("stranger")
    site.client("clerk")

    page = site.client("clerk").get("/me/").text

    assert page.count('<tr><th scope="row"') == 2
    assert page.count("지금 이곳") == 1


def test_the_page_asks_the_database_little(portal: Portal) -> None:
    """The number of queries does not grow with the number of browsers."""
    site = portal("me")
    client = site.client("clerk")
    client.get("/me/")
    few = site.queries(lambda: client.get("/me/"))
    for _ in range(5):
        site.client("clerk")

    many = site.queries(lambda: client.get("/me/"))

    assert many == few
    assert many <= 8


def test_while_it_is_off_the_password_can_be_changed_all_the_same(portal: Portal) -> None:
    """Off: the badge leads to the password, `/me/` says that it is off, password and session go on. On: all is back."""
    site = portal("me", "admin")
    client = site.client("clerk")
    words = "나만 아는 긴 비밀번호"
    assert BADGE in client.get("/").text

    switch(site, is_on=False)
    home, mine, form = client.get("/").text, client.get("/me/"), client.get("/password")
    changed = client.post(
        "/password", data={"old_password": PASSWORD, "new_password": words, "repeated_password": words}
    )

    assert '<a class="me" href="/password" title="비밀번호 바꾸기">' in home
    assert 'href="/me/"' not in home
    assert mine.status_code == 404
    assert "‘내 정보’ 기능이 지금 꺼져 있습니다." in mine.text
    assert form.status_code == 200
    assert 'href="/me/"' not in form.text
    assert (changed.status_code, changed.headers["location"]) == (303, "/")
    assert client.post("/session/stay").status_code == 200

    switch(site, is_on=True)
    assert BADGE in client.get("/").text
    assert client.get("/me/").status_code == 200
    assert 'href="/me/"' in client.get("/password").text


def test_without_the_permission_the_badge_leads_to_the_password(portal: Portal) -> None:
    """Who may not use the page is offered no way to it, and gets 403 there."""
    site = portal("me")
    with site.write_as("admin"):
        Grant.get(Grant.permission == "me.use").delete_instance()
    client = site.client("clerk")

    home, mine = client.get("/").text, client.get("/me/")

    assert '<a class="me" href="/password" title="비밀번호 바꾸기">' in home
    assert 'href="/me/"' not in home
    assert mine.status_code == 403
