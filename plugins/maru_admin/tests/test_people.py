"""People: finding, adding, and changing what they hold."""

from __future__ import annotations

import re
from typing import Any

import pytest

from maru.models import AuditEntry, Grant, Post, RoleMember, Session, User
from maru_db import connected

PASSWORD = re.compile(r"<output[^>]*>([a-z0-9-]+)</output>")


def members(role: str) -> list[RoleMember]:
    """The rows of a role."""
    with connected():
        return list(RoleMember.select().where(RoleMember.role == role))


def test_people_are_found_by_initial_consonants(portal: Any) -> None:
    """ㄱㅊ finds 김철수 and nobody else."""
    site = portal("admin")
    with site.write_as("admin"):
        User.create(username="chulsoo", name="김철수")

    page = site.client("admin").get("/admin/people", params={"q": "ㄱㅊ"}).text

    assert "chulsoo" in page
    assert "stranger" not in page


def test_people_of_a_unit(portal: Any) -> None:
    """A unit shows its own people, and those below it."""
    site = portal("admin")

    page = site.client("admin").get("/admin/people", params={"unit": site.unit("읍·면·동").id}).text

    assert "stranger" in page
    assert "planner" not in page


def test_lists_take_at_most_eight_queries(portal: Any) -> None:
    """The lists of people, departments, rights, functions and the audit, menu and session included."""
    site = portal("admin")
    client = site.client("admin")
    paths = ("people", "people?unit=1&q=c", "departments", "grants", "plugins", "audit", "audit?person=admin")

    counts = {path: site.queries(lambda path=path: client.get(f"/admin/{path}")) for path in paths}

    assert {path: count for path, count in counts.items() if count > 8} == {}


def test_a_new_person_gets_a_password_that_is_shown_once(portal: Any) -> None:
    """The password shown signs in, must be changed, and is nowhere else."""
    site = portal("admin")
    client = site.client("admin")
    entered = {"username": "newcomer", "name": "새 직원", "unit": site.unit("유구읍").id, "title": "주무관"}

    made = client.post("/admin/people/new", data=entered)

    found = PASSWORD.search(made.text)
    assert found is not None
    signed_in = site.client().post("/login", data={"username": "newcomer", "password": found[1]})
    assert signed_in.status_code == 303
    person = site.user("newcomer")
    assert person.must_change_password
    assert found[1] not in client.get(f"/admin/people/{person.id}").text
    with connected():
        assert found[1] not in "".join(str(entry.changes) + entry.note for entry in AuditEntry.select())


def test_a_refused_person_keeps_what_was_entered(portal: Any) -> None:
    """A user name that is taken answers 422 with the form as it was."""
    site = portal("admin")
    entered = {"username": "clerk", "name": "새 직원", "unit": site.unit("유구읍").id}

    answer = site.client("admin").post("/admin/people/new", data=entered)

    assert answer.status_code == 422
    assert "새 직원" in answer.text
    assert "autofocus" in answer.text


def test_stopping_signs_out_everywhere(portal: Any) -> None:
    """A stopped person's sessions end; made active again they may sign in."""
    site = portal("admin")
    clerk, theirs = site.user("clerk"), site.client("clerk")

    site.client("admin").post(f"/admin/people/{clerk.id}/activity", data={"is_active": "0"})

    assert theirs.get("/").headers["location"].startswith("/login")
    assert not site.user("clerk").is_active


def test_nobody_stops_their_own_account(portal: Any) -> None:
    """The own account answers 409 and stays active."""
    site = portal("admin")
    key = site.user("admin").id

    answer = site.client("admin").post(f"/admin/people/{key}/activity", data={"is_active": "0"})

    assert answer.status_code == 409
    assert site.user("admin").is_active


def test_the_last_city_administrator_stays(portal: Any) -> None:
    """The role of the last one cannot be taken; once there is another, it can."""
    site = portal("admin")
    client, admin, clerk = site.client("admin"), site.user("admin"), site.user("clerk")
    path = f"/admin/people/{admin.id}/roles/{members('city-admin')[0].id}/end"

    refused = client.post(path)
    client.post(f"/admin/people/{clerk.id}/roles", data={"role_key": "city-admin"})
    taken = client.post(path)

    assert refused.status_code == 409
    assert taken.status_code == 303
    assert client.get("/admin/people").status_code == 403


def test_a_successor_with_an_end_is_no_successor(portal: Any) -> None:
    """One who is city administrator only for a while does not let the lasting one go."""
    site = portal("admin")
    client, admin, clerk = site.client("admin"), site.user("admin"), site.user("clerk")
    client.post(f"/admin/people/{clerk.id}/roles", data={"role_key": "city-admin", "role_until": "2099-12-31"})
    member = next(each for each in members("city-admin") if each.user_id == admin.id)  # type: ignore[attr-defined]  # peewee adds it

    answer = client.post(f"/admin/people/{admin.id}/roles/{member.id}/end")

    assert answer.status_code == 409


