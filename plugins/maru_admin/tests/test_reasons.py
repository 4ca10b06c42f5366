"""Who holds a permission, and why somebody may see something."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from maru import holders_of
from maru.models import Grant, User
from maru_admin.holders import grants_in_force, holders_of_grant
from maru_admin.rights import known_permissions
from maru_db import connected
from maru_devkit.fixtures import Site

Portal = Callable[..., Site]


def why(site: Site, **asked: str) -> str:
    """The page that answers."""
    return site.client("admin").get("/admin/why", params=asked).text


def test_holders_are_those_who_may(portal: Portal) -> None:
    """For each permission the list has exactly the active people for whom `may` is true."""
    site = portal("admin", "board", "collect")
    with site.write_as("admin"):
        idle = User.create(username="idle", name="무보직")
        User.create(username="gone", name="퇴직", is_active=False)
        User.create(username="root", name="최고", is_superuser=True)
        Grant.create(user=idle, permission="board.manage", scope="city")
        Grant.create(user=idle, permission="collect.request", scope="own")

    with connected():
        everyone = list(User.select())
        superusers = {person.id for person in everyone if person.is_superuser}
        for key in known_permissions(site.portal):
            able = {person.id for person in everyone if person.fresh().may(key)}
            by_grants = {person for grant in grants_in_force(key) for person in holders_of_grant(grant)}
            assert holders_of(key) == by_grants | superusers == able, key


def test_a_permission_lists_its_people(portal: Portal) -> None:
    """The grants with counts and names; a permission that is none is 404."""
    client = portal("admin", "board").client("admin")

    page = client.get("/admin/permissions/board.manage").text

    assert "지금 2명이 가지고 있습니다" in page
    assert "부서 관리자" in page
    assert client.get("/admin/permissions/board.nothing").status_code == 404


def test_an_address_is_answered_with_grant_and_post(portal: Portal) -> None:
    """/board/new for the clerk: the role 직원, own department, and the post that places them there."""
    page = why(portal("admin", "board"), person="clerk", address="http://portal.example/board/7?show=all")

    assert "들어갈 수 있음 · 이 자료가 보이는지는 따로 정함" in page
    assert "볼 수 있음</span>" not in page
    assert "board.views.show" in page
    assert "역할: 직원" in page


def test_what_is_missing_and_who_can_give_it(portal: Portal) -> None:
    """The clerk may not see the administration: which role has it, and who can give it."""
    site = portal("admin")
    page = why(site, person="clerk", permission="admin.see")

    assert "볼 수 없음" in page
    assert "시 관리자" in page
    assert site.user("admin").name in page


def test_a_function_that_is_on_elsewhere_is_named(portal: Portal) -> None:
    """On for 이인면 alone: the clerk of 유구읍 is told where it is on."""
    site = portal("admin", "board")
    units = [site.unit("이인면").id]
    site.client("admin").post("/admin/plugins/board/switch", data={"reach": "units", "units": units, "reason": "시험"})

    page = why(site, person="clerk", address="/board/")

    assert "볼 수 없음" in page
    assert "다른 부서에만 켜져 있습니다. 쓰는 곳: 이인면" in page


def test_a_paused_page_is_named(portal: Portal) -> None:
    """Whoever may see it cannot, as long as it is paused."""
    site = portal("admin", "board")
    hang = TimeoutError("did not come back")
    site.portal.dispatcher.note_failure("board", "board.views.index", hang, at_once=True)

    assert "되풀이해 실패해 잠시 멈추어" in why(site, person="clerk", address="/board/")


def test_a_person_may_be_called_by_name(portal: Portal) -> None:
    """By the name, also a part of it or its 초성, by the user name, and as the field shows who was found."""
    site = portal("admin", "board")
    with site.write_as("admin"):
        User.create(username="one", name="김한별")

    for words in ("김한별", "한별", "ㅎㅂ", "ONE", "one 김한별"):
        page = why(site, person=words, address="/board/")
        assert "볼 수 있음" in page, words
        assert 'value="one 김한별"' in page


def test_where_several_are_meant_one_is_chosen(portal: Portal) -> None:
    """A list with unit and user name, each line the same question about that person; a whole name before its parts."""
    site = portal("admin", "board")
    with site.write_as("admin"):
        for username, name in (("one", "김한별"), ("other", "김한별"), ("third", "김한별이")):
            User.create(username=username, name=name)

    parts, whole = (why(site, person=name, address="/board/") for name in ("한별", "김한별"))

    assert "어느 분인지 골라 주세요" in parts
    assert "볼 수 있음" not in parts
    assert [name in parts for name in ("· one", "· other", "· third")] == [True] * 3
    assert [name in whole for name in ("· one", "· other", "· third")] == [True, True, False]
    assert 'href="/admin/why?person=other&amp;address=/board/&amp;permission="' in whole


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"person": "nobody", "address": "/board/"}, "이 이름이나 아이디에 맞는 사람이 없습니다"),
        ({"person": "clerk", "address": "/nowhere/at/all"}, "이 주소의 화면은 없습니다"),
        ({"person": "clerk", "permission": "board.fly"}, "목록에 있는 권한을"),
        ({"person": "clerk"}, "주소를 적거나 권한을"),
    ],
)
def test_a_question_that_cannot_be_answered(portal: Portal, asked: dict[str, str], said: str) -> None:
    """422, and what to write instead."""
    answer = portal("admin", "board").client("admin").get("/admin/why", params=asked)

    assert answer.status_code == 422
    assert said in answer.text
