"""Two administrators, or one who presses twice: nothing is given twice, and nothing of the other's is undone."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from maru.models import Department, Grant, Post, RoleMember
from maru_admin import services
from maru_admin.views import departments
from maru_db import connected
from maru_devkit.fixtures import Site

Portal = Callable[..., Site]


def twice(site: Site, path: str, page: str, entered: dict[str, Any]) -> list[int]:
    """What two sendings of the form on `page` at the same time are answered with."""
    number = re.findall(r'name="once" value="(\d+)"', site.client("admin").get(page).text)[0]
    with ThreadPoolExecutor(2) as hands:
        sent = hands.map(lambda _: site.client("admin").post(path, data=entered | {"once": number}), range(2))
        return [answer.status_code for answer in sent]


def test_post_sent_twice_is_given_once(portal: Portal) -> None:
    """보직 더하기 pressed twice: one more post, and both answers are the person's page."""
    site = portal("admin")
    person = site.user("clerk")
    page = f"/admin/people/{person.id}"

    answers = twice(site, f"{page}/posts", page, {"post_unit": site.unit("이인면").id, "post_title": "팀장"})

    with connected():
        assert (answers, Post.select().where(Post.user == person.id).count()) == ([303, 303], 2)


def test_post_that_is_held_already_is_not_given_again(portal: Portal) -> None:
    """Typed anew an hour later: 422 says that it is held. Another title, or the time after it, is another post."""
    site = portal("admin")
    person = site.user("clerk")
    path = f"/admin/people/{person.id}/posts"
    same = {"post_unit": site.unit("이인면").id, "post_title": "팀장"}
    cases = (
        (same | {"post_until": "2027-06-30"}, 303),
        (same, 422),
        (same | {"post_from": "2027-06-30"}, 422),
        (same | {"post_title": "주무관"}, 303),
        (same | {"post_from": "2027-07-01"}, 303),
        (same | {"post_until": "2027-07-01"}, 422),
    )

    answers = [site.client("admin").post(path, data=entered) for entered, _ in cases]

    assert [answer.status_code for answer in answers] == [status for _, status in cases]
    assert "이미 맡고 있는 보직입니다" in answers[1].text


def test_grant_department_and_role_sent_twice_are_made_once(portal: Portal) -> None:
    """권한 주기, 부서 더하기, 역할 주기 pressed twice."""
    site = portal("admin")
    unit, person = site.unit("유구읍").id, f"/admin/people/{site.user('clerk').id}"
    grant = {"holder": "role", "role": "staff", "permission": "admin.department", "scope": "own"}
    child = {"child_name": "유구읍 산업팀", "child_kind": "team"}
    with connected():
        before = [model.select().count() for model in (Grant, Department, RoleMember)]

    twice(site, "/admin/grants/new", "/admin/grants/new", grant)
    twice(site, f"/admin/departments/{unit}/children", f"/admin/departments/{unit}", child)
    twice(site, f"{person}/roles", person, {"role_key": "department-admin", "role_unit": unit})

    with connected():
        after = [model.select().count() for model in (Grant, Department, RoleMember)]
    assert after == [count + 1 for count in before]


def test_change_of_a_department_keeps_its_new_place(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one administrator renames 이인면, another adds a team before it: the name is new, and so is the place."""
    site = portal("admin")
    yugu, iin = site.unit("유구읍"), site.unit("이인면")
    other, acts = site.client("admin"), [1]
    add = {"child_name": "유구읍 산업팀", "child_kind": "team"}
    found_by = services.department_of

    def find(key: int) -> Department:
        found = found_by(key)
        if key == iin.id and acts:
            acts.pop()
            other.post(f"/admin/departments/{yugu.id}/children", data=add)
        return found

    monkeypatch.setattr(departments, "department_of", find)

    site.client("admin").post(f"/admin/departments/{iin.id}/change", data={"name": "이인읍", "is_recipient": "1"})

    with connected():
        orders = [row.official_order for row in Department.select()]
    assert site.unit("이인읍").official_order > site.unit("유구읍 산업팀").official_order
    assert len(orders) == len(set(orders))