def test_department_administrator_needs_a_unit(portal: Any) -> None:
    """Without a unit 422; with one the role is held for it."""
    site = portal("admin")
    client, key, unit = site.client("admin"), site.user("stranger").id, site.unit("이인면")

    refused = client.post(f"/admin/people/{key}/roles", data={"role_key": "department-admin"})
    given = client.post(f"/admin/people/{key}/roles", data={"role_key": "department-admin", "role_unit": unit.id})

    assert refused.status_code == 422
    assert given.status_code == 303
    assert "이인면 및 하위 부서" in client.get(f"/admin/people/{key}").text


def test_a_new_main_post_replaces_the_old_one(portal: Any) -> None:
    """Only one post is the main one; an ended one becomes history."""
    site = portal("admin")
    client, clerk = site.client("admin"), site.user("clerk")
    entered = {"post_unit": site.unit("이인면").id, "post_title": "팀장", "post_primary": "1"}

    client.post(f"/admin/people/{clerk.id}/posts", data=entered)

    with connected():
        posts = list(Post.select().where(Post.user == clerk.id).order_by(Post.id))
    assert [post.is_primary for post in posts] == [False, True]
    ended = client.post(f"/admin/people/{clerk.id}/posts/{posts[0].id}/end", data={"last_day": "2020-01-31"})
    assert ended.status_code == 303
    assert "지난 보직 1" in client.get(f"/admin/people/{clerk.id}").text


def test_a_wrong_last_day_is_refused(portal: Any) -> None:
    """What is no date answers 422 at the post it was entered for."""
    site = portal("admin")
    clerk = site.user("clerk")
    with connected():
        post = Post.get(Post.user == clerk.id)

    answer = site.client("admin").post(f"/admin/people/{clerk.id}/posts/{post.id}/end", data={"last_day": "내일"})

    assert answer.status_code == 422
    assert f'id="last-{post.id}-error"' in answer.text


def test_all_sessions_end(portal: Any) -> None:
    """The button signs a person out everywhere and is audited."""
    site = portal("admin")
    clerk, theirs = site.user("clerk"), site.client("clerk")

    site.client("admin").post(f"/admin/people/{clerk.id}/sessions/end")

    assert theirs.get("/").headers["location"].startswith("/login")
    with connected():
        assert Session.select().where(Session.user == clerk.id).count() == 0


def test_a_right_for_one_unit_does_not_open_the_administration(portal: Any) -> None:
    """admin.people held for one unit reaches nobody: these pages are for the whole city."""
    site = portal("admin")
    with site.write_as("admin"):
        Grant.create(user=site.user("clerk"), permission="admin.people", scope="unit", unit=site.unit("유구읍"))

    answer = site.client("clerk").get("/admin/people")

    assert answer.status_code == 403


def test_who_is_no_city_administrator_cannot_take_over_one(portal: Any) -> None:
    """Somebody with admin.people alone neither resets an administrator's password nor makes themselves one."""
    site = portal("admin")
    clerk, admin = site.user("clerk"), site.user("admin")
    with site.write_as("admin"):
        Grant.create(user=clerk, permission="admin.people", scope="city")
    client = site.client("clerk")

    reset = client.post(f"/admin/people/{admin.id}/password")
    raised = client.post(f"/admin/people/{clerk.id}/roles", data={"role_key": "city-admin"})

    assert [reset.status_code, raised.status_code] == [403, 403]


def test_addresses_of_nobody(portal: Any) -> None:
    """Unknown and enormous ids are not found."""
    client = portal("admin").client("admin")

    answers = [client.get(f"/admin/people/{key}").status_code for key in (999_999, 10**30)]

    assert answers == [404, 404]


@pytest.mark.parametrize("name", ["post_from", "post_until"])
def test_a_post_cannot_begin_or_end_in_a_year_nobody_meant(portal: Any, name: str) -> None:
    """A slip of the hand makes year 1 of 2001: the form comes back and asks for the year."""
    site = portal("admin")
    sent = {"post_unit": str(site.unit("이인면").id), name: "0001-01-01"}

    answer = site.client("admin").post(f"/admin/people/{site.user('clerk').id}/posts", data=sent)

    assert answer.status_code == 422
    assert "연도가 1년으로 적혔습니다." in answer.text


@pytest.mark.parametrize("address", ["/admin/people", "/admin/audit"])
def test_a_page_beyond_the_end_is_the_last_one(portal: Any, address: str) -> None:
    """An old link to page 999 shows the last lines there are, not an empty list."""
    site = portal("admin")

    page = site.client("admin").get(f"{address}?page=999").text

    assert page.count("<tr") > 1
